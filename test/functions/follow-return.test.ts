import { afterEach, beforeEach, expect, test } from "vitest";
import type { BusinessEvent } from "#domain/events";
import { Invalid, Unavailable } from "#domain/failures";
import { createHandler } from "#functions/follow-return";
import { captured, order, refund, refunded, shipped } from "../domain/ledger/sale-events.ts";
import { rule, withRules } from "../domain/returns/return-house.ts";
import { returnDesk, sale } from "./return-desk.ts";

let desk: ReturnType<typeof returnDesk>;
const first = "V#000001";
beforeEach(async () => {
  // A day to come, and two days for the refund: authorised on 1 December at 18:00.
  desk = returnDesk(withRules(rule({ authorizedHours: 24, refundWithinHours: 48 })));
  await desk.states(order({ A: { quantity: 2, gross: 5_000 } }), captured("p1", "09:05", 5_000), shipped("f1", "10:00", { A: 2 }));
});
afterEach(() => desk.close());

const follow = (input: unknown = { transaction: sale, reservation: first }) =>
  createHandler({ lineage: desk.lineage, clock: { now: () => desk.now } })(input);
const ends = async () => (await desk.view()).reservations.map(({ end }) => (end === undefined ? "open" : `${end.how} by ${end.by}`));
const overdue = async () =>
  (await desk.view()).exceptions.map(({ opened }) => [
    opened.class,
    opened.cause,
    opened.event,
    opened.amount,
    opened.dueAt,
    opened.message,
  ]);

/** A refund on 2 December at 10:00 of one piece, whose money is pending unless it says otherwise. */
const issued = (authorization: string, status: "pending" | "success" = "pending"): BusinessEvent => ({
  ...refund("r1", "12:00", { lines: { A: { subtotal: 2_500, restock: "return" } }, money: { m1: { amount: 2_500, status } } }),
  occurredAt: "2026-12-02T10:00:00.000Z",
  authorization,
});

test("while nothing happened it waits for the expiry, and then records it once", async () => {
  await desk.ask();
  expect(await follow()).toEqual({ outcome: "wait", until: "2026-12-02T18:00:00.000Z" });
  desk.now = "2026-12-02T17:59:59.999Z";
  expect(await follow()).toEqual({ outcome: "wait", until: "2026-12-02T18:00:00.000Z" });
  expect(await ends()).toEqual(["open"]);
  desk.now = "2026-12-02T18:00:00.000Z";
  expect(await follow()).toEqual({ outcome: "expired" });
  desk.now = "2026-12-05T18:00:00.000Z";
  expect(await follow()).toEqual({ outcome: "expired" });
  expect(await ends()).toEqual(["expired by hub"]);
  expect((await desk.view()).reservations[0]?.end?.at).toBe("2026-12-02T18:00:00.000Z");
});

test("a return that was cancelled stays cancelled, however late it is looked at", async () => {
  const { authorization } = (await desk.ask()).json;
  desk.names.set(authorization, [sale]);
  await desk.cancels(authorization);
  desk.now = "2026-12-05T18:00:00.000Z";
  expect(await follow()).toEqual({ outcome: "cancelled" });
  expect(await ends()).toEqual(["cancelled by till"]);
});

test("a return that happened and is paid ends, with its end on record", async () => {
  await desk.states(issued((await desk.ask()).json.authorization, "success"));
  desk.now = "2026-12-02T18:00:00.000Z";
  expect(await follow()).toEqual({ outcome: "refunded" });
  expect(await ends()).toEqual(["consumed by hub"]);
  expect(await overdue()).toEqual([]);
});

test("a refund that is pending is waited for, and overdue it is brought to the desk once", async () => {
  const { authorization } = (await desk.ask()).json;
  await desk.states(issued(authorization));
  desk.now = "2026-12-02T18:00:00.000Z";
  expect(await follow()).toEqual({ outcome: "wait", until: "2026-12-04T10:00:00.000Z" });
  expect(await overdue()).toEqual([]);
  desk.now = "2026-12-04T10:00:00.000Z";
  expect(await follow()).toEqual({ outcome: "refund-overdue" });
  expect(await follow()).toEqual({ outcome: "refund-overdue" });
  expect(await overdue()).toEqual([
    [
      "policy.refund-overdue",
      "V#000001",
      "refund.issued:r1",
      2_500,
      "2026-12-05T10:00:00.000Z",
      `goods of return ${authorization} came back at 2026-12-02T10:00:00.000Z, and their refund (25.00 USD were authorised) is not settled; it was due at 2026-12-04T10:00:00.000Z.`,
    ],
  ]);
});

test("what somebody at the desk has closed is not opened again by a late look", async () => {
  await desk.states(issued((await desk.ask()).json.authorization));
  desk.now = "2026-12-04T10:00:00.000Z";
  await follow();
  const [{ opened } = { opened: undefined }] = (await desk.view()).exceptions;
  await desk.insert([{ type: "closure", transaction: sale, key: `${opened!.key}#C`, at: desk.now, by: "Ana", reason: "paid by cheque" }]);
  expect(await follow()).toEqual({ outcome: "refund-overdue" });
  expect(await overdue()).toHaveLength(1);
});

test("a refund that was settled in the meantime is not brought to the desk", async () => {
  await desk.states(issued((await desk.ask()).json.authorization), refunded("m1", "13:00", 2_500));
  desk.now = "2026-12-09T10:00:00.000Z";
  expect(await follow()).toEqual({ outcome: "refunded" });
  expect(await overdue()).toEqual([]);
});

test.each(["unavailable", "unknown"] as const)("what may not be on record (%s) is looked at again", async (answer) => {
  await desk.states(issued((await desk.ask()).json.authorization));
  desk.now = "2026-12-04T10:00:00.000Z";
  desk.inserting = answer;
  await expect(follow()).rejects.toThrow(Unavailable);
  desk.inserting = undefined;
  desk.failing = ({ type }) => type === "exception";
  await expect(follow()).rejects.toThrow(Unavailable);
  desk.failing = () => false;
  expect(await follow()).toEqual({ outcome: "refund-overdue" });
  expect(await overdue()).toHaveLength(1);
});

test.each([
  ["a return that the sale does not have", { transaction: sale, reservation: "V#000009" }],
  ["no reservation", { transaction: sale }],
  ["nothing", {}],
])("%s is refused", async (_, input) => {
  await desk.ask();
  await expect(follow(input)).rejects.toThrow(Invalid);
});
