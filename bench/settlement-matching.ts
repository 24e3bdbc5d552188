import { matchSettlement, type RowToMatch, type SettleablePayment } from "#domain/settlement";
import { median } from "./median.ts";

export interface MatchingCost {
  readonly rows: number;
  readonly microsecondsPerRow: number;
}

const rules = { toleranceMinorUnits: 1, lagDays: 4 };
const day = (index: number) => `2026-11-${String(1 + (index % 28)).padStart(2, "0")}T12:00:00.000Z`;

/** Rows and the payments that they settle: half by the channel's transaction, the rest by order and amount, one in fifty by nothing. */
function scene(count: number): { rows: RowToMatch[]; payments: SettleablePayment[] } {
  const rows: RowToMatch[] = [];
  const payments: SettleablePayment[] = [];
  for (let index = 0; index < count; index++) {
    const gross = 1_000 + (index % 9_000);
    const order = `#${index >> 1}`;
    if (index % 50 !== 0) {
      payments.push({
        sale: `sale:shopify:shop:${index >> 1}`,
        paymentId: `${index}`,
        amount: gross,
        currency: "USD",
        occurredAt: day(index),
        entity: "US1",
        orders: [order],
        gatewayReferences: [],
      });
    }
    rows.push({
      settlement: `settlement-row:stripe:us:${index}`,
      row: {
        source: "stripe",
        account: "us",
        id: `${index}`,
        idFrom: "stated",
        type: "charge",
        class: "sale_refund",
        nature: "charge",
        gross,
        fees: [],
        net: gross,
        currency: "USD",
        references: index % 2 === 0 ? { transactionId: `${index}` } : { orderName: order },
        occurredAt: day(index),
      },
    });
  }
  return { rows, payments };
}

/** What matching costs per row, for settlements of these sizes: linear when it is the same for all of them. */
export function benchMatching(sizes: readonly number[], rounds: number): MatchingCost[] {
  return sizes.map((size) => {
    const { rows, payments } = scene(size);
    // A million rows take long enough to be measured once.
    const times = Array.from({ length: size >= 1_000_000 ? 1 : rounds }, () => {
      const started = performance.now();
      const matched = matchSettlement(rows, payments, rules).filter(({ outcome }) => outcome === "matched").length;
      const expected = payments.length;
      if (matched !== expected) throw new Error(`${matched} rows were matched, and ${expected} have a payment`);
      return ((performance.now() - started) * 1_000) / size;
    });
    return { rows: size, microsecondsPerRow: median(times) };
  });
}
