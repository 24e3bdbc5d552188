import type { DocumentItem, LineageItem, OutcomeItem, PlanItem } from "#domain/lineage";

/** Items of a sale as short as a test can say them; instants are times of day on 2026-11-27, in UTC. */
export const sale = "sale:shopify:fernwick:1001";
export const at = (time: string) => `2026-11-27T${time}:00.000Z`;

export function document(time: string, events: readonly object[], over: Partial<DocumentItem> = {}): DocumentItem {
  return {
    type: "document",
    transaction: sale,
    key: `D#order#${time}`,
    at: at(time),
    kind: "sale",
    source: "shopify:fernwick:order:1001",
    contentHash: time,
    channel: "shopify",
    shop: "fernwick",
    events: events as DocumentItem["events"],
    references: [],
    issues: [],
    raw: { hash: time, bytes: 1 },
    ...over,
  };
}

interface Step {
  /** "<event key>/<document kind>" */
  readonly causes: string;
  readonly kind?: "post" | "reverse" | "opening" | "tell";
  readonly promotion?: string;
  readonly refused?: true;
}

/** A plan and its answer. */
export function answered(number: number, planned: string, time: string, steps: readonly Step[]): LineageItem[] {
  const key = ({ causes }: Step) => `${sale}/${causes}/US1/USD`;
  const plan = {
    type: "plan",
    transaction: sale,
    key: `P#erp-us#00000${number}`,
    at: at(planned),
    connection: "erp-us",
    number,
    steps: steps.map((step) => ({
      kind: step.kind ?? "post",
      key: key(step),
      document: {
        type: "journal",
        lines: step.promotion === undefined ? [] : [{ role: "discounts", dimensions: { promotion: step.promotion } }],
      },
    })),
  } as unknown as PlanItem;
  const outcome = {
    type: "outcome",
    transaction: sale,
    key: `P#erp-us#00000${number}#R`,
    at: at(time),
    connection: "erp-us",
    number,
    results: steps.map(({ refused }) =>
      refused === true ? { kind: "refused", code: "x", message: "no" } : { kind: "done", number: "J1" },
    ),
  } as unknown as OutcomeItem;
  return [plan, outcome];
}

export function opened(time: string, over: object = {}): LineageItem {
  return {
    type: "exception",
    transaction: sale,
    key: "X#promotion.unknown#1#0001",
    at: at(time),
    class: "promotion.unknown",
    code: "shopify",
    cause: "order.placed:1001 SUMMER",
    message: "no rule names it",
    occurrence: 1,
    dueAt: at("23:00"),
    ...over,
  } as LineageItem;
}
