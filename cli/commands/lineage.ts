import { chainOf, type TransactionView } from "#domain/lineage";
import { formatMinorUnits } from "#domain/money";
import type { PlanStep, StepResult } from "#domain/posting";
import { openHub } from "#hub";
import { type Command, UsageError } from "../command.ts";
import { quantityText } from "../quantity-text.ts";
import { findTransactions, rowOf, stateOf } from "../read-lineage.ts";
import { grouped, table, wrap } from "../table.ts";
import { lineTable } from "./report.ts";

export const lineage: Command = {
  name: "lineage",
  summary: "The whole story of one transaction, by any id or reference.",
  usage: ["lineage REFERENCE"],
  examples: ["lineage '#1001'", "lineage FVC-000037   # an ERP document number", "lineage sale:pos:0101:1:2026-11-27:12 --json"],
  argumentsMax: 1,
  options: {},
  async run(input) {
    const [reference] = input.arguments;
    if (reference === undefined)
      throw new UsageError("lineage takes an order name, receipt, payment, refund, fulfilment, ERP document or transaction id");
    const hub = await openHub(input.hub);
    try {
      const stories = (await findTransactions(hub, reference)).map(storyOf);
      if (stories.length === 0) {
        input.terminal.note(`nothing is known under ${JSON.stringify(reference)}`);
        return 1;
      }
      if (input.json) input.terminal.print(JSON.stringify(stories.length === 1 ? stories[0] : stories));
      else for (const story of stories) input.terminal.print(tell(story, input.terminal.columns));
      return 0;
    } finally {
      await hub.close();
    }
  },
};

export type Story = ReturnType<typeof storyOf>;

/** The contract of `lineage --json` (docs/operations.md): references, events, documents, exceptions and state of one transaction. */
export function storyOf(view: TransactionView) {
  const references = new Map(
    view.documents.flatMap((document) => document.references).map((reference) => [`${reference.type} ${reference.value}`, reference]),
  );
  const events = view.documents
    .flatMap((document) =>
      document.events.map((event) => ({
        document: document.key,
        receivedAt: document.at,
        quarantined: document.issues.length > 0,
        rawHash: document.raw.hash,
        event,
      })),
    )
    .sort((a, b) => (a.event.occurredAt < b.event.occurredAt ? -1 : a.event.occurredAt > b.event.occurredAt ? 1 : 0));
  return {
    transaction: view.transaction,
    kind: view.documents[0]?.kind ?? "sale",
    references: [...references.values()],
    events: distinct(events).map(({ event, document, receivedAt, quarantined, rawHash }) => ({
      name: event.name,
      key: event.key,
      version: event.version,
      occurredAt: event.occurredAt,
      receivedAt,
      quarantined,
      document,
      rawHash,
    })),
    documents: [...view.chains.keys()].flatMap((connection) => documentsOf(view, connection)),
    settlements: [] as readonly unknown[],
    exceptions: view.exceptions.map(rowOf),
    state: stateOf(view),
  };
}

// The same content of an event may lie in several documents (an order embeds its refunds): it is told once, by its first arrival.
function distinct<Told extends { readonly event: { readonly key: string; readonly version: string }; readonly receivedAt: string }>(
  told: readonly Told[],
): Told[] {
  const first = new Map<string, Told>();
  for (const each of told) {
    const id = `${each.event.key} ${each.event.version}`;
    const known = first.get(id);
    if (known === undefined || each.receivedAt < known.receivedAt) first.set(id, each);
  }
  return [...first.values()];
}

function documentsOf(view: TransactionView, connection: string) {
  const { plans, outcomes } = chainOf(view, connection);
  return plans.flatMap((plan) =>
    plan.steps.map((step, index) => {
      const result = outcomes.get(plan.number)?.results[index];
      return {
        connection,
        plan: plan.number,
        plannedAt: plan.at,
        step: step.kind,
        key: step.key,
        erpKey: step.erpKey,
        // What belongs to the opening balances is no document of its own in the ERP.
        erpDocument: result?.kind === "done" && step.kind !== "opening" ? result.number : null,
        answer: result?.kind ?? "none",
        ...(result?.kind === "refused" ? { refusal: result.message } : {}),
        policyVersion: plan.policyVersion,
        covers: plan.covers.count,
        ...contentOf(step, result),
      };
    }),
  );
}

function contentOf(step: PlanStep, result: StepResult | undefined) {
  if (step.kind === "reverse") {
    return { reverses: step.reverses, entity: step.entity, postingDate: step.postingDate, lines: [], movements: [] };
  }
  const { document } = step;
  if (document === null) return { entity: "", lines: [], movements: [] };
  const lines =
    document.type === "journal"
      ? document.lines.map(({ account, role, amount, dimensions }) => ({
          account,
          role,
          debit: amount > 0 ? formatMinorUnits(amount, document.currency) : "",
          credit: amount < 0 ? formatMinorUnits(-amount, document.currency) : "",
          dimensions,
        }))
      : [];
  const costs = new Map((result?.kind === "done" ? (result.costs ?? []) : []).map((cost) => [cost.movement, cost.totalCost]));
  const movements =
    document.type === "stock"
      ? document.movements.map(({ id, item, location, quantityMillionths }) => {
          const cost = costs.get(id);
          return {
            item,
            location,
            quantity: quantityText(quantityMillionths),
            cost: cost === undefined ? null : formatMinorUnits(cost, document.functionalCurrency),
          };
        })
      : [];
  return {
    entity: document.entity,
    businessDate: document.businessDate,
    postingDate: document.postingDate,
    currency: document.currency,
    kind: document.kind,
    event: document.event,
    lines,
    movements,
  };
}

/** The story for people: what came, what was posted for it, what is open. */
export function tell(story: Story, columns: number): string {
  return [
    `${story.transaction}  (${story.state})`,
    ...namesOf(story, columns),
    "",
    "  Events, by when they happened (UTC)",
    ...indented(eventTable(story, columns - 4), "    "),
    "",
    "  Documents in the ERP",
    ...(story.documents.length === 0 ? ["    none"] : story.documents.flatMap((document) => documentText(document, columns))),
    ...(story.exceptions.length === 0 ? [] : ["", "  Exceptions"]),
    ...story.exceptions.flatMap((row) => [
      `    ${row.state}  ${row.class} / ${row.code}`,
      ...wrap(row.message, columns - 6).map((line) => `      ${line}`),
    ]),
  ].join("\n");
}

/** Where there is less room, the time of receipt and the hash of the raw body are left to --json. */
const columnsForReceipt = 110;

function eventTable(story: Story, width: number): string {
  const wide = width >= columnsForReceipt;
  const told = new Set<string>();
  const rows = story.events.map((event) => {
    const again = told.has(event.key) ? "stated again" : "";
    told.add(event.key);
    const cells = [secondText(event.occurredAt), event.key, event.quarantined ? "quarantined" : again];
    return wide ? [...cells, secondText(event.receivedAt), event.rawHash.slice(0, 12)] : cells;
  });
  const titles = [{ title: "happened" }, { title: "event" }, { title: "remark" }];
  return table(wide ? [...titles, { title: "received" }, { title: "raw body" }] : titles, rows);
}

/** Every other name of the transaction, by type. */
function namesOf(story: Story, columns: number): string[] {
  const byType = new Map<string, string[]>();
  for (const { type, value } of story.references) byType.set(type, [...(byType.get(type) ?? []), value]);
  const text = [...byType].map(([type, values]) => `${type} ${values.join(" ")}`).join(", ");
  return text === "" ? [] : wrap(text, columns - 13).map((line, index) => `${index === 0 ? "  known as   " : "             "}${line}`);
}

function documentText(document: Story["documents"][number], columns: number): string[] {
  const posted =
    document.postingDate === undefined || document.postingDate === document.businessDate ? "" : `, posted on ${document.postingDate}`;
  const what =
    document.kind === undefined ? "" : `${document.kind}, business day ${document.businessDate}${posted}, in ${document.currency}`;
  const cause = document.step === "reverse" ? `of ${document.reverses}` : `for ${document.event ?? document.key}`;
  return [
    `    ${document.erpDocument ?? `(${document.step === "opening" ? "opening balance" : document.answer})`}  ${document.entity}  ${document.step === "reverse" ? `reversal, posted on ${document.postingDate}` : what}`,
    `      ${cause}`,
    `      plan ${document.plan} on ${document.connection}, policy ${document.policyVersion.slice(0, 8)}`,
    ...("refusal" in document ? [`      refused: ${document.refusal}`] : []),
    ...(document.lines.length === 0 ? [] : indented(lineTable(document.lines, columns - 6), "      ")),
    ...(document.movements.length === 0
      ? []
      : indented(
          table(
            [{ title: "pieces", align: "right" }, { title: "item" }, { title: "location" }, { title: "cost", align: "right" }],
            document.movements.map(({ quantity, item, location, cost }) => [quantity, item, location, cost === null ? "" : grouped(cost)]),
          ),
          "      ",
        )),
    "",
  ];
}

function indented(text: string, by: string): string[] {
  return text.split("\n").map((line) => by + line);
}

function secondText(instant: string): string {
  return instant.slice(0, 19).replace("T", " ");
}
