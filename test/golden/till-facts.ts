import * as z from "zod";
import type { BusinessEvent } from "#domain/events";
import { parseMinorUnits } from "#domain/money";
import { goldenPolicy } from "./golden-policy.ts";

/*
 * What tills say beside tickets, as a scenario writes it: money between drawer, safe and bank, counts, stock, deposits and accounts, and what
 * becomes of a ticket afterwards. Everything happens on 27 November 2026 at register 1 of the Loop store unless it says otherwise.
 */

const amount = z.string().regex(/^-?\d+(\.\d+)?$/);
const at = z.string().regex(/^(\d\d )?\d\d:\d\d$/);
const store = z.string().default("0001");
const version = z.string().default("1");
const pieces = z.record(z.string(), z.number());

export const tillFacts = [
  z.strictObject({
    at,
    voids: z.string(),
    total: amount.optional(),
    currency: z.string().optional(),
    day: z.string().optional(),
    store,
    version,
  }),
  z.strictObject({
    at,
    tookBack: z.string(),
    /** Whose sale it was; absent: the store's own. */
    of: z.string().optional(),
    currency: z.string().optional(),
    day: z.string().optional(),
    shipping: amount.optional(),
    lines: z.array(
      z.strictObject({ item: z.string(), pieces: z.number().default(1), net: amount, tax: z.record(z.string(), amount).default({}) }),
    ),
    tenders: z.array(z.tuple([z.string(), amount])),
    store,
  }),
  z.strictObject({
    at,
    till: z.string(),
    kind: z.enum(["loan", "pickup", "safe-drop", "paid-in", "paid-out", "bank-deposit", "tip-out"]),
    amount,
    tender: z.string().default("Cash"),
    currency: z.string().optional(),
    /** What foreign money stands at, in the store's own currency. */
    valued: amount.optional(),
    reason: z.string().optional(),
    bag: z.string().optional(),
    store,
    version,
  }),
  z.strictObject({
    at,
    balanced: z.string(),
    /** "safe": no register. */
    in: z.string().default("1"),
    counted: amount,
    expected: amount,
    tender: z.string().default("Cash"),
    currency: z.string().optional(),
    valued: amount.optional(),
    store,
    version,
  }),
  z.strictObject({ at, audited: z.string(), store }),
  z.strictObject({ at, reopened: z.string(), store }),
  z.strictObject({
    at,
    stock: z.string(),
    is: z.enum(["receipt", "vendor-return", "count", "adjustment"]),
    items: pieces,
    /** Of a count: what the till expected; absent: it does not say. */
    expected: pieces.optional(),
    unitCosts: z.record(z.string(), amount).default({}),
    landed: amount.optional(),
    vendor: z.string().optional(),
    reason: z.string().default(""),
    store,
    version,
  }),
  z.strictObject({
    at,
    moves: z.string(),
    of: z.enum(["deposit", "receivable"]),
    amount,
    store,
    entity: z.string().default("us"),
    version,
  }),
  z.strictObject({ at, writeOff: z.string(), amount, store: z.string().optional(), order: z.string().optional() }),
  z.strictObject({ at, remits: z.string(), carrier: z.string(), amount, fee: amount.default("0") }),
] as const;

export type TillFact = z.infer<(typeof tillFacts)[number]>;

const told = ["voids", "tookBack", "till", "balanced", "audited", "reopened", "stock", "moves", "writeOff", "remits"] as const;

export function isTillFact(fact: object): fact is TillFact {
  return told.some((name) => name in fact);
}

export function tillEvent(fact: TillFact, scenarioCurrency: string): BusinessEvent {
  const currency = ("currency" in fact ? fact.currency : undefined) ?? scenarioCurrency;
  const money = (text: string, of = currency) => parseMinorUnits(text, of);
  const head = (name: string, id: string) => ({
    name,
    schema: 1,
    key: `${name}:${id}`,
    version: "version" in fact ? fact.version : "1",
    occurredAt: instant(fact.at),
  });
  const where = { store: ("store" in fact ? fact.store : undefined) ?? "0001", register: "1", businessDate: "2026-11-27" };
  const worth = (text: string | undefined) =>
    text === undefined ? {} : { valued: { currency: scenarioCurrency, amount: money(text, scenarioCurrency) } };
  const event = () => {
    if ("voids" in fact) {
      const original = { store: where.store, register: "1", sequence: "1", ...(fact.day === undefined ? {} : { businessDate: fact.day }) };
      const total = fact.total === undefined ? {} : { total: money(fact.total) };
      return { ...head("ticket.voided", fact.voids), ...where, sequence: fact.voids, original, currency, ...total };
    }
    if ("tookBack" in fact) {
      const lines = fact.lines.map(({ item, pieces: count, net, tax }, index) => ({
        id: String(index + 1),
        item,
        quantityMillionths: count * 1_000_000,
        net: money(net),
        taxes: Object.entries(tax).map(([code, amount]) => ({ code, amount: money(amount) })),
        restock: true,
      }));
      const tenders = fact.tenders.map(([type, amount]) => ({ type, amount: money(amount) }));
      const ticket = `sale:pos:${where.store}:1:2026-11-27:${fact.tookBack}`;
      const { register: _, ...place } = where;
      return {
        ...head("return.taken-back", fact.tookBack),
        ticket,
        ...place,
        ...(fact.day === undefined ? {} : { businessDate: fact.day }),
        ...taker(where.store),
        ...(fact.of === undefined ? {} : { seller: fact.of }),
        currency,
        lines,
        ...(fact.shipping === undefined ? {} : { shipping: { net: money(fact.shipping), taxes: [] } }),
        tenders,
      };
    }
    if ("till" in fact) {
      const { kind, tender, reason, bag } = fact;
      const said = { ...(reason === undefined ? {} : { reason }), ...(bag === undefined ? {} : { bag }), ...worth(fact.valued) };
      return {
        ...head("till.moved", fact.till),
        ...where,
        sequence: fact.till,
        kind,
        tender,
        currency,
        amount: money(fact.amount),
        ...said,
      };
    }
    if ("balanced" in fact) {
      const { register: _, ...safe } = where;
      const place = fact.in === "safe" ? safe : { ...safe, register: fact.in };
      const [counted, expected] = [money(fact.counted), money(fact.expected)];
      return { ...head("till.balanced", fact.balanced), ...place, tender: fact.tender, currency, counted, expected, ...worth(fact.valued) };
    }
    if ("audited" in fact || "reopened" in fact) {
      const { register: _, ...place } = where;
      const by = { by: "Dana Reyes", reason: "counted" };
      return "audited" in fact
        ? { ...head("store-day.audited", fact.audited), ...place, ...by }
        : { ...head("store-day.reopened", fact.reopened), ...place, ...by };
    }
    if ("stock" in fact) {
      const lines = Object.entries(fact.items).map(([item, count]) => ({ item, count, id: item }));
      const vendor = fact.vendor === undefined ? {} : { vendor: fact.vendor };
      const common = { ...where, sequence: fact.stock };
      const priced = lines.map(({ id, item, count }) => ({
        id,
        item,
        quantityMillionths: millionths(count),
        ...(fact.unitCosts[item] === undefined ? {} : { unitCost: money(fact.unitCosts[item]) }),
      }));
      switch (fact.is) {
        case "receipt": {
          const landed = fact.landed === undefined ? {} : { landedCost: money(fact.landed) };
          return { ...head("stock.received", fact.stock), ...common, ...vendor, currency, lines: priced, ...landed };
        }
        case "vendor-return":
          return { ...head("stock.returned-to-vendor", fact.stock), ...common, ...vendor, lines: priced };
        case "count":
          return {
            ...head("stock.counted", fact.stock),
            ...common,
            lines: lines.map(({ id, item, count }) => ({
              id,
              item,
              countedMillionths: millionths(count),
              ...(fact.expected === undefined ? {} : { expectedMillionths: millionths(fact.expected[item] ?? 0) }),
            })),
          };
        case "adjustment":
          return {
            ...head("stock.adjusted", fact.stock),
            ...common,
            lines: lines.map(({ id, item, count }) => ({ id, item, deltaMillionths: millionths(count), reason: fact.reason })),
          };
      }
    }
    if ("moves" in fact) {
      const { register: _, ...place } = where;
      const ticket = `sale:pos:${where.store}:1:2026-11-27:${fact.moves}`;
      const { of: kind, entity } = fact;
      return { ...head("account.moved", fact.moves), account: "1", kind, ticket, ...place, entity, currency, amount: money(fact.amount) };
    }
    if ("writeOff" in fact) {
      const of = fact.order === undefined ? { account: "1", store: where.store } : { orderId: fact.order };
      const by = { by: "Dana Reyes", reason: "insolvent", businessDate: where.businessDate };
      return {
        ...head("receivable.written-off", fact.writeOff),
        writeOffId: fact.writeOff,
        ...of,
        ...by,
        currency,
        amount: money(fact.amount),
      };
    }
    const { carrier } = fact;
    const row = { orderId: "1", rowId: fact.remits, carrier, currency };
    return { ...head("cod.remitted", fact.remits), ...row, amount: money(fact.amount), fee: money(fact.fee) };
  };
  return event() as BusinessEvent;
}

function instant(time: string): string {
  const [hours = "", day = "27"] = time.split(" ").reverse();
  return `2026-11-${day}T${hours}:00.000Z`;
}

function millionths(count: number): number {
  return Math.round(count * 1_000_000);
}

/** A store that takes back what it sold itself. */
function taker(store: string) {
  const { entity = "", location = "" } = goldenPolicy.stores[store] ?? {};
  return { location, entity, seller: entity };
}
