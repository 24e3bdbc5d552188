import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";
import { tillFacts } from "./till-facts.ts";

/*
 * A golden scenario as it is written down: JSON, amounts as decimal strings of the scenario's currency, times as HH:MM (UTC) of
 * 27 November 2026 or as "28 HH:MM" of another day of that month, taxes and discounts by name. README.md beside this file says how to read and write one.
 */

const amount = z.string().regex(/^-?\d+(\.\d+)?$/);
/** "HH:MM" of 27 November 2026, "28 HH:MM" of another day of that month, "12-01 HH:MM" of another day of that year. */
export const timePattern = /^((\d\d-)?\d\d )?\d\d:\d\d$/;
const at = z.string().regex(timePattern);
/** "92.00 EUR". */
const foreignMoney = z.string().regex(/^\d+(\.\d+)? [A-Z]{3}$/);
const amounts = z.record(z.string(), amount);
const restock = z.enum(["return", "cancel", "none", "legacy"]);

const orderLine = z.strictObject({
  item: z.string().default("SHIRT"),
  kind: z.enum(["goods", "gift-card", "custom"]).default("goods"),
  pieces: z.number().default(1),
  gross: amount,
  discounts: amounts.default({}),
  /** By the channel's name of the tax; "IL by channel" is one that the channel remits. */
  tax: amounts.default({}),
  /** Within `gross`, where the order has `dutiesIncluded`. */
  duties: amount.optional(),
});

const order = z.strictObject({
  lines: z.record(z.string(), orderLine),
  shipping: z.strictObject({ gross: amount, discounts: amounts.default({}), tax: amounts.default({}) }).optional(),
  tip: amount.default("0"),
  duties: amount.default("0"),
  fees: amount.default("0"),
  cashRounding: amount.default("0"),
  /** Absent: what the parts come to. */
  total: amount.optional(),
  taxesIncluded: z.boolean().default(false),
  dutiesIncluded: z.literal(true).optional(),
  onTerms: z.boolean().default(false),
  currency: z.string().optional(),
  /** The total as the customer saw it. */
  presented: foreignMoney.optional(),
  businessEntity: z.string().optional(),
  takenAt: z.string().optional(),
  /** When the source wrote this version; absent: when the order was placed. */
  version: at.optional(),
});

const payment = {
  foreign: foreignMoney.optional(),
  in: z.string().optional(),
  amount,
  with: z.string().default("shopify_payments"),
  manual: z.boolean().default(false),
  rounding: amount.optional(),
};
const status = z.enum(["pending", "success", "failed"]).default("success");

const refund = {
  /** The return that it pays for. */
  of: z.string().optional(),
  lines: z
    .record(
      z.string(),
      z.strictObject({ pieces: z.number().default(1), subtotal: amount, tax: amounts.default({}), restock, to: z.string().optional() }),
    )
    .default({}),
  shipping: z.strictObject({ amount, tax: amounts.default({}) }).optional(),
  duties: amount.default("0"),
  fees: amount.default("0"),
  tips: amount.optional(),
  returnFees: z.record(z.string(), z.strictObject({ amount, tax: amounts.default({}) })).optional(),
  discrepancy: z.strictObject({ amount, tax: amount.default("0") }).optional(),
  money: z
    .record(z.string(), z.strictObject({ amount, in: z.string().optional(), with: z.string().default("shopify_payments"), status }))
    .default({}),
  version: z.string().default("1"),
};

const ticketLine = z.strictObject({
  kind: z.enum(["sale", "return"]),
  /** A line that sells nothing: its item is "". */
  collects: z
    .enum(["gift-card", "store-credit", "tip", "deposit", "forfeit", "on-account", "donation", "bottle-deposit", "fee", "shipping"])
    .optional(),
  reason: z.string().optional(),
  account: z.string().optional(),
  item: z.string().default("SHIRT"),
  pieces: z.number().default(1),
  gross: amount,
  discounts: amounts.default({}),
  tax: amounts.default({}),
  restock: z.boolean().default(true),
});

export const ticketContent = z.strictObject({
  store: z.string().default("0001"),
  lines: z.array(ticketLine),
  /** Type and amount; or with the account that it uses, or with the foreign money that it was. */
  tenders: z.array(
    z.union([
      z.tuple([z.string(), amount]),
      z.strictObject({
        type: z.string(),
        amount,
        account: z.string().optional(),
        foreign: z.tuple([z.string(), amount]).optional(),
      }),
    ]),
  ),
  replaces: z.strictObject({ sequence: z.string(), businessDate: z.string().optional() }).optional(),
  /** Of the whole ticket. */
  discounts: amounts.default({}),
  cashRounding: amount.default("0"),
  taxesIncluded: z.boolean().default(false),
});

/** The sale that books it: an order of the web shop, or ticket 1 of the store. */
const bySale = { order: z.string().optional(), ticketOf: z.string().optional() };
const cardFact = { on: z.string(), amount, reason: z.string().optional(), version: z.string().default("1"), ...bySale };
const pieceCounts = z.record(z.string(), z.number());

export const fact = z.union([
  z.strictObject({ at, order }),
  z.strictObject({ at, authorise: z.string(), ...payment }),
  z.strictObject({ at, void: z.string(), of: z.string().optional(), ...payment }),
  z.strictObject({ at, capture: z.string(), of: z.string().optional(), ...payment }),
  z.strictObject({
    at,
    ship: z.string(),
    from: z.string().optional(),
    by: z.string().optional(),
    lines: z.record(z.string(), z.number()),
    item: z.string().default(""),
  }),
  z.strictObject({ at, deliver: z.string() }),
  z.strictObject({ at, cancelShipment: z.string(), refused: z.optional(z.literal(true)) }),
  z.strictObject({ at, earnPoints: z.string(), points: z.int(), spent: amount }),
  z.strictObject({ at, usePoints: z.string(), points: z.int() }),
  z.strictObject({ at, losePoints: z.string(), points: z.int() }),
  z.strictObject({ at, cancelOrder: z.string() }),
  z.strictObject({ at, authoriseReturn: z.string(), lines: z.record(z.string(), z.number()), fees: amounts.default({}) }),
  z.strictObject({
    at,
    received: z.string(),
    of: z.string().optional(),
    line: z.string().optional(),
    pieces: z.number().default(1),
    as: z.enum(["restocked", "not-restocked", "processing", "missing"]),
    to: z.string().optional(),
  }),
  z.strictObject({ at, cancelReturn: z.string() }),
  z.strictObject({ at, closeReturn: z.string() }),
  z.strictObject({ at, refund: z.string(), ...refund }),
  z.strictObject({ at, refunded: z.string(), of: z.string().optional(), status, version: z.string().default("1"), ...payment }),
  z.strictObject({
    at,
    ticket: ticketContent,
  }),
  z.strictObject({ at, issue: z.string(), ...cardFact, soldFor: amount.optional() }),
  z.strictObject({ at, redeem: z.string(), ...cardFact, takenBy: z.string().optional() }),
  z.strictObject({ at, adjust: z.string(), ...cardFact }),
  z.strictObject({
    at,
    send: z.string(),
    from: z.string(),
    /** A till may not name it. */
    to: z.string().optional(),
    /** Pieces by item: the line of an item is named like it. */
    goods: pieceCounts,
    version: z.string().default("1"),
  }),
  z.strictObject({
    at,
    arrive: z.string(),
    from: z.string(),
    to: z.string(),
    /** Of tills: the shipment that this receipt is a part of. */
    shipment: z.string().optional(),
    accepted: pieceCounts.default({}),
    damaged: pieceCounts.default({}),
    version: z.string().default("1"),
  }),
  z.strictObject({ at, closeShipment: z.string() }),
  z.strictObject({
    at,
    /** Net sales of the last thirty days of November, read from the books of an entity after its end. */
    soldByPeriodEnd: amount,
    cost: amount,
    entity: z.string().default("us"),
    channel: z.string().default("web"),
    version: z.string().default("1"),
  }),
  ...tillFacts,
]);

const scenario = z.strictObject({
  rows: z.array(z.string().regex(/^c\d+$/)).min(1),
  story: z.string().min(10),
  currency: z.string().default("USD"),
  shop: z.string().default("us.example"),
  /** The stream, where it is no sale: one gift card or credit, one transfer, a store's day, what a till did to its stock, one account. */
  of: z
    .enum([
      "sale",
      "gift-card",
      "store-credit",
      "loyalty",
      "transfer",
      "till-transfer",
      "store-day",
      "stock",
      "deposit",
      "receivable",
      "period",
    ])
    .default("sale"),
  events: z.array(fact).min(1),
  /** By "<event> <kind>", with " in <entity>" where the books are not the seller's: the lines, "Dr role dimensions amount". */
  journals: z.record(z.string(), z.array(z.string().regex(/^(Dr|Cr) /))).default({}),
  /** By the same names: "-1 SHIRT dc at 40.00", with " against <role>" where the other side is not cost of goods sold. */
  stock: z.record(z.string(), z.array(z.string())).default({}),
  /** Exceptions that are open in the end: "class/code cause". */
  open: z.array(z.string()).default([]),
});

export type Fact = z.infer<typeof fact>;
export type Scenario = z.infer<typeof scenario> & { readonly name: string };

/** A scenario as a test writes it, with everything that it leaves out. */
export function scenarioOf(
  given: Partial<z.input<typeof scenario>> & Pick<z.input<typeof scenario>, "events">,
  name = "a scenario",
): Scenario {
  return { ...scenario.parse({ rows: ["c1"], story: name.padEnd(10), ...given }), name };
}

const folder = join(import.meta.dirname, "scenarios");

/** All scenarios, by the name of their file. */
export function readScenarios(): Scenario[] {
  return readdirSync(folder)
    .sort()
    .map((file) => ({ ...scenario.parse(JSON.parse(readFileSync(join(folder, file), "utf8"))), name: file.replace(/\.json$/, "") }));
}
