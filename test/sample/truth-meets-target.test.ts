import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { parseWebhook } from "#adapters/channels/shopify";
import { loadPolicy } from "#adapters/embedded";
import type { BusinessEvent } from "#domain/events";
import { type TargetDocument, targetLedger } from "#domain/posting";
import { type EntityTruth, sampleDay, sampleTruth } from "#sample";

const policy = loadPolicy(fileURLToPath(new URL("../../policies", import.meta.url))).build(1);

/** What the posting rules make of the webhooks of a day, with the quarantined transactions left out. */
function targetsOf(seed: number): { documents: readonly TargetDocument[]; problems: readonly string[]; quarantined: readonly string[] } {
  const events = new Map<string, BusinessEvent[]>();
  const quarantined = new Set<string>();
  for (const delivery of sampleDay({ seed, plain: seed !== 0 })) {
    if (delivery.kind !== "webhook" || delivery.signature === "forged") continue;
    const document = parseWebhook(delivery);
    events.set(document.transaction, [...(events.get(document.transaction) ?? []), ...document.events]);
    if (document.issues.length > 0) quarantined.add(document.transaction);
  }
  const targets = [...events]
    .filter(([transaction]) => !quarantined.has(transaction))
    .map(([transaction, all]) => targetLedger(all, policy, transaction));
  return {
    documents: targets.flatMap((target) => target.documents),
    problems: targets.flatMap((target) => target.problems.map((problem) => `${problem.class} ${problem.code}`)),
    quarantined: [...quarantined],
  };
}

/** Debits less credits of a role, by the value of one dimension. */
function balances(documents: readonly TargetDocument[], role: string, dimension: string): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const document of documents) {
    if (document.type !== "journal") continue;
    for (const line of document.lines) {
      const name = line.dimensions[dimension] ?? "";
      if (line.role === role) sums[name] = (sums[name] ?? 0) + line.amount;
    }
  }
  return Object.fromEntries(Object.entries(sums).filter(([, amount]) => amount !== 0));
}

const total = (amounts: Record<string, number>) => Object.values(amounts).reduce((sum, amount) => sum + amount, 0);
const credits = (amounts: Record<string, number>) => Object.fromEntries(Object.entries(amounts).map(([name, amount]) => [name, -amount]));

/** US1 is the only entity that sells on the web. */
function webTruth(seed: number): EntityTruth {
  return sampleTruth({ seed, plain: seed !== 0, channels: ["web"] }).ledger.US1;
}

// 0: the telling orders alone.
test.each([0, 20_261_127, 5])("the posting rules come to what the scenario knows, seed %i", (seed) => {
  const { documents, problems, quarantined } = targetsOf(seed);
  const truth = webTruth(seed);
  const of = (role: string) => total(balances(documents, role, "none"));
  expect({
    clearing: balances(documents, "payment-clearing", "gateway"),
    receivable: of("accounts-receivable"),
    giftCards: of("gift-card-liability"),
    discounts: of("discounts"),
    returns: of("sales-returns"),
    concessions: of("price-concessions"),
    grossSales: -of("sales"),
    shipping: -of("shipping-revenue"),
    taxPayable: credits(balances(documents, "tax-payable", "jurisdiction")),
    taxInAdvance: credits(balances(documents, "tax-collected-in-advance", "jurisdiction")),
    deferredRevenue: -of("deferred-revenue"),
    refundPayable: -of("refund-payable"),
  }).toEqual({
    clearing: truth.clearingByGateway,
    receivable: truth.receivable,
    giftCards: truth.giftCardsRedeemed,
    discounts: truth.discounts,
    returns: truth.returns,
    concessions: truth.concessions,
    grossSales: truth.grossSales,
    shipping: truth.shipping,
    taxPayable: truth.taxPayable,
    taxInAdvance: truth.taxInAdvance,
    deferredRevenue: truth.deferredRevenue,
    refundPayable: truth.refundPayable,
  });
  expect(problems).toEqual(["data.unmapped item"]);
  expect(quarantined).toEqual(["sale:shopify:fernwick-vale.myshopify.com:6120000001023"]);
});

test.each([0, 20_261_127, 5])("the stock that the rules move is the stock that the scenario moved, seed %i", (seed) => {
  const moved = new Map<string, number>();
  for (const document of targetsOf(seed).documents) {
    if (document.type !== "stock") continue;
    for (const { item, location, quantityMillionths } of document.movements) {
      moved.set(`${item} ${location}`, (moved.get(`${item} ${location}`) ?? 0) + quantityMillionths / 1_000_000);
    }
  }
  const morning = { "dc-columbus": 120, "store-boston": 24, "store-austin": 18, "store-toronto": 15 };
  const expected = sampleTruth({ seed, plain: seed !== 0, channels: ["web"] }).onHand.map(({ item, location, pieces }) => [
    `${item} ${location}`,
    pieces - morning[location as keyof typeof morning],
  ]);
  expect(Object.fromEntries(expected.filter(([key]) => !moved.has(String(key))).filter(([, pieces]) => pieces !== 0))).toEqual({});
  for (const [key, pieces] of expected) expect([key, moved.get(String(key)) ?? 0]).toEqual([key, pieces]);
});
