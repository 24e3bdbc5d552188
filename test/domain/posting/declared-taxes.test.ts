import { expect, test } from "vitest";
import { type BoundJournal, declaredTaxes, type PlanStep } from "#domain/posting";
import { boundJournal, done, keyOf, outcome, plan, refused } from "../../fixtures/posting-case.ts";

const line = (jurisdiction: string, amount: number, more: object = {}) => ({
  role: "tax-payable",
  dimensions: { jurisdiction },
  amount: amount * 2,
  account: "2200",
  functionalAmount: amount,
  ...more,
});
/** Taxes of 6 in Massachusetts and 4 in Texas, in functional money; half of what they are in the sale's. */
const taxed: BoundJournal = {
  ...boundJournal("a", 100),
  businessDate: "2026-10-31",
  postingDate: "2026-11-02",
  functionalCurrency: "CAD",
  lines: [
    ...boundJournal("a", 100).lines,
    line("US-MA", -6),
    line("US-TX", -4, { amends: { taxDate: "2026-11-01", originalDate: "2026-10-31" } }),
  ],
};
const post: PlanStep = { kind: "post", key: keyOf("a"), erpKey: `${keyOf("a")}@1`, hash: "h", document: taxed };
const reverse: PlanStep = {
  ...{ kind: "reverse", key: keyOf("a"), erpKey: `${keyOf("a")}@1/reversal`, reverses: `${keyOf("a")}@1`, entity: "us" },
  postingDate: "2026-12-05",
  amends: [{ jurisdiction: "US-TX", amount: 4, taxDate: "2026-12-01", originalDate: "2026-11-01" }],
};
const plans = [plan(1, [post]), plan(2, [reverse])];
const texts = (...given: Parameters<typeof declaredTaxes>) =>
  declaredTaxes(...given).map(
    ({ erpKey, jurisdiction, amount, currency, postingDate, taxDate, amends = "nothing" }) =>
      `${erpKey.slice(keyOf("").length)} ${jurisdiction} ${amount} ${currency} posted ${postingDate}, declared ${taxDate}, amends ${amends}`,
  );
const posting = [
  "a@1 US-MA -6 CAD posted 2026-11-02, declared 2026-10-31, amends nothing",
  "a@1 US-TX -4 CAD posted 2026-11-02, declared 2026-11-01, amends 2026-10-31",
];

test("each jurisdiction's tax is declared for its own day, in functional money, and taken back from the return that declared it", () => {
  const outcomes = new Map(plans.map((each) => [each.number, outcome(each)]));
  expect(texts(plans, outcomes)).toEqual([
    ...posting,
    "a@1/reversal US-MA 6 CAD posted 2026-12-05, declared 2026-10-31, amends nothing",
    "a@1/reversal US-TX 4 CAD posted 2026-12-05, declared 2026-12-01, amends 2026-11-01",
  ]);
});

test("what was refused or has no answer declares nothing, nor does what was never sent", () => {
  expect(texts(plans, new Map([[1, outcome(plans[0]!)]]))).toEqual(posting);
  expect(texts(plans, new Map(plans.map((each) => [each.number, outcome(each, [refused])])))).toEqual([]);
  const opening = plan(1, [{ kind: "opening", key: keyOf("a"), erpKey: "a", hash: "h", document: taxed }]);
  expect(texts([opening], new Map([[1, outcome(opening, [done("opening")])]]))).toEqual([]);
  expect(texts([plan(1, [reverse])], new Map([[1, outcome(plan(1, [reverse]))]]))).toEqual([]);
});
