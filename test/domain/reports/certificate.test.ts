import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type CertificateItem, certificateOf } from "#domain/reports";

const date = "2026-11-27";
const line = { kind: "channel-day", name: "shop.example", currency: "USD", means: "payment-clearing shopify_payments" } as const;
const item = (transaction: string, more: Partial<CertificateItem> = {}): CertificateItem => ({
  line,
  transaction,
  event: `payment.captured:${transaction}`,
  source: 1_000,
  lineage: 1_000,
  erp: 1_000,
  bank: 1_000,
  waitsFor: "",
  ...more,
});
const without = ({ ...from }: CertificateItem, ...sides: ("lineage" | "erp" | "bank")[]): CertificateItem => {
  for (const side of sides) delete (from as { -readonly [Key in keyof CertificateItem]: CertificateItem[Key] })[side];
  return from;
};

describe("the certificate of a day", () => {
  test("is complete when every side holds the same", () => {
    const { complete, rows } = certificateOf(date, [item("a"), item("b", { source: -300, lineage: -300, erp: -300, bank: -300 })]);
    const both = { count: 2, amount: 700 };
    expect([complete, rows]).toEqual([true, [{ ...line, source: both, lineage: both, erp: both, bank: both, differences: [] }]]);
  });

  test("is never complete of a day of which nothing is known", () => {
    expect(certificateOf("2030-01-01", [])).toMatchObject({ complete: false, rows: [] });
  });

  test("names each difference by its sides and reason, with what it comes to and whose it is", () => {
    const { complete, rows } = certificateOf(date, [
      item("a"),
      without(item("b", { waitsFor: "is held: data.unmapped/tender" }), "lineage", "erp", "bank"),
      without(item("c", { waitsFor: "is held: data.unmapped/tender" }), "lineage", "erp", "bank"),
      without(item("d", { waitsFor: "is not in the ERP", notBanked: "no-row" }), "erp", "bank"),
      without(item("e", { notBanked: "no-bank-line" }), "bank"),
      item("f", { lineage: 900, erp: 900, bank: 900 }),
      item("g", { erp: 800, bank: 750 }),
    ]);
    expect(complete).toBe(false);
    expect(rows[0]?.differences).toEqual([
      { between: "source and lineage", reason: "is held: data.unmapped/tender", count: 2, amount: 2_000, transactions: ["b", "c"] },
      { between: "source and lineage", reason: "is posted with another amount", count: 1, amount: 100, transactions: ["f"] },
      { between: "lineage and ERP", reason: "is not in the ERP", count: 1, amount: 1_000, transactions: ["d"] },
      { between: "lineage and ERP", reason: "the ERP holds another amount", count: 1, amount: 200, transactions: ["g"] },
      { between: "ERP and bank", reason: "its payout is not in the bank yet", count: 1, amount: 1_000, transactions: ["e"] },
      { between: "ERP and bank", reason: "the bank shows another amount", count: 1, amount: 50, transactions: ["g"] },
    ]);
  });

  test("says when a bank shows what the ERP does not hold, and asks no bank for what none is to show", () => {
    const early = without(item("a", { waitsFor: "is to be posted" }), "lineage", "erp");
    const cash = item("b", { line: { ...line, means: "cash-drawer" }, bank: null });
    const { rows } = certificateOf(date, [early, cash]);
    expect(
      rows.map(({ means, bank, differences }) => [means, bank, differences.map(({ reason, amount }) => `${reason} ${amount}`)]),
    ).toEqual([
      ["cash-drawer", null, []],
      [line.means, { count: 1, amount: 1_000 }, ["is to be posted 1000", "is in the bank and not in the ERP -1000"]],
    ]);
  });

  test("counts the rows of a payout, and says when they are not those it states", () => {
    const payout = { kind: "payout", name: "shopify-payments main 1", currency: "USD", means: "bank" } as const;
    const { rows } = certificateOf(date, [item("p", { line: payout, counts: { source: 12, lineage: 11 } })]);
    expect(rows.map(({ source, lineage, differences }) => [source.count, lineage.count, differences.map(({ reason }) => reason)])).toEqual([
      [12, 11, ["rows are missing, or wait for their sale or a class"]],
    ]);
  });

  test("has one hash for one content, whatever order it was read in, and another for another", () => {
    const items = [item("a"), item("b"), item("c", { line: { ...line, name: "other.example" } })];
    const { hash } = certificateOf(date, items);
    expect(hash).toMatch(/^[0-9a-f]{64}$/);
    expect(certificateOf(date, items.toReversed()).hash).toBe(hash);
    expect(certificateOf("2026-11-28", items).hash).not.toBe(hash);
    expect(certificateOf(date, items.slice(1)).hash).not.toBe(hash);
  });

  test("explains every cent between two sides by its differences", () => {
    const amount = fc.integer({ min: -5_000, max: 5_000 });
    const side = fc.option(amount, { nil: undefined });
    const items = fc.array(fc.record({ source: amount, lineage: side, erp: side, bank: side, waitsFor: fc.constantFrom("x", "y") }), {
      minLength: 1,
      maxLength: 12,
    });
    fc.assert(
      fc.property(items, (given) => {
        // Nothing is in the ERP that the lineage does not know.
        const known = given.map(({ lineage, erp, bank, ...each }, index) =>
          item(String(index).padStart(2, "0"), {
            ...each,
            ...(lineage === undefined ? { lineage: undefined, erp: undefined } : { lineage, erp }),
            bank,
          } as Partial<CertificateItem>),
        );
        for (const { source, lineage, erp, bank, differences } of certificateOf(date, known).rows) {
          const told = (between: string) =>
            differences.filter((each) => each.between === between).reduce((total, each) => total + each.amount, 0);
          expect([told("source and lineage"), told("lineage and ERP"), told("ERP and bank")]).toEqual([
            source.amount - lineage.amount,
            lineage.amount - erp.amount,
            erp.amount - (bank?.amount ?? 0),
          ]);
        }
      }),
    );
  });
});
