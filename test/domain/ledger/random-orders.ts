import fc from "fast-check";
import type { BusinessEvent } from "#domain/events";
import { captured, order, refund, refunded, shipped, unshipped } from "./sale-events.ts";

/** An order whose life was lived to the end: all captured, all shipped or given back; and what is left of it by its own arithmetic. */
export interface OrderLife {
  readonly events: BusinessEvent[];
  /** Of the stated order, less the stated refunds. */
  readonly left: {
    readonly net: number;
    readonly tax: Record<string, number>;
    readonly tip: number;
    readonly duties: number;
    readonly captured: number;
    readonly refunded: number;
  };
}

const codes = ["IL", "VAT", "MwSt"] as const;

const lineGiven = fc.record({
  quantity: fc.integer({ min: 1, max: 4 }),
  gross: fc.integer({ min: 0, max: 20_000 }),
  discountShare: fc.constantFrom(0, 0, 10, 33, 100),
  rates: fc.tuple(fc.constantFrom(0, 7), fc.constantFrom(0, 20), fc.constantFrom(0, 19)),
});

const act = fc.record({
  kind: fc.constantFrom("capture", "ship", "ship", "unship", "refund", "refund", "refund-shipping"),
  line: fc.nat(),
  share: fc.integer({ min: 1, max: 100 }),
  restock: fc.constantFrom("return", "cancel", "none", "legacy"),
});

/** Any order with any sequence of captures, fulfilments, cancelled fulfilments and refunds, all of them sound. */
export const orderLife: fc.Arbitrary<OrderLife> = fc
  .record({
    lines: fc.array(lineGiven, { minLength: 1, maxLength: 4 }),
    shipping: fc.integer({ min: 0, max: 1_500 }),
    shippingRate: fc.constantFrom(0, 20),
    tip: fc.constantFrom(0, 0, 300),
    duties: fc.constantFrom(0, 0, 1_234),
    fees: fc.constantFrom(0, 0, 99),
    taxesIncluded: fc.boolean(),
    paymentTerms: fc.boolean(),
    acts: fc.array(act, { maxLength: 10 }),
  })
  .map(live);

interface Given {
  readonly lines: readonly (typeof lineGiven extends fc.Arbitrary<infer T> ? T : never)[];
  readonly shipping: number;
  readonly shippingRate: number;
  readonly tip: number;
  readonly duties: number;
  readonly fees: number;
  readonly taxesIncluded: boolean;
  readonly paymentTerms: boolean;
  readonly acts: readonly (typeof act extends fc.Arbitrary<infer T> ? T : never)[];
}

function live({ lines, shipping, shippingRate, tip, duties, fees, taxesIncluded, paymentTerms, acts }: Given): OrderLife {
  const rows = lines.map((given, index) => {
    const discount = Math.floor((given.gross * given.discountShare) / 100);
    const value = given.gross - discount;
    const tax = Object.fromEntries(
      codes.map((code, each) => [code, Math.floor((value * given.rates[each]!) / (taxesIncluded ? 200 : 100))]),
    );
    return {
      id: `L${index}`,
      quantity: given.quantity,
      gross: given.gross,
      discount,
      tax,
      value,
      shipped: 0,
      returned: 0,
      gone: 0,
      refunded: 0,
    };
  });
  const shippingTax = Math.floor((shipping * shippingRate) / 200);
  const onTop = (tax: Record<string, number>) => (taxesIncluded ? 0 : add(Object.values(tax)));
  const placed = order(
    Object.fromEntries(
      rows.map(({ id, quantity, gross, discount, tax }) => [
        id,
        { quantity, gross, tax, discounts: discount === 0 ? [] : [{ amount: discount, promotion: "P" }] },
      ]),
    ),
    { taxesIncluded, paymentTerms, tip, duties, fees, shipping: { gross: shipping, tax: { VAT: shippingTax } } },
  );
  const events: BusinessEvent[] = [placed];
  let worth = placed.totals.total;
  let kept = 0;
  let net = placed.totals.total - placed.totals.tax - tip - duties;
  let dutiesLeft = duties;
  const tax: Record<string, number> = {};
  for (const code of codes) tax[code] = add(rows.map((row) => row.tax[code]!)) + (code === "VAT" ? shippingTax : 0);
  let taken = 0;
  let given = 0;
  let shippingBack = false;
  const standing: { id: string; row: (typeof rows)[number]; count: number }[] = [];

  const time = () => `${String(10 + Math.floor(events.length / 60)).padStart(2, "0")}:${String(events.length % 60).padStart(2, "0")}`;
  const capture = (amount: number) => {
    if (amount === 0) return;
    kept += amount;
    taken += amount;
    events.push(captured(`P${events.length}`, time(), amount));
  };
  const ship = (row: (typeof rows)[number], count: number) => {
    if (count === 0) return;
    row.shipped += count;
    const id = `F${events.length}`;
    standing.push({ id, row, count });
    events.push(shipped(id, time(), { [row.id]: count }));
  };
  const giveBack = (value: number, share: number, what: Parameters<typeof refund>[2]) => {
    const least = Math.max(value - (worth - kept), 0);
    const money = least + Math.floor(((Math.min(value, kept) - least) * share) / 100);
    worth -= value;
    kept -= money;
    given += money;
    const id = events.length;
    events.push(refund(`R${id}`, time(), { ...what, money: money === 0 ? {} : { [`T${id}`]: money } }));
    if (money > 0) events.push(refunded(`T${id}`, time(), money));
  };
  const refundShipping = (share: number) => {
    if (shippingBack) return;
    shippingBack = true;
    net -= shipping - (taxesIncluded ? shippingTax : 0) + fees;
    dutiesLeft = 0;
    tax.VAT = tax.VAT! - shippingTax;
    const stated = refund("x", "10:00", { shipping: { amount: shipping } });
    const value = shipping + onTop({ VAT: shippingTax }) + duties + fees;
    giveBack(value, share, {});
    const at = events.findLastIndex((event) => event.name === "refund.issued");
    events[at] = {
      ...(events[at] as typeof stated),
      shipping: [{ id: "S", amount: shipping, tax: shippingTax, taxes: [{ code: "VAT", amount: shippingTax }] }],
      duties,
      fees,
    };
  };

  for (const { kind, line, share, restock } of acts) {
    const row = rows[line % rows.length]!;
    const open = row.quantity - row.gone - row.shipped;
    switch (kind) {
      case "capture":
        capture(Math.floor(((worth - kept) * share) / 100));
        break;
      case "ship":
        ship(row, Math.ceil((open * share) / 100));
        break;
      case "unship": {
        const at = standing.findIndex((each) => each.row === row && row.returned === 0);
        if (at < 0) break;
        const [fulfilment] = standing.splice(at, 1);
        row.shipped -= fulfilment!.count;
        events.push(unshipped(fulfilment!.id, time()));
        break;
      }
      case "refund": {
        const out = row.shipped - row.returned;
        const count = Math.ceil(((open + out) * share) / 100);
        if (count === 0) break;
        const left = restock === "cancel" ? Math.max(count - open, 0) : Math.min(count, out);
        row.returned += left;
        row.gone += count - left;
        // As a channel states it: each unit's part of the line, to the cent, the last unit taking the rest.
        const part = (amount: number) =>
          Math.round((amount * (row.refunded + count)) / row.quantity) - Math.round((amount * row.refunded) / row.quantity);
        const subtotal = part(row.value);
        const given = Object.fromEntries(codes.map((code) => [code, part(row.tax[code]!)]));
        row.refunded += count;
        net -= subtotal - (taxesIncluded ? add(Object.values(given)) : 0);
        for (const code of codes) tax[code] = tax[code]! - given[code]!;
        giveBack(subtotal + onTop(given), share, {
          lines: { [row.id]: { quantity: count, subtotal, tax: given, restock, location: "200" } },
        });
        break;
      }
      case "refund-shipping":
        refundShipping(share);
        break;
    }
  }
  for (const row of rows) ship(row, row.quantity - row.gone - row.shipped);
  // An order of which nothing was ever handed over has not earned its shipping.
  if (rows.every((row) => row.shipped === 0)) refundShipping(100);
  capture(worth - kept);
  return { events, left: { net, tax, tip, duties: dutiesLeft, captured: taken, refunded: given } };
}

function add(amounts: readonly number[]): number {
  return amounts.reduce((a, b) => a + b, 0);
}
