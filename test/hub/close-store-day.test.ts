import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { contentHash } from "#domain/canonical";
import type { BusinessEvent, EventOf } from "#domain/events";
import { storeDayTransaction, ticketTransaction } from "#domain/identity";
import { documentItem } from "#domain/lineage";
import { readTransaction } from "#functions/read-transaction";
import { drain, type Hub, openHub } from "#hub";
import { openRows } from "../../cli/commands/exceptions.ts";
import { storeDayReport } from "../../cli/store-day-report.ts";
import { policiesFolder } from "./temporary-hub.ts";

const place = { store: "0101", businessDate: "2026-11-27" } as const;
const day = storeDayTransaction(place.store, place.businessDate);
const by = { by: "Dana Reyes", reason: "counted twice" };

/** A clock that goes on from an instant of the test: what waits a second must see it pass. */
let startsAt = 0;
let startedAt = 0;
function goOnFrom(instant: string): void {
  startsAt = Date.parse(instant);
  startedAt = Date.now();
}
const clock = { now: () => new Date(startsAt + Date.now() - startedAt).toISOString() };

let folder: string;
let policies: string;
let hub: Hub;
const open = async () => {
  hub = await openHub({ dataFolder: join(folder, "data"), policiesFolder: policies, webhookSecret: "days", clock });
};
beforeEach(async () => {
  goOnFrom("2026-11-28T02:30:00.000Z");
  folder = mkdtempSync(join(tmpdir(), "throughline-close-"));
  policies = policiesFolder;
  await open();
});
afterEach(async () => {
  await hub.close();
  rmSync(folder, { recursive: true, force: true });
});

/** On a busy machine a plan may outlast its lease, and is looked at again when that is out. */
async function settle(): Promise<void> {
  for (let round = 0; round < 60; round += 1) {
    if ((await drain(hub)).kind === "drained") return;
    await new Promise((resolve) => setTimeout(resolve, 1_000));
  }
  throw new Error("the hub does not come to rest");
}

/** The hub goes down and is started again at that instant: what waited until then goes on. */
async function restartAt(instant: string): Promise<void> {
  await hub.close();
  goOnFrom(instant);
  await open();
  await settle();
}

async function arrive(transaction: string, kind: "sale" | "store-day", event: BusinessEvent): Promise<void> {
  const parsed = { transaction, kind, source: `pos:0101:fact:${event.key}`, channel: "pos", shop: "0101", references: [], issues: [] };
  await hub.lineage.insert([documentItem({ ...parsed, events: [event] }, { hash: "0", bytes: 0 }, hub.clock.now())]);
}

/** A kettle for cash, at an hour of the day in UTC. */
async function sell(sequence: string, at: string, amount: number, version = "0"): Promise<void> {
  const line = {
    id: "1",
    kind: "sale" as const,
    item: "KIT-KETTLE-15",
    quantityMillionths: 1_000_000,
    gross: amount,
    discounts: [],
    taxes: [],
    restock: true,
  };
  const ticket: EventOf<"ticket.completed"> = {
    name: "ticket.completed",
    schema: 1,
    key: `ticket.completed:1.2026-11-27.${sequence}`,
    version,
    occurredAt: `2026-11-27T${at}:00.000Z`,
    ...place,
    register: "1",
    sequence,
    currency: "USD",
    taxesIncluded: false,
    lines: [line],
    discounts: [],
    taxes: [],
    tenders: [{ id: "1", type: "Cash", amount }],
    cashRounding: 0,
    rounding: 0,
    stated: {},
  };
  await arrive(ticketTransaction(place.store, "1", place.businessDate, sequence), "sale", ticket);
}

async function say(name: "till.counted" | "sequences.seen", id: string, facts: object): Promise<void> {
  const event = {
    name,
    schema: 1,
    key: `${name}:${id}`,
    version: "0",
    occurredAt: "2026-11-28T02:00:00.000Z",
    ...place,
    register: "1",
    ...facts,
  };
  await arrive(day, "store-day", event as unknown as BusinessEvent);
}

/** Tickets 101 to 103 of 59.00 each for cash, without those that are lost, and what was counted: 200.00 lay in the drawer in the morning. */
async function trade(counted: number, without: readonly number[] = []): Promise<void> {
  const numbers = [101, 102, 103].filter((number) => !without.includes(number));
  for (const number of numbers) await sell(String(number), `${number - 87}:00`, 5_900);
  const ranges = [...numbers, 104].map((number) => ({ from: number, to: number }));
  await say("sequences.seen", "f.0.1", { file: "f", ranges, tickets: ranges.slice(0, -1) });
  await say("till.counted", "1", { sequence: "104", tenders: [{ tender: "Cash", currency: "USD", counted }] });
  await settle();
}

const audit = async () => {
  const { outcome } = await hub.auditStoreDay({ ...place, ...by, step: "audit" });
  await settle();
  return outcome;
};
const report = () => storeDayReport(hub, place.store, place.businessDate);
const state = async () => (await report()).state;

/** What the machine that keeps the day's time came to: "running" while it waits. */
async function machine(): Promise<unknown> {
  const execution = await hub.executions.get("close-store-day", contentHash({ transaction: day, because: "begun" }));
  const answer = execution?.answer;
  if (answer === undefined) return execution === undefined ? "not begun" : "running";
  return answer.status === "succeeded" ? (answer.output as { outcome: string }).outcome : answer.status;
}

const desk = async () =>
  (await openRows(hub)).filter((row) => row.transaction === day).map(({ class: name, code, settledBy }) => [name, code, settledBy]);

async function decide(answer: "granted" | "refused", who: string): Promise<string> {
  const { approvals } = await readTransaction(hub.lineage, day);
  const asked = approvals.find(({ decision }) => decision === undefined)?.asked;
  if (asked === undefined) throw new Error("nothing waits for an approval");
  const { outcome } = await hub.decideApproval({ transaction: day, approval: asked.key, answer, by: who, reason: "counted again" });
  await settle();
  return outcome;
}

test("a complete day is followed from its first fact until it is audited and posted, and no further", async () => {
  await trade(37_550);
  expect([await machine(), await state(), await desk()]).toEqual(["running", "totalled", []]);
  await restartAt("2026-11-28T14:00:00.000Z");
  expect([await machine(), await state(), await desk()]).toEqual(["running", "totalled", []]);
  expect(await audit()).toBe("audited");
  expect([await state(), (await report()).documents.map(({ kind, debit }) => `${kind} ${debit}`)]).toEqual(["posted", ["over-short 1.50"]]);
  await restartAt("2026-11-30T06:00:00.000Z");
  expect([await machine(), await desk()]).toEqual(["posted", []]);
}, 60_000);

test("an incomplete day is at the desk when its files should have come, refuses its audit, is overdue two days later, and heals with the file", async () => {
  await trade(37_700, [102]);
  expect([await machine(), await desk()]).toEqual(["running", []]);
  await restartAt("2026-11-28T12:00:00.000Z");
  expect([await machine(), await state(), await desk()]).toEqual(["running", "received", [["source.sequence-gap", "register", "person"]]]);
  expect(await audit()).toBe("incomplete");
  await restartAt("2026-11-30T06:00:00.000Z");
  expect(await machine()).toBe("overdue");
  expect((await desk()).map(([name, code]) => `${name} ${code}`).sort()).toEqual([
    "source.day-open not-audited",
    "source.sequence-gap register",
  ]);
  await sell("102", "15:00", 5_900);
  await say("sequences.seen", "g.0.1", { file: "g", ranges: [{ from: 102, to: 102 }], tickets: [{ from: 102, to: 102 }] });
  await settle();
  expect((await desk()).map(([name, code]) => `${name} ${code}`)).toEqual(["source.day-open not-audited"]);
  expect([await audit(), await state(), await desk()]).toEqual(["audited", "posted", []]);
}, 60_000);

test("over the threshold: whoever audited may not approve, somebody else does, and the machine ends with what is posted", async () => {
  await trade(35_200);
  expect([await audit(), await state()]).toEqual(["audited", "parked"]);
  expect(await desk()).toEqual([["policy.approval-needed", "over-short", "approval"]]);
  await restartAt("2026-11-28T14:00:00.000Z");
  expect(await machine()).toBe("running");
  expect([await decide("granted", "Dana Reyes"), await decide("granted", "Rui Costa")]).toEqual(["same-person", "decided"]);
  expect([await state(), await desk()]).toEqual(["posted", []]);
  expect((await report()).documents.map(({ kind, debit }) => `${kind} ${debit}`)).toEqual(["over-short 25.00"]);
  await restartAt("2026-11-28T15:00:00.000Z");
  expect(await machine()).toBe("posted");
}, 60_000);

test("over the threshold and refused: nothing of it is in the books, and the day says so until it is counted again", async () => {
  await trade(35_200);
  await audit();
  expect(await decide("refused", "Rui Costa")).toBe("decided");
  expect([await state(), (await report()).documents]).toEqual(["rejected", []]);
  await restartAt("2026-11-30T06:00:00.000Z");
  expect(await machine()).toBe("overdue");
  const again = {
    name: "till.counted",
    schema: 1,
    key: "till.counted:2",
    version: "0",
    occurredAt: "2026-11-28T02:30:00.000Z",
    ...place,
    register: "1",
    sequence: "105",
    tenders: [{ tender: "Cash", currency: "USD", counted: 37_650 }],
  };
  await arrive(day, "store-day", again as unknown as BusinessEvent);
  await settle();
  expect([await state(), (await report()).documents.map(({ kind, debit }) => `${kind} ${debit}`)]).toEqual(["posted", ["over-short 0.50"]]);
}, 60_000);

test("over the threshold and nobody answers: it expires after two days, is asked anew, and the day stays parked at the desk", async () => {
  await trade(35_200);
  await audit();
  const asked = async () =>
    (await readTransaction(hub.lineage, day)).approvals.map(({ asked: { occurrence }, decision }) => [
      occurrence,
      decision?.answer ?? "open",
    ]);
  expect(await asked()).toEqual([[1, "open"]]);
  await restartAt("2026-11-30T06:00:00.000Z");
  for (let round = 0; round < 40 && (await asked()).length < 2; round += 1) {
    await new Promise((resolve) => setTimeout(resolve, 50));
    await settle();
  }
  expect(await asked()).toEqual([
    [1, "expired"],
    [2, "open"],
  ]);
  expect([await machine(), await state(), await desk()]).toEqual([
    "overdue",
    "parked",
    [["policy.approval-needed", "over-short", "approval"]],
  ]);
  expect([await decide("granted", "Rui Costa"), await state()]).toEqual(["decided", "posted"]);
}, 60_000);

test("a late ticket posts a supplementary summary, a revised one reverses and re-posts what it gave, and the day shows all of them", async () => {
  await hub.close();
  policies = join(folder, "policies");
  cpSync(policiesFolder, policies, { recursive: true });
  const file = join(policies, "global.json");
  const global = JSON.parse(readFileSync(file, "utf8")) as { elections: unknown[] };
  const grain = {
    election: "postingGrain",
    value: "store-day",
    when: { channel: "pos" },
    from: "2026-01-01",
    why: "the ERP takes few documents",
  };
  writeFileSync(file, JSON.stringify({ ...global, elections: [...global.elections, grain] }));
  await open();
  await trade(37_700);
  await audit();
  const summaries = async () => (await report()).summaries.map(({ kind, contributions }) => `${kind} ${contributions}`);
  expect([await state(), await summaries()]).toEqual(["posted", ["summary-1 3"]]);
  await restartAt("2026-11-28T14:00:00.000Z");
  expect(await machine()).toBe("posted");

  // Rung up offline and sent in the morning: its cash was in the drawer when that was counted, which is 4.00 short with it.
  await sell("105", "20:00", 400);
  await settle();
  expect([await state(), await summaries()]).toEqual(["posted", ["summary-1 3", "supplement-2 1"]]);
  expect((await report()).drawers.map(({ expected, overShort }) => [expected, overShort])).toEqual([["381.00", "-4.00"]]);

  // The till states ticket 102 at a higher revision, a dollar dearer: the old content leaves, the new one enters.
  await sell("102", "15:00", 6_000, "1");
  await settle();
  expect([await state(), await summaries()]).toEqual(["posted", ["summary-1 3", "supplement-2 1", "supplement-3 2"]]);
  expect((await report()).documents.map(({ kind, debit }) => `${kind} ${debit}`)).toEqual(["over-short 5.00"]);
}, 60_000);
