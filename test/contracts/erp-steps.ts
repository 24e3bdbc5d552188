import type { SentStep } from "#domain/posting";

/** A capture or the like for entity north in USD; lines are [account, amount] with the role "role-of-<account>". */
export function journalStep(erpKey: string, lines: readonly (readonly [string, number])[], postingDate = "2026-03-05"): SentStep {
  return {
    kind: "post",
    key: erpKey.split("@")[0]!,
    erpKey,
    hash: "5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef",
    document: {
      type: "journal",
      key: erpKey.split("@")[0]!,
      kind: "capture",
      event: "payment.captured:77",
      entity: "north",
      currency: "USD",
      functionalCurrency: "USD",
      businessDate: "2026-03-04",
      postingDate,
      policyVersion: "p1",
      lines: lines.map(([account, amount]) => ({
        role: `role-of-${account}`,
        account,
        amount,
        functionalAmount: amount,
        dimensions: { gateway: "card" },
      })),
    },
  };
}

/** Movements of item HAT at location DC: [pieces, total cost when given]. */
export function stockStep(erpKey: string, movements: readonly (readonly [number, number?])[]): SentStep {
  return {
    kind: "post",
    key: erpKey.split("@")[0]!,
    erpKey,
    hash: "00d31fcf8b5e2a3a6dc4a3d5f2b1f8d0a0f1c2b3a4958677685940312a2b2c2d",
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
      movements: movements.map(([pieces, totalCost], index) => ({
        id: `line-${index + 1}`,
        item: "HAT",
        itemClass: "apparel",
        location: "DC",
        quantityMillionths: pieces * 1_000_000,
        counterRole: "cogs",
        cost: "average",
        inventoryAccount: "1300",
        counterAccount: "5000",
        ...(totalCost === undefined ? {} : { totalCost }),
      })),
    },
  };
}

export function reverseStep(erpKey: string, reverses: string): SentStep {
  return { kind: "reverse", key: reverses.split("@")[0]!, erpKey, reverses, entity: "north", postingDate: "2026-03-06" };
}
