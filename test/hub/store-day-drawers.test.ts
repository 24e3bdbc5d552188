import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { BusinessEvent, EventOf } from "#domain/events";
import { storeDayTransaction, ticketTransaction } from "#domain/identity";
import { type ApprovalItem, documentItem } from "#domain/lineage";
import { openApprovals } from "#functions/announce-events";
import { drain, type Hub, openHub } from "#hub";
import { trialBalances } from "../../cli/commands/report.ts";
import { storeDayReport } from "../../cli/store-day-report.ts";
import { verifyHub } from "../../cli/verify-hub.ts";
import { policiesFolder } from "./temporary-hub.ts";

const place = { store: "0101", businessDate: "2026-11-27" };
const by = { by: "Dana Reyes", reason: "counted twice" };

let folder: string;
let hub: Hub;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "throughline-drawers-"));
  const [startsAt, startedAt] = [Date.parse("2026-11-28T14:00:00.000Z"), Date.now()];
  const clock = { now: () => new Date(startsAt + Date.now() - startedAt).toISOString() };
  hub = await openHub({ dataFolder: folder, policiesFolder, webhookSecret: "drawers", clock });
});
afterEach(async () => {
  await hub.close();
  rmSync(folder, { recursive: true, force: true });
});

/** On a busy machine a plan may outlast its lease, and is looked at again when that is out. */
async function settle(): Promise<void> {
  for (let round = 0; round < 90; round += 1) {
    if ((await drain(hub)).kind === "drained") return;
    await new Promise((resolve) => setTimeout(resolve, 1_000));
  }
  throw new Error("the hub does not come to rest");
}

async function arrive(transaction: string, kind: "sale" | "store-day", event: BusinessEvent): Promise<void> {
  const parsed = { transaction, kind, source: `pos:0101:fact:${event.key}`, channel: "pos", shop: "0101", references: [], issues: [] };
  const item = documentItem({ ...parsed, events: [event] }, { hash: "0", bytes: 0 }, hub.clock.now());
  expect(await hub.lineage.insert([item])).toEqual(["inserted"]);
}

/** A kettle for cash, at an hour of the day in UTC. */
async function sell(sequence: string, at: string, amount: number, tenderType = "Cash"): Promise<void> {
  const ticket: EventOf<"ticket.completed"> = {
    name: "ticket.completed",
    schema: 1,
    key: `ticket.completed:1.2026-11-27.${sequence}`,
    version: "0",
    occurredAt: `2026-11-27T${at}:00.000Z`,
    ...place,
    register: "1",
    sequence,
    currency: "USD",
    taxesIncluded: false,
    lines: [
      {
        id: "1",
        kind: "sale",
        item: "KIT-KETTLE-15",
        quantityMillionths: 1_000_000,
        gross: amount,
        discounts: [],
        taxes: [],
        restock: true,
      },
    ],
    discounts: [],
    taxes: [],
    tenders: [{ id: "1", type: tenderType, amount }],
    cashRounding: 0,
    rounding: 0,
    stated: {},
  };
  await arrive(ticketTransaction("0101", "1", "2026-11-27", sequence), "sale", ticket);
}

type Of<Name extends BusinessEvent["name"]> = Omit<
  EventOf<Name>,
  "name" | "schema" | "key" | "version" | "occurredAt" | "store" | "businessDate"
>;

async function say<Name extends "till.moved" | "till.counted" | "card-batch.stated" | "sequences.seen">(
  name: Name,
  id: string,
  at: string,
  facts: Of<Name>,
): Promise<void> {
  const event = { name, schema: 1, key: `${name}:${id}`, version: "0", occurredAt: `2026-11-27T${at}:00.000Z`, ...place, ...facts };
  await arrive(storeDayTransaction("0101", "2026-11-27"), "store-day", event as unknown as BusinessEvent);
}

const cash = { tender: "Cash", currency: "USD" } as const;
const counted = (amount: number) => ({ register: "1", sequence: "190", tenders: [{ ...cash, counted: amount }] });

/** A loan of 100, two sales of 59 for cash, one by card, 118 dropped into the safe and then taken to the bank. */
async function trade(): Promise<void> {
  await say("till.moved", "1", "13:00", { register: "1", sequence: "101", kind: "loan", ...cash, amount: 10_000 });
  await sell("102", "14:00", 5_900);
  await sell("103", "15:00", 5_900);
  await sell("104", "15:30", 5_900, "CreditDebit");
  await say("till.moved", "2", "21:00", { register: "1", sequence: "105", kind: "safe-drop", ...cash, amount: 11_800 });
  await say("till.moved", "3", "21:30", { register: "1", sequence: "106", kind: "bank-deposit", ...cash, amount: 11_800, bag: "B-1" });
}

const day = () => storeDayReport(hub, "0101", "2026-11-27");
const audit = async () => (await hub.auditStoreDay({ ...place, ...by, step: "audit" })).outcome;

async function overShort(): Promise<string | undefined> {
  const [books] = await trialBalances(hub, { entity: "US1" });
  return books?.accounts.find(({ roles }) => roles.includes("cash-over-short"))?.balance;
}

async function expectSound(): Promise<void> {
  const { checks } = await verifyHub(hub, () => {});
  expect(checks.filter(({ ok }) => !ok)).toEqual([]);
}

test("a drawer that is a little short is posted with the audit, and nothing of what the till moved before it", async () => {
  await trade();
  await say("till.counted", "1", "22:00", counted(29_850));
  await settle();
  const open = await day();
  expect(open.state).toBe("totalled");
  expect(open.drawers).toEqual([
    {
      register: "1",
      tender: "Cash",
      currency: "USD",
      opening: "200.00",
      taken: "118.00",
      moved: "-18.00",
      expected: "300.00",
      counted: "298.50",
      overShort: "-1.50",
      overnight: null,
      afterCount: null,
    },
  ]);
  expect(open.deposits).toEqual([{ register: "1", currency: "USD", amount: "118.00", bag: "B-1", where: "waits for the audit" }]);
  expect([open.documents, await overShort()]).toEqual([[], undefined]);

  expect(await audit()).toBe("audited");
  await settle();
  const posted = await day();
  expect(posted.documents.map(({ kind, debit }) => `${kind} ${debit}`).sort()).toEqual([
    "bank-deposit 118.00",
    "loan 100.00",
    "over-short 1.50",
    "safe-drop 118.00",
  ]);
  expect([posted.state, await overShort(), posted.deposits[0]?.where]).toEqual(["posted", "1.50", "in transit"]);
  await expectSound();
}, 60_000);

test("a ticket that comes after the audit changes what was expected: over and short is posted anew, once", async () => {
  await trade();
  await say("till.counted", "1", "22:00", counted(29_850));
  await settle();
  await audit();
  await settle();
  // A sale of 2 that the till sent too late: the drawer lacked that much more.
  await sell("107", "16:00", 200);
  await settle();
  const late = await day();
  expect(late.drawers.map(({ expected, overShort: difference }) => [expected, difference])).toEqual([["302.00", "-3.50"]]);
  expect([late.state, await overShort()]).toEqual(["posted", "3.50"]);
  // What is sold after the count belongs to no count of this day.
  await sell("108", "23:00", 200);
  await settle();
  // It is named, and whoever audited the day has not seen it.
  const closed = await day();
  expect([
    closed.state,
    closed.missing.map(({ kind }) => kind),
    closed.drawers.map(({ afterCount }) => afterCount),
    await overShort(),
  ]).toEqual(["reopened", ["after-count"], ["2.00"], "3.50"]);
  expect((await hub.auditStoreDay({ ...place, ...by, step: "waive", what: "after-count", register: "1" })).outcome).toBe("waived");
  await settle();
  const waived = await day();
  expect([waived.state, waived.waivers.map(({ numbers }) => numbers)]).toEqual(["posted", ["Cash 2.00 USD"]]);
  await expectSound();
}, 60_000);

test("a drawer that is off by more than policy lets pass waits for somebody else than whoever audited the day", async () => {
  await trade();
  await say("till.counted", "1", "22:00", counted(27_500));
  await settle();
  expect(await audit()).toBe("audited");
  await settle();
  const parked = await day();
  expect([parked.state, await overShort()]).toEqual(["parked", undefined]);
  expect(parked.approvals).toMatchObject([{ kind: "over-short", role: "store-operations", amount: "25.00", requestedBy: "Dana Reyes" }]);
  const [asked] = (await hub.workLists.read(openApprovals, undefined, 10)).entries.map(({ body }) => body as ApprovalItem);
  if (asked === undefined) throw new Error("no approval is asked for");
  const { transaction, key: approval } = asked;
  const granted = { transaction, approval, answer: "granted" as const, reason: "a roll of coins fell behind the drawer" };
  expect((await hub.decideApproval({ ...granted, by: "Dana Reyes" })).outcome).toBe("same-person");
  expect((await hub.decideApproval({ ...granted, by: "Rui Costa" })).outcome).toBe("decided");
  await settle();
  expect([(await day()).state, await overShort()]).toEqual(["posted", "25.00"]);
  await expectSound();
}, 60_000);

test("card totals that differ, and numbers that are missing, keep the day from its audit until they are waived", async () => {
  await trade();
  await say("sequences.seen", "f.0.1", "22:00", {
    register: "1",
    file: "f",
    ranges: [
      { from: 101, to: 104 },
      { from: 106, to: 106 },
    ],
    tickets: [{ from: 102, to: 104 }],
  });
  await say("card-batch.stated", "T1.7", "22:10", { register: "1", terminal: "T1", batch: "7", currency: "USD", amount: 5_800, count: 1 });
  await settle();
  expect((await day()).state).toBe("received");
  expect((await day()).missing.map(({ text }) => text)).toEqual([
    "register 1 lacks 1 transaction number (105)",
    "card terminals of register 1 state 58.00 USD, and the tickets come to 59.00: a difference of -1.00",
  ]);
  expect(await audit()).toBe("incomplete");
  expect(
    (await hub.auditStoreDay({ ...place, ...by, step: "waive", what: "sequence", register: "1", range: { from: 105, to: 105 } })).outcome,
  ).toBe("waived");
  expect(await audit()).toBe("incomplete");
  expect((await day()).state).toBe("validated");
  expect((await hub.auditStoreDay({ ...place, ...by, step: "waive", what: "cards", register: "1" })).outcome).toBe("waived");
  expect(await audit()).toBe("audited");
}, 60_000);

test("what went missing in the night is short of its own: the opening count is held to what the drawer was left with", async () => {
  const yesterday = { store: "0101", businessDate: "2026-11-26" };
  const evening = (id: string, amount: number): BusinessEvent => ({
    name: "till.counted",
    schema: 1,
    key: `till.counted:${id}`,
    version: "0",
    occurredAt: "2026-11-26T22:00:00.000Z",
    ...yesterday,
    register: "1",
    sequence: "90",
    tenders: [{ ...cash, counted: amount }],
  });
  const drop: EventOf<"till.moved"> = {
    name: "till.moved",
    schema: 1,
    key: "till.moved:91",
    version: "0",
    occurredAt: "2026-11-26T22:10:00.000Z",
    ...yesterday,
    register: "1",
    sequence: "91",
    kind: "safe-drop",
    ...cash,
    amount: 40_000,
  };
  // Counted at 500.00, 400.00 of it dropped into the safe: the drawer is left with 100.00, and in the morning there are 97.00.
  await arrive(storeDayTransaction("0101", "2026-11-26"), "store-day", evening("y", 50_000));
  await arrive(storeDayTransaction("0101", "2026-11-26"), "store-day", drop);
  await say("till.counted", "0", "12:00", { ...counted(9_700), sequence: "100" });
  await sell("102", "14:00", 5_900);
  await say("till.counted", "1", "22:00", counted(15_600));
  await settle();
  expect(await audit()).toBe("audited");
  await settle();
  const { drawers, documents, state } = await day();
  expect(drawers).toMatchObject([{ opening: "97.00", expected: "156.00", overShort: "0.00", overnight: "-3.00" }]);
  expect([state, documents.map(({ kind, debit }) => `${kind} ${debit}`), await overShort()]).toEqual([
    "posted",
    ["over-short 3.00"],
    "3.00",
  ]);
  await expectSound();
}, 60_000);
