import { afterEach, beforeEach, expect, test } from "vitest";
import type { Policy } from "#domain/policy";
import { postingRules } from "#domain/posting";
import { createHandler as decidePostings, postingRun } from "#functions/decide-postings";
import { storyOf } from "#functions/transaction-story";
import { tell } from "../../cli/commands/lineage.ts";
import { captured, order, refund, refunded, shipped } from "../domain/ledger/sale-events.ts";
import { policy as salePolicy } from "../domain/ledger/sale-policy.ts";
import { rule } from "../domain/returns/return-house.ts";
import { returnDesk, sale } from "./return-desk.ts";

const settings = {
  adapter: "sandbox",
  inventoryJournal: "erp",
  leaseSeconds: 60,
  requestTimeoutSeconds: 2,
  serverRunSeconds: 1,
  clockSkewSeconds: 5,
  visibilityLagSeconds: 0,
} as const;
const policy: Policy = { ...salePolicy, returns: [rule()], connections: { sandbox: settings } };
const unused = () => Promise.reject(new Error("not a part of this"));

let desk: ReturnType<typeof returnDesk>;
beforeEach(async () => {
  desk = returnDesk(policy);
  await desk.states(order({ A: { quantity: 2, gross: 5_000 } }), captured("p1", "09:05", 5_000), shipped("f1", "10:00", { A: 2 }));
});
afterEach(() => desk.close());

/** A look at the sale, as its facts ask for one. */
async function look() {
  const decide = decidePostings({
    lineage: desk.lineage,
    documents: { put: async () => {}, get: unused, readRange: unused, size: unused },
    references: desk.references,
    policies: {
      current: async () => policy,
      reload: async () => policy,
      lastRelease: async () => ({ release: 1, at: "2026-11-01T00:00:00.000Z", everywhereAt: "2026-11-01T00:01:30.000Z" }),
    },
    rateLimit: { acquire: async (_, requests) => requests.map(() => ({ answer: "granted" })), report: unused, release: unused },
    metrics: { record: () => {} },
    clock: { now: () => desk.now },
    rules: postingRules,
  });
  return decide(postingRun("sandbox", [sale]));
}
const returned = (authorization: string) => ({
  ...refund("r1", "12:00", { lines: { A: { subtotal: 2_500, restock: "return" } }, money: { m1: 2_500 } }),
  authorization,
});

test("the look at a return's facts puts on record that its reservation is consumed, once", async () => {
  const { authorization } = (await desk.ask()).json;
  await desk.states(returned(authorization));
  await look();
  await look();
  expect((await desk.view()).reservations.map(({ end }) => [end?.how, end?.event])).toEqual([["consumed", "refund.issued:r1"]]);
});

test("a look that could not put the end on record is not over", async () => {
  const { authorization } = (await desk.ask()).json;
  await look();
  await desk.states(returned(authorization));
  desk.failing = (item) => item.type === "reservation-end";
  expect((await look()).answers).toEqual([{ transaction: sale, answer: "busy" }]);
  expect((await desk.view()).reservations.map(({ end }) => end?.how)).toEqual([undefined]);
});

test("an overdue refund is open from its time on, at every look, and closed by the hub when the money is out", async () => {
  const { authorization } = (await desk.ask()).json;
  const pending = { lines: { A: { subtotal: 2_500, restock: "return" } }, money: { m1: { amount: 2_500, status: "pending" } } } as const;
  await desk.states({ ...refund("r1", "12:00", pending), occurredAt: "2026-12-02T10:00:00.000Z", authorization });
  const overdue = async () =>
    (await desk.view()).exceptions
      .filter(({ opened }) => opened.class === "policy.refund-overdue")
      .map(({ opened, closed }) => `${opened.at} ${closed === undefined ? "open" : `closed by ${closed.by}`}`);
  // Fourteen days where the rule says nothing.
  desk.now = "2026-12-16T09:59:59.999Z";
  await look();
  await look();
  expect(await overdue()).toEqual([]);
  desk.now = "2026-12-16T10:00:00.000Z";
  await look();
  // Another host's clock is a second behind: it closes nothing.
  desk.now = "2026-12-16T09:59:59.000Z";
  await look();
  expect(await overdue()).toEqual(["2026-12-16T10:00:00.000Z open"]);
  await desk.states({ ...refunded("m1", "13:00", 2_500, { parent: "p1" }), occurredAt: "2026-12-16T11:00:00.000Z" });
  desk.now = "2026-12-16T11:00:00.000Z";
  await look();
  expect(await overdue()).toEqual(["2026-12-16T10:00:00.000Z closed by hub"]);
});

test("everyone reads which returns were authorised, and how they ended", async () => {
  const { authorization } = (await desk.ask()).json;
  await desk.ask({ request: "r-2" });
  await desk.states(returned(authorization));
  await look();
  const view = await desk.view();
  expect(storyOf(view, []).returns.map(({ state, payable, lines }) => [state, payable, lines])).toEqual([
    ["consumed", "25.00", [{ lineId: "A", item: "SHIRT", quantity: "1" }]],
    ["open", "25.00", [{ lineId: "A", item: "SHIRT", quantity: "1" }]],
  ]);
  const text = tell({ ...storyOf(view, []), exceptions: [] }, 120);
  expect(text).toContain(`${authorization}  consumed by refund.issued:r1: 1 SHIRT at pos 7 for 25.00 USD`);
  expect(text).toContain("open until 2026-12-03 18:00:00: 1 SHIRT at pos 7 for 25.00 USD");
});
