import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { poslogFormat } from "#adapters/channels/poslog";
import { parseWebhook } from "#adapters/channels/shopify";
import { loadPolicy } from "#adapters/policy-files";
import { localToInstant } from "#domain/calendar";
import type { BusinessEvent } from "#domain/events";
import { type TargetDocument, targetLedger } from "#domain/ledger";
import { deliveryIds, type EntityTruth, sampleDay, sampleTruth } from "#sample";

const policy = loadPolicy(fileURLToPath(new URL("../../policies", import.meta.url))).build(1);

/** What the posting rules make of the webhooks of a day, with the quarantined transactions left out. */
function targetsOf(seed: number): { documents: readonly TargetDocument[]; problems: readonly string[]; quarantined: readonly string[] } {
  const events = new Map<string, BusinessEvent[]>();
  const quarantined = new Set<string>();
  for (const delivery of sampleDay({ seed, plain: seed !== 0 })) {
    if (delivery.kind !== "webhook" || delivery.signature === "forged") continue;
    const document = parseWebhook({ ...delivery, receivedAt: "2026-11-28T12:00:00.000Z" });
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
    tipsPayable: -of("tips-payable"),
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
    tipsPayable: truth.tipsPayable,
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

const ofWebOrder = ({ original }: { readonly original?: { readonly reference?: string | undefined } | undefined }) =>
  original?.reference?.startsWith("#") === true;

interface StoreDay {
  readonly documents: readonly TargetDocument[];
  readonly posted: number;
  readonly ignored: readonly string[];
  readonly held: readonly string[];
  readonly unreadable: readonly string[];
}

/** What the posting rules make of the stores' files, each read once. */
function storesDay(): StoreDay {
  const documents: TargetDocument[] = [];
  const ignored: string[] = [];
  const held: string[] = [];
  const unreadable: string[] = [];
  let posted = 0;
  for (const file of sampleDay()) {
    if (file.kind !== "pos-file" || file.id === deliveryIds.duplicateFile) continue;
    const reader = poslogFormat.open(
      {
        toInstant: (store, dateTime) => localToInstant(policy.stores[store]?.timeZone ?? "UTC", dateTime),
        taxGroupToleranceMinorUnits: () => 1,
      },
      {
        transaction({ document, ignored: reason, issues }) {
          // A file that breaks off later takes its readable tickets with it.
          if (file.id === deliveryIds.truncatedFile) return;
          if (reason !== undefined) ignored.push(reason);
          else if (issues.length > 0) held.push(...issues.map((issue) => `${document?.transaction} ${issue.class} ${issue.code}`));
          // What the tills did beside their tickets is in the books once somebody audits the day: test/workflows/demo.test.ts.
          else if (document !== undefined && document.kind === "sale") {
            posted += 1;
            // What comes back of a web order is booked by the two streams together: test/hub/store-return.test.ts.
            if (document.events.some((event) => event.name === "ticket.completed" && event.lines.some(ofWebOrder))) return;
            documents.push(...targetLedger(document.events, policy, document.transaction).documents);
          }
        },
      },
    );
    try {
      reader.push(file.bytes, 0);
      reader.end();
    } catch (error) {
      unreadable.push(`${file.id}: ${(error as { code?: string }).code}`);
    }
  }
  return { documents, posted, ignored, held, unreadable };
}

test("the stores' tickets come to what the scenario knows, entity by entity", () => {
  const { documents } = storesDay();
  const truth = sampleTruth({ channels: ["stores"] }).ledger;
  for (const entity of ["US1", "US2", "CA1"] as const) {
    const own = documents.filter((document) => document.entity === entity);
    const of = (role: string) => total(balances(own, role, "none"));
    const store = { US1: "0101", US2: "0201", CA1: "0301" }[entity];
    expect({
      drawers: of("cash-drawer"),
      safe: of("safe"),
      acquirers: balances(own, "acquirer-clearing", "acquirer"),
      giftCards: of("gift-card-liability"),
      grossSales: -of("sales"),
      discounts: of("discounts"),
      returns: of("sales-returns"),
      tax: credits(balances(own, "tax-payable", "jurisdiction")),
      cashRounding: of("cash-rounding"),
      rounding: of("rounding"),
    }).toEqual({
      drawers: total(truth[entity].drawers),
      safe: truth[entity].safes[store] ?? 0,
      acquirers: truth[entity].clearingByAcquirer,
      giftCards: truth[entity].giftCardsRedeemed,
      grossSales: truth[entity].grossSales,
      discounts: truth[entity].discounts,
      returns: truth[entity].returns,
      tax: truth[entity].taxPayable,
      cashRounding: truth[entity].cashRounding,
      rounding: 0,
    });
  }
});

test("of the stores' files one ticket is held, one ignored, and the truncated file is unreadable", () => {
  const { posted, ignored, held, unreadable } = storesDay();
  expect({ posted, ignored, held, unreadable }).toEqual({
    posted: 74,
    ignored: ["training"],
    held: ["sale:pos:0101:2:2026-11-27:6 money.amount-mismatch tenders-pay-total"],
    unreadable: ["POSLog 0201 register 3, truncated: malformed"],
  });
});
