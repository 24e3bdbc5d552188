import { describe, expect, test } from "vitest";
import { knownPoslogDialects, poslogDialectSchema } from "../../../domain/pos-dialects/poslog-dialect.ts";

type Rule = Readonly<Record<string, unknown>>;

const named = (...meanings: string[]) => Object.fromEntries(meanings.map((meaning, index) => [`word${index}`, meaning]));
const collected = named(
  "gift-card",
  "store-credit",
  "tip",
  "deposit",
  "forfeit",
  "on-account",
  "donation",
  "bottle-deposit",
  "fee",
  "shipping",
);

/** A dialect that says all that it may, with each word that a meaning can be. */
const whole = {
  why: "A test of dialects.",
  namespaces: ["http://vendor.example/poslog"],
  elements: { QuantityShipped: "Quantity" },
  repeatedAmounts: ["Sum"],
  flags: { training: ["T"], cancelled: ["C"], suspended: ["S"], offline: ["O"], voided: ["V"], change: ["G"] },
  lineSign: "figures",
  nestedChange: "figures",
  postVoid: "repeats",
  taxRate: "percent",
  transactionType: { attribute: "Type", values: named("post-void", "training", "suspended", "cancelled", "ignored") },
  statuses: named("finished", "cancelled", "suspended", "unfinished", "resumed", "post-void", "replaced"),
  links: named("voided", "replaced", "resumed", "return"),
  totals: named("net", "tax", "total", "rounding", "gross", "discount", "items"),
  taxOfTotals: "VAT",
  lines: collected,
  itemTypes: collected,
  givenBack: ["out"],
  tenders: { "01": "Cash" },
  restocked: ["shelf"],
  movements: named("loan", "pickup", "safe-drop", "paid-in", "paid-out", "bank-deposit", "tip-out", "till-count", "safe-count", "ignored"),
  stock: named("transfer-out", "transfer-in", "transfer", "received", "counted", "adjusted", "lost", "returned-to-vendor", "ignored"),
  stockTypes: ["DocType"],
  properties: [{ element: "Property", code: "Code", value: "Value", fills: named("receipt", "transactionId", "offline", "training") }],
  rewards: {
    element: "Reward",
    amount: "Amount",
    onlyWith: "Flag",
    category: { element: "Category", is: "line" },
    line: { reference: "Ref", number: "Number" },
  },
};
const accepts = (more: Rule) => poslogDialectSchema.safeParse({ ...whole, ...more }).success;

describe("a dialect", () => {
  test.each<[string, Rule]>([
    ["all that it may say", {}],
    ["the sign of the quantity", { lineSign: "quantity" }],
    ["change inside the tender", { nestedChange: "inside" }],
    ["change off the tender", { nestedChange: "off" }],
    ["post-voids with opposite signs", { postVoid: "mirrors" }],
    ["rates as fractions", { taxRate: "fraction" }],
  ])("says %s", (_, more) => {
    expect(poslogDialectSchema.parse({ ...whole, ...more })).toEqual({ ...whole, ...more });
  });

  test("says its reason, and nothing else that it must", () => {
    expect(poslogDialectSchema.parse({ why: "A test of it." })).toEqual({ why: "A test of it." });
    expect(poslogDialectSchema.safeParse({}).success).toBe(false);
  });

  test.each<[string, Rule]>([
    ["a key that nobody reads", { colour: "red" }],
    ["a short reason", { why: "A test of" }],
    ["a reason of 501 characters", { why: "x".repeat(501) }],
    ["an empty word", { stockTypes: [""] }],
    ["a word of 121 characters", { stockTypes: ["x".repeat(121)] }],
    ["101 words", { stockTypes: Array(101).fill("x") }],
    ["a flag that nobody reads", { flags: { lost: ["L"] } }],
    ["another sign", { lineSign: "amount" }],
    ["another change", { nestedChange: "on" }],
    ["another post-void", { postVoid: "deletes" }],
    ["another rate", { taxRate: "permille" }],
    ["another status", { statuses: { x: "lost" } }],
    ["another link", { links: { x: "lost" } }],
    ["another total", { totals: { x: "lost" } }],
    ["another line", { lines: { x: "lost" } }],
    ["another item type", { itemTypes: { x: "lost" } }],
    ["another movement", { movements: { x: "lost" } }],
    ["another movement of stock", { stock: { x: "eaten" } }],
    ["another type of transaction", { transactionType: { attribute: "Type", values: { x: "lost" } } }],
    ["a type of transaction with something beside it", { transactionType: { attribute: "Type", values: {}, more: 1 } }],
    ["a property that fills nothing known", { properties: [{ element: "a", code: "b", value: "c", fills: { x: "lost" } }] }],
    ["a property with something beside it", { properties: [{ element: "a", code: "b", value: "c", fills: {}, more: 1 }] }],
    ["11 properties", { properties: Array(11).fill({ element: "a", code: "b", value: "c", fills: {} }) }],
    ["a reward with something beside it", { rewards: { element: "a", amount: "b", more: 1 } }],
    [
      "the category of a reward with something beside it",
      { rewards: { element: "a", amount: "b", category: { element: "a", is: "b", more: 1 } } },
    ],
    [
      "the line of a reward with something beside it",
      { rewards: { element: "a", amount: "b", line: { reference: "a", number: "b", more: 1 } } },
    ],
  ])("with %s is refused", (_, more) => {
    expect(accepts(more)).toBe(false);
  });

  test("has up to 100 words of 1 to 120 characters, and ten properties", () => {
    expect(accepts({ stockTypes: Array(100).fill("x".repeat(120)) })).toBe(true);
    expect(accepts({ properties: Array(10).fill({ element: "a", code: "b", value: "c", fills: {} }) })).toBe(true);
    expect([accepts({ why: "0123456789" }), accepts({ why: "x".repeat(500) })]).toEqual([true, true]);
  });
});

test("the hub brings these dialects along", () => {
  expect(knownPoslogDialects).toEqual(["arts", "oracle-xstore", "ncr-acs", "wincor-tpnet", "retalix-r10", "gk-omnipos", "futura"]);
});
