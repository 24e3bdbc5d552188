import { afterEach, beforeEach, expect, test } from "vitest";
import type { ReservationItem, TransactionView } from "#domain/lineage";
import { verifyReturns } from "../../cli/verify-returns.ts";
import { captured, order, refund, shipped } from "../domain/ledger/sale-events.ts";
import { rule, withRules } from "../domain/returns/return-house.ts";
import { returnDesk } from "../functions/return-desk.ts";

const numbered = "return reservations are numbered without a gap, each with the id of its number";
const wasThere = "what is reserved for a return was handed over, had not come back and was promised to nobody else";
const shippingWasThere = "what is reserved of shipping was charged, had not been given back and was promised to nobody else";
const wasSold = "what is reserved for returns and came back on them was sold";
const wasReserved = "what comes back on a reservation was reserved, by a fact of its sale";

let desk: ReturnType<typeof returnDesk>;
afterEach(() => desk.close());

/** Three shirts: one cancelled, one returned by a fact that names its authorisation, one promised and one that was promised too late. */
beforeEach(async () => {
  desk = returnDesk();
  await desk.states(order({ A: { quantity: 4, gross: 8_000 } }), captured("p1", "09:05", 8_000), shipped("f1", "10:00", { A: 4 }));
  const first = (await desk.ask({ request: "1" })).json.authorization;
  desk.names.set(first, ["sale:shopify:demo.example:1"]);
  await desk.cancels(first);
  const { authorization } = (await desk.ask({ request: "2" })).json;
  const back = refund("r1", "12:00", { lines: { A: { subtotal: 2_000, restock: "return" } }, money: { m1: 2_000 } });
  await desk.states({ ...back, authorization });
  await desk.ask({ request: "3" });
  desk.now = "2026-12-03T00:00:00.000Z";
  await desk.ask({ request: "4", lines: [{ lineId: "A", quantityMillionths: 3_000_000, condition: "as-new" }] });
});

function failures(view: TransactionView): string[] {
  const failed: string[] = [];
  verifyReturns(view, (name, holds) => void (holds || failed.push(name)));
  return failed;
}

/** The view with reservation `number` changed. */
async function tampered(number: number, change: (item: ReservationItem) => ReservationItem): Promise<string[]> {
  const view = await desk.view();
  const reservations = view.reservations.map((each) =>
    each.granted.number === number ? { ...each, granted: change(each.granted) } : each,
  );
  return failures({ ...view, reservations });
}

test("holds whatever became of the reservations", async () => {
  const view = await desk.view();
  expect(view.reservations.map(({ end }) => end?.how)).toEqual(["cancelled", "consumed", "expired", undefined]);
  expect(failures(view)).toEqual([]);
});

test("fails where more is reserved than was there", async () => {
  const more = (item: ReservationItem): ReservationItem => ({
    ...item,
    grant: { ...item.grant, allowed: item.grant.allowed.map((line) => ({ ...line, quantityMillionths: 4_000_000 })) },
  });
  expect(await tampered(4, more)).toEqual([wasThere, wasSold]);
});

test("fails where an earlier promise was not seen", async () => {
  const blind = (item: ReservationItem): ReservationItem => ({ ...item, basis: item.basis.map((line) => ({ ...line, promised: 9 })) });
  expect(await tampered(4, blind)).toEqual([wasThere]);
});

test("fails where a number is missing", async () => {
  const view = await desk.view();
  expect(failures({ ...view, reservations: view.reservations.slice(1) })).toEqual([numbered, numbered, numbered]);
});

test("fails where more came back than was reserved, or by no fact of the sale", async () => {
  const view = await desk.view();
  const [, consumed] = view.reservations;
  const withEnd = (more: object) =>
    failures({
      ...view,
      reservations: view.reservations.map((each) => (each === consumed ? { ...each, end: { ...each.end!, ...more } } : each)),
    });
  expect(withEnd({ lines: [{ lineId: "A", quantityMillionths: 2_000_000 }] })).toEqual([wasReserved, wasSold]);
  expect(withEnd({ event: "refund.issued:none" })).toEqual([wasReserved]);
});

test("fails where shipping is promised that was given back or promised before, or that nobody looked at", async () => {
  desk.close();
  desk = returnDesk(withRules(rule({ refundsShipping: "proportionate" })));
  const sold = order({ A: { quantity: 2, gross: 8_000 } }, { shipping: { gross: 500 } });
  await desk.states(sold, captured("p1", "09:05", 8_500), shipped("f1", "10:00", { A: 2 }));
  await desk.ask({ request: "1" });
  await desk.ask({ request: "2" });
  const view = await desk.view();
  expect(view.reservations.map(({ granted }) => granted.shippingBasis)).toEqual([
    { charged: 500, givenBack: 0, promised: 0 },
    { charged: 500, givenBack: 0, promised: 250 },
  ]);
  expect(failures(view)).toEqual([]);
  const promised = (basis: ReservationItem["shippingBasis"]) => (item: ReservationItem) => ({ ...item, shippingBasis: basis! });
  expect(await tampered(2, promised({ charged: 500, givenBack: 1, promised: 250 }))).toEqual([shippingWasThere]);
  expect(await tampered(2, promised({ charged: 500, givenBack: 0, promised: 0 }))).toEqual([shippingWasThere]);
  expect(await tampered(2, ({ shippingBasis: _, ...item }) => item)).toEqual([shippingWasThere]);
});
