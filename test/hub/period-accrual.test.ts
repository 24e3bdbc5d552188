import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { ApprovalItem } from "#domain/lineage";
import { openApprovals } from "#functions/announce-events";
import { drain, type Hub, openHub } from "#hub";
import type { Clock } from "#ports/clock";
import { sampleDay, type WebhookDelivery } from "#sample";
import { deliverWebhook } from "../../cli/commands/ingest.ts";
import { period } from "../../cli/commands/period.ts";
import { verifyHub } from "../../cli/verify-hub.ts";
import { policiesFolder } from "./temporary-hub.ts";

let folder = "";
let now = "";
const clock: Clock = { now: () => now };

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "throughline-accrual-"));
  cpSync(policiesFolder, join(folder, "policies"), { recursive: true });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const options = () => ({ dataFolder: join(folder, "data"), policiesFolder: join(folder, "policies"), webhookSecret: "accrual", clock });

/** With an open hub, and nothing left of it afterwards. */
async function withHub<Answer>(run: (hub: Hub) => Promise<Answer>): Promise<Answer> {
  const hub = await openHub(options());
  try {
    const answer = await run(hub);
    expect(await drain(hub)).toEqual({ kind: "drained" });
    return answer;
  } finally {
    await hub.close();
  }
}

/** An order of the sample day: #1001 sells a kettle for 64.00, #1002 something else. */
async function sell(order: string): Promise<void> {
  const deliveries = sampleDay().filter((each): each is WebhookDelivery => each.kind === "webhook" && each.id.startsWith(`${order} `));
  await withHub(async (hub) => {
    for (const delivery of deliveries) expect((await deliverWebhook(hub, delivery)).status).toBe(200);
  });
}

async function accrue(actor = "Dana Reyes") {
  const out: string[] = [];
  const notes: string[] = [];
  const status = await period.run({
    hub: options(),
    json: true,
    arguments: ["accrue"],
    options: { period: "2026-11", entity: "US1", actor, reason: "close of November" },
    terminal: {
      print: (line) => out.push(line),
      note: (line) => notes.push(line),
      progress: () => {},
      clear: () => {},
      live: false,
      columns: 140,
    },
  });
  return { status, rows: JSON.parse(out.join("\n")) as Record<string, unknown>[], notes };
}

const openQuestions = (hub: Hub) =>
  hub.workLists.read(openApprovals, undefined, 100).then(({ entries }) => entries.map(({ body }) => body as ApprovalItem));

/** The answer to the one open question, as who gives it. */
const decide = (by: string, answer: "granted" | "refused" = "granted") =>
  withHub(async (hub) => {
    const [asked, ...others] = await openQuestions(hub);
    if (asked === undefined || others.length > 0) throw new Error("one question is open, not more and not less");
    return await hub.decideApproval({ transaction: asked.transaction, approval: asked.key, answer, by, reason: "seen" });
  });

/** What the ERP holds as expected refunds and sales returns on a day, and how many journals it has of the period. */
const books = () =>
  withHub(async (hub) => {
    const balance = async (to: string, account: string) => {
      const { accounts } = await hub.erps.erp("erp-us").trialBalance("US1", { to });
      const found = accounts.find((each) => each.account === account);
      return (found?.credit ?? 0) - (found?.debit ?? 0);
    };
    const { journals } = await hub.erps.erp("erp-us").journals({ entity: "US1" }, undefined, 500);
    const own = journals.filter(({ key }) => key.startsWith("period:"));
    return {
      beforeTheEnd: await balance("2026-11-29", "2115"),
      november: await balance("2026-11-30", "2115"),
      december: await balance("2026-12-01", "2115"),
      journals: own.map(({ postingDate, reverses }) => `${postingDate}${reverses === undefined ? "" : " reversal"}`).sort(),
    };
  });

const elect = (value: string) => {
  const file = join(folder, "policies", "global.json");
  const global = JSON.parse(readFileSync(file, "utf8"));
  global.elections.push({ election: "accrualRevision", value, from: "2026-01-01", why: "A test of revisions." });
  writeFileSync(file, JSON.stringify(global, null, 2));
};

test("expected returns are proposed after the period's end, approved by somebody else, posted on its last day and taken back on the next", async () => {
  now = "2026-11-28T15:00:00.000Z";
  await sell("1001");
  now = "2026-11-30T15:00:00.000Z";
  expect(await accrue()).toEqual({
    status: 1,
    rows: [],
    notes: ["2026-11 of US1: the period ends on 2026-11-30; accrue it from the next day on"],
  });

  now = "2026-12-02T15:00:00.000Z";
  const proposed = await accrue();
  expect(proposed).toMatchObject({
    status: 0,
    notes: [],
    rows: [
      {
        transaction: "period:web:US1:2026-11",
        entity: "US1",
        channel: "web",
        from: "2026-11-01",
        to: "2026-11-30",
        currency: "USD",
        sales: "64.00",
        // Eight percent of it.
        liability: "5.12",
        outcome: "accrued",
        state: "approval-needed",
        approval: { role: "group-controller" },
      },
    ],
  });
  expect(await books()).toEqual({ beforeTheEnd: 0, november: 0, december: 0, journals: [] });
  expect(await decide("dana reyes")).toEqual({ outcome: "same-person" });
  expect(await decide("Ana Ruiz")).toEqual({ outcome: "decided" });
  const posted = { beforeTheEnd: 0, november: 512, december: 0, journals: ["2026-11-30", "2026-12-01"] };
  expect(await books()).toEqual(posted);

  // Again, and by somebody else: nothing twice.
  expect(await accrue("Rui Costa")).toMatchObject({ status: 0, rows: [{ outcome: "unchanged", state: "posted", liability: "5.12" }] });
  expect(await books()).toEqual(posted);
  expect((await withHub((hub) => verifyHub(hub, () => {}))).ok).toBe(true);
});

test("a late sale leaves a posted accrual alone unless the entity elects that it is revised, and then it is asked about, reversed and posted anew", async () => {
  now = "2026-11-28T15:00:00.000Z";
  await sell("1001");
  now = "2026-12-02T15:00:00.000Z";
  await accrue();
  await decide("Ana Ruiz");
  const posted = await books();

  await sell("1002");
  now = "2026-12-03T15:00:00.000Z";
  const kept = await accrue();
  expect(kept).toMatchObject({ status: 0, rows: [{ outcome: "kept", state: "posted", sales: "64.00", liability: "5.12" }] });
  expect(kept.notes).toEqual([
    "2026-11 of US1, web: the books say something else by now, and the accrual that was posted is kept, as the entity elects (accrualRevision)",
  ]);
  expect(await books()).toEqual(posted);

  elect("revised");
  await withHub((hub) => drain(hub));
  const revised = await accrue("Rui Costa");
  expect(revised).toMatchObject({
    status: 0,
    rows: [{ outcome: "accrued", state: "approval-needed", sales: "258.90", liability: "20.71" }],
  });
  // Until it is approved, both the accrual and its release stand as they are.
  expect(await books()).toEqual(posted);
  expect(await decide("Rui Costa")).toEqual({ outcome: "same-person" });
  expect(await decide("Dana Reyes")).toEqual({ outcome: "decided" });
  expect(await books()).toEqual({
    beforeTheEnd: 0,
    november: 2071,
    december: 0,
    journals: ["2026-11-30", "2026-11-30", "2026-11-30 reversal", "2026-12-01", "2026-12-01", "2026-12-01 reversal"],
  });
  expect((await withHub((hub) => verifyHub(hub, () => {}))).ok).toBe(true);
});

test("an accrual that is refused posts neither itself nor its release, and other figures are proposed anew", async () => {
  now = "2026-11-28T15:00:00.000Z";
  await sell("1001");
  now = "2026-12-02T15:00:00.000Z";
  await accrue();
  expect(await decide("Ana Ruiz", "refused")).toEqual({ outcome: "decided" });
  expect(await accrue()).toMatchObject({ status: 0, rows: [{ outcome: "unchanged", state: "refused" }] });
  expect(await books()).toMatchObject({ november: 0, december: 0, journals: [] });

  await sell("1002");
  now = "2026-12-03T15:00:00.000Z";
  expect(await accrue()).toMatchObject({ status: 0, rows: [{ outcome: "accrued", state: "approval-needed" }] });
});

test("a period that is closed is accrued no more", async () => {
  now = "2026-11-28T15:00:00.000Z";
  await sell("1001");
  const file = join(folder, "policies", "entities", "US1.json");
  const entity = JSON.parse(readFileSync(file, "utf8"));
  entity.periods.push({ period: "2026-11", state: "closed", from: "2026-12-04", why: "November is closed." });
  writeFileSync(file, JSON.stringify(entity, null, 2));
  now = "2026-12-05T15:00:00.000Z";
  expect(await accrue()).toMatchObject({
    status: 1,
    notes: ["2026-11 of US1, web: the period is closed, and what was accrued stays as it was reported; open it again first"],
  });
});
