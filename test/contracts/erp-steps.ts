import { contentHash } from "#domain/canonical";
import type { SentStep } from "#domain/posting";

interface Differences {
  readonly postingDate?: string;
  readonly entity?: string;
  /** Of the journal, when it is another one than the books'. */
  readonly currency?: string;
  readonly functionalCurrency?: string;
  readonly dimensions?: Readonly<Record<string, string>>;
}

/**
 * A capture or the like for entity north in USD; lines are [account, amount, amount in the books' currency when that is another one] with the
 * role "role-of-<account>".
 */
export function journalStep(
  erpKey: string,
  lines: readonly (readonly [string, number, number?])[],
  {
    postingDate = "2026-03-05",
    entity = "north",
    functionalCurrency = "USD",
    currency = functionalCurrency,
    dimensions = { gateway: "card" },
  }: Differences = {},
): SentStep {
  return {
    kind: "post",
    key: erpKey.split("@")[0]!,
    erpKey,
    hash: contentHash(lines),
    document: {
      type: "journal",
      key: erpKey.split("@")[0]!,
      kind: "capture",
      event: "payment.captured:77",
      entity,
      currency,
      functionalCurrency,
      businessDate: "2026-03-04",
      postingDate,
      policyVersion: "p1",
      lines: lines.map(([account, amount, functionalAmount = amount]) => ({
        role: `role-of-${account}`,
        account,
        amount,
        functionalAmount,
        dimensions,
      })),
    },
  };
}

/** Movements: [pieces, total cost when given, location: DC when absent, item: HAT when absent]; a receipt may be on a purchase order. */
export function stockStep(
  erpKey: string,
  movements: readonly (readonly [number, (number | undefined)?, string?, string?])[],
  counter = "5000",
  purchaseOrder?: string,
): SentStep {
  return {
    kind: "post",
    key: erpKey.split("@")[0]!,
    erpKey,
    hash: contentHash(movements.map((movement) => movement.map((part) => part ?? null))),
    document: {
      type: "stock",
      key: erpKey.split("@")[0]!,
      kind: "issue",
      event: "fulfillment.shipped:88",
      entity: "north",
      currency: "USD",
      functionalCurrency: "USD",
      businessDate: "2026-03-04",
      postingDate: "2026-03-05",
      policyVersion: "p1",
      ...(purchaseOrder === undefined ? {} : { purchaseOrder }),
      movements: movements.map(([pieces, totalCost, location = "DC", item = "HAT"], index) => ({
        id: `line-${index + 1}`,
        item,
        itemClass: "apparel",
        location,
        quantityMillionths: pieces * 1_000_000,
        counterRole: counter === "5000" ? "cogs" : `role-of-${counter}`,
        cost: "average",
        inventoryAccount: "1300",
        counterAccount: counter,
        ...(totalCost === undefined ? {} : { totalCost }),
      })),
    },
  };
}

export function reverseStep(erpKey: string, reverses: string, postingDate = "2026-03-06"): SentStep {
  return { kind: "reverse", key: reverses.split("@")[0]!, erpKey, reverses, entity: "north", postingDate };
}
