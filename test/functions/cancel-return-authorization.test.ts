import { afterEach, beforeEach, expect, test } from "vitest";
import { captured, order, refund, shipped } from "../domain/ledger/sale-events.ts";
import { returnDesk, sale } from "./return-desk.ts";

let desk: ReturnType<typeof returnDesk>;
let authorization: string;
beforeEach(async () => {
  desk = returnDesk();
  await desk.states(order({ A: { quantity: 2, gross: 5_000 } }), captured("p1", "09:05", 5_000), shipped("f1", "10:00", { A: 2 }));
  authorization = (await desk.ask({ lines: [{ lineId: "A", quantityMillionths: 2_000_000, condition: "as-new" }] })).json.authorization;
  desk.names.set(authorization, [sale]);
});
afterEach(() => desk.close());

test("a cancellation ends the reservation, once, and its units are free", async () => {
  expect(await desk.cancels(authorization)).toEqual({ status: 200, json: { authorization, state: "cancelled" } });
  desk.now = "2026-12-01T19:00:00.000Z";
  expect(await desk.cancels(authorization)).toEqual({ status: 200, json: { authorization, state: "cancelled" } });
  expect((await desk.view()).reservations[0]?.end).toMatchObject({ how: "cancelled", by: "till", at: "2026-12-01T18:00:00.000Z" });
  expect((await desk.ask({ request: "r-2" })).json).toMatchObject({ answer: "authorized" });
});

test("a return that happened is not cancelled any more", async () => {
  await desk.states({
    ...refund("r1", "12:00", { lines: { A: { subtotal: 2_500, restock: "return" } }, money: { m1: 2_500 } }),
    authorization,
  });
  await desk.ask({ request: "r-2" });
  expect(await desk.cancels(authorization)).toEqual({ status: 200, json: { authorization, state: "consumed" } });
});

test("nobody cancels for a place that is not theirs, or under an id that nobody knows", async () => {
  expect((await desk.cancels(authorization, "other")).status).toBe(403);
  expect((await desk.cancels(authorization, "reader")).status).toBe(403);
  expect((await desk.cancels("RA-000000000000")).status).toBe(404);
  expect((await desk.cancels(sale)).status).toBe(404);
  expect((await desk.view()).reservations[0]?.end).toBeUndefined();
});

test.each(["unavailable", "unknown"] as const)("one that was perhaps not recorded (%s) is sent again", async (answer) => {
  desk.inserting = answer;
  expect((await desk.cancels(authorization)).status).toBe(503);
  desk.inserting = undefined;
  expect((await desk.cancels(authorization)).json).toEqual({ authorization, state: "cancelled" });
});
