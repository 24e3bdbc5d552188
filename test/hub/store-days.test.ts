import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { documentItem, rawBodyOf } from "#domain/lineage";
import { summariesIn } from "#domain/posting";
import { readTransaction } from "#functions/read-transaction";
import { drain, dropFile, type Hub, openHub } from "#hub";
import { type PosFileDelivery, sampleDay, type WebhookDelivery } from "#sample";
import { deliverWebhook } from "../../cli/commands/ingest.ts";
import { trialBalances } from "../../cli/commands/report.ts";
import { allJournals } from "../../cli/erp-journals.ts";
import { ledgerReport } from "../../cli/ledger-reports.ts";
import { main } from "../../cli/main.ts";
import { clearing } from "../../cli/settlement-reports.ts";
import { verifyHub } from "../../cli/verify-hub.ts";
import { policiesFolder } from "./temporary-hub.ts";

const day = "2026-11-27";
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "throughline-store-days-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A clock that goes on from an instant of the test. */
function clockFrom(instant: string) {
  const [startsAt, startedAt] = [Date.parse(instant), Date.now()];
  return { now: () => new Date(startsAt + Date.now() - startedAt).toISOString() };
}

interface Election {
  readonly value: string;
  readonly channel: "pos" | "shopify";
}

/** The sample's policies with a grain; the folder is named by it. */
function policiesWith(name: string, elections: readonly Election[]): string {
  const policies = join(folder, `policies-${name}`);
  cpSync(policiesFolder, policies, { recursive: true });
  const file = join(policies, "global.json");
  const global = JSON.parse(readFileSync(file, "utf8")) as { elections: unknown[] };
  const rules = elections.map(({ value, channel }) => ({
    election: "postingGrain",
    value,
    when: { channel },
    from: "2026-01-01",
    why: "the ERP takes few documents",
  }));
  writeFileSync(file, JSON.stringify({ ...global, elections: [...global.elections, ...rules] }, null, 2));
  return policies;
}

const open = (name: string, policies: string, now: string) =>
  openHub({ dataFolder: join(folder, name), policiesFolder: policies, webhookSecret: "store-days", clock: clockFrom(now) });

/** On a busy machine a plan may outlast its lease, and is looked at again when that is out. */
async function settle(hub: Hub): Promise<void> {
  for (let round = 0; round < 90; round += 1) {
    if ((await drain(hub)).kind === "drained") return;
    await new Promise((resolve) => setTimeout(resolve, 1_000));
  }
  throw new Error("the hub does not come to rest");
}

async function sendFiles(hub: Hub, name: string): Promise<void> {
  mkdirSync(join(folder, `sent-${name}`), { recursive: true });
  for (const delivery of sampleDay()) {
    if (delivery.kind !== "pos-file") continue;
    const { name: file, bytes } = delivery as PosFileDelivery;
    writeFileSync(join(folder, `sent-${name}`, file), bytes);
    await dropFile(hub, "pos", join(folder, `sent-${name}`, file));
    await settle(hub);
  }
}

async function books(hub: Hub) {
  const balances = (await trialBalances(hub, {})).map(({ entity, accounts }) => [
    entity,
    accounts.filter(({ balance }) => !/^0(\.0+)?$/.test(balance)).map(({ account, balance }) => `${account} ${balance}`),
  ]);
  const keys: string[] = [];
  for (const connection of Object.keys(hub.policy.connections))
    for await (const { key } of allJournals(hub, connection, {})) keys.push(key);
  const of = (pattern: RegExp) => keys.filter((key) => pattern.test(key)).length;
  return { balances, tickets: of(/\/ticket\//), summaries: of(/\/(summary|supplement)-/), stock: of(/\/stock\//) };
}

/** Runs a command in this process. */
async function command(words: readonly string[]) {
  const [stdout, stderr] = [[] as string[], [] as string[]];
  const status = await main(words, {
    print: (line) => void stdout.push(line),
    note: (line) => void stderr.push(line),
    progress: () => {},
    clear: () => {},
    live: false,
    columns: 200,
  });
  return { status, stdout: stdout.join("\n"), stderr: stderr.join("\n") };
}

/** What a report shows, and how it ties. */
async function figures(hub: Hub, name: "sales" | "margin", by: "place" | "transaction") {
  const { rows, ties } = await ledgerReport(hub, name, {}, by);
  return { rows, ties };
}

async function expectSound(hub: Hub): Promise<void> {
  const { checks } = await verifyHub(hub, () => {});
  expect(checks.filter(({ ok }) => !ok)).toEqual([]);
}

test("the sample's stores by their days: the same books as ticket by ticket, in one journal per store and day", async () => {
  const now = `${day}T23:59:00.000Z`;
  const single = await open("single", policiesWith("single", []), now);
  await sendFiles(single, "single");
  await auditAll(single);
  const wanted = await books(single);
  const sales = await figures(single, "sales", "place");
  const margin = await figures(single, "margin", "transaction");
  await single.close();
  expect(wanted.summaries).toBe(0);

  const summed = await open("summed", policiesWith("summed", [{ value: "store-day", channel: "pos" }]), now);
  await sendFiles(summed, "summed");
  const before = await books(summed);
  expect([before.tickets, before.summaries, before.stock]).toEqual([0, 0, wanted.stock]);
  await expectSound(summed);

  await auditAll(summed);
  const after = await books(summed);
  expect(after.balances).toEqual(wanted.balances);
  expect([after.tickets, after.summaries, after.stock]).toEqual([0, 3, wanted.stock]);
  // What is asked of the ledger by place and by transaction reads the same, and ties.
  expect(await figures(summed, "sales", "place")).toEqual(sales);
  expect(await figures(summed, "margin", "transaction")).toEqual(margin);
  await expectSound(summed);
  await summed.close();
}, 120_000);

const torontoOn = (date: string) =>
  sampleDay({ date }).find(
    (delivery): delivery is PosFileDelivery => delivery.kind === "pos-file" && delivery.name.startsWith("0301"),
  ) as PosFileDelivery;
const toronto = torontoOn(day);

async function sendToronto(hub: Hub, { name, bytes }: PosFileDelivery = toronto): Promise<void> {
  writeFileSync(join(folder, name), bytes);
  await dropFile(hub, "pos", join(folder, name));
  await settle(hub);
}

/** What the sample's stores lack (a number, a held ticket, the file of a register) will not come, says somebody for each register. */
async function waiveNumbers(hub: Hub, of: { readonly store: string; readonly businessDate: string }): Promise<void> {
  for (const register of ["1", "2", "3"])
    await hub.auditStoreDay({ ...of, step: "waive", what: "sequence", register, by: "Dana Reyes", reason: "it will not come" });
}

/** All three days; what Boston's drawer lacks waits for an approval in every hub alike. */
async function auditAll(hub: Hub): Promise<void> {
  for (const store of Object.keys(hub.policy.stores)) {
    await waiveNumbers(hub, { store, businessDate: day });
    const stated = { store, businessDate: day, step: "audit", by: "Dana Reyes", reason: "counted" } as const;
    expect((await hub.auditStoreDay(stated)).outcome).toBe("audited");
  }
  await settle(hub);
}

/** A file without some of its transactions, as when a part of it was lost. */
function withoutNumbers({ name, bytes, ...rest }: PosFileDelivery, lost: readonly number[]): PosFileDelivery {
  const left = new TextDecoder()
    .decode(bytes)
    .split(/^(?=<Transaction>)/m)
    .filter((part) => !lost.some((number) => part.includes(`\n  <SequenceNumber>${number}</SequenceNumber>\n  <BusinessDayDate>`)));
  return { ...rest, name: `part-of-${name}`, bytes: new TextEncoder().encode(left.join("")) };
}

const statement = { store: "0301", businessDate: day, by: "Dana Reyes", reason: "counted" } as const;

async function audit(hub: Hub): Promise<void> {
  await waiveNumbers(hub, { store: "0301", businessDate: day });
  expect((await hub.auditStoreDay({ ...statement, step: "audit" })).outcome).toBe("audited");
  await settle(hub);
}

/** The first ticket of the file once more, a dollar dearer for cash, as the till's second revision. */
async function reviseTicket(hub: Hub): Promise<string> {
  let after: string | undefined;
  for (;;) {
    const page = await hub.lineage.transactions(after, 100);
    for (const transaction of page.transactions.filter((each) => each.startsWith("sale:pos:0301:"))) {
      const document = (await readTransaction(hub.lineage, transaction)).documents.find(({ told }) => told === undefined);
      const event = document?.events.find((each) => each.name === "ticket.completed");
      if (document === undefined || event?.name !== "ticket.completed" || event.lines[0]?.kind !== "sale" || event.lines.length > 1)
        continue;
      const [line] = event.lines;
      const [tender] = event.tenders;
      const dearer = {
        ...event,
        version: `${event.version}-2`,
        lines: [{ ...line!, gross: line!.gross + 100 }],
        tenders: [{ ...tender!, amount: tender!.amount + 100 }, ...event.tenders.slice(1)],
      };
      const raw = rawBodyOf(new TextEncoder().encode("the second revision"));
      expect(await hub.lineage.insert([documentItem({ ...document, events: [dearer] }, raw, hub.clock.now())])).toEqual(["inserted"]);
      await settle(hub);
      return transaction;
    }
    after = page.next;
    if (after === undefined) throw new Error("the file has no ticket of one line");
  }
}

/** What the summaries of Toronto's day are, and how many contents each adds and takes out. */
async function summaries(hub: Hub): Promise<string[]> {
  return summariesIn(await readTransaction(hub.lineage, `store-day:pos:0301:${day}`)).map(({ document }) => {
    if (document.type !== "journal") throw new Error(`${document.key} is no journal`);
    const signs = (document.contributions ?? []).map(({ sign }) => sign);
    return `${document.kind} +${signs.filter((sign) => sign > 0).length} -${signs.filter((sign) => sign < 0).length}`;
  });
}

test("whatever comes first, file, audit or revision: the same books, and each content in one summary", async () => {
  const policies = policiesWith("summed", [{ value: "store-day", channel: "pos" }]);
  const orders = {
    "in time": { steps: [sendToronto, reviseTicket, audit], wanted: ["summary-1 +21 -0"] },
    "revised after the audit": { steps: [sendToronto, audit, reviseTicket], wanted: ["summary-1 +21 -0", "supplement-2 +1 -1"] },
    "all of it late": { steps: [audit, sendToronto, reviseTicket], wanted: ["supplement-1 +21 -0", "supplement-2 +1 -1"] },
  };
  const balances: unknown[] = [];
  for (const [name, { steps, wanted }] of Object.entries(orders)) {
    const hub = await open(name.replaceAll(" ", "-"), policies, `${day}T23:59:00.000Z`);
    for (const step of steps) await step(hub);
    expect([name, await summaries(hub)]).toEqual([name, wanted]);
    balances.push((await books(hub)).balances);
    await expectSound(hub);
    await hub.close();
  }
  expect(balances[1]).toEqual(balances[0]);
  expect(balances[2]).toEqual(balances[0]);
}, 120_000);

test("a day by the command line: shown, audited by name, drilled into from both sides, reopened; a replay changes nothing", async () => {
  const policies = policiesWith("summed", [{ value: "store-day", channel: "pos" }]);
  // The command line has the clock of this machine: a day that has begun by it.
  const past = "2026-02-06";
  const data = join(folder, "data");
  const cli = (...words: string[]) => command([...words, "--data", data, "--policies", policies]);
  const json = async (...words: string[]) => JSON.parse((await cli(...words, "--json")).stdout);
  const hub = await openHub({ dataFolder: data, policiesFolder: policies });
  await sendToronto(hub, withoutNumbers(torontoOn(past), [6, 7, 11]));
  const ticket = await reviseTicket(hub);
  await hub.close();
  const where = ["--store", "0301", "--date", past];
  const who = ["--actor", "Dana Reyes", "--reason", "counted"];

  expect(await cli("store-day", "audit", ...where)).toMatchObject({ status: 2, stdout: "" });
  expect((await cli("store-day", "audit", "--store", "9999", "--date", past, ...who)).stderr).toContain("no store 9999: known are");
  expect(await json("store-day", "show", ...where)).toEqual({
    store: "0301",
    businessDate: past,
    state: "open",
    contributions: 18,
    statements: [],
    summaries: [],
  });
  expect(await json("store-day", "list")).toEqual([{ store: "0301", businessDate: past, contributions: 18 }]);
  expect(await json("store-day", "list", "--store", "0101")).toEqual([]);
  expect((await cli("lineage", ticket)).stdout).toContain(`(waits for the close)  store-day:pos:0301:${past}`);

  const incomplete = await cli("store-day", "audit", ...where, ...who);
  expect([incomplete.status, incomplete.stderr]).toEqual([
    1,
    expect.stringContaining("register 1 lacks 3 transaction numbers (6 to 7, 11)"),
  ]);
  const numbers = ["--what", "sequence", "--register", "1"];
  expect((await cli("store-day", "waive", ...where, ...who, "--what", "sequence")).status).toBe(2);
  expect((await cli("store-day", "waive", ...where, ...who, ...numbers, "--from", "6", "--to", "7")).status).toBe(0);
  expect((await json("report", "store-day", ...where)).missing).toMatchObject([{ kind: "sequence", register: "1" }]);
  expect((await cli("store-day", "waive", ...where, ...who, ...numbers, "--from", "11", "--to", "11")).status).toBe(0);
  expect((await cli("store-day", "waive", ...where, ...who, ...numbers)).stderr).toContain("nothing of the kind is missing");
  const day = await json("report", "store-day", ...where);
  expect(day).toMatchObject({ state: "totalled", missing: [], tickets: { counted: 18, voided: 0 } });
  expect(day.waivers.map((each: { numbers: string; by: string }) => [each.numbers, each.by])).toEqual([
    ["6 to 7", "Dana Reyes"],
    ["11", "Dana Reyes"],
  ]);
  const audited = await cli("store-day", "audit", ...where, ...who);
  expect([audited.status, audited.stdout]).toEqual([0, expect.stringContaining(`Store 0301, ${past}: audited, 18 contributions`)]);
  const again = await cli("store-day", "audit", ...where, ...who);
  expect([again.status, again.stderr]).toEqual([1, expect.stringContaining("was audited by Dana Reyes")]);
  const [summary, ...others] = (await json("store-day", "show", ...where)).summaries;
  expect(others).toEqual([]);
  expect(summary).toMatchObject({ kind: "summary-1", entity: "CA1", currency: "CAD", contributions: 18 });

  expect((await cli("store-day", "list")).stdout).toBe("No store day waits for its audit.");
  expect(await json("report", "store-day", ...where)).toMatchObject({ state: "posted" });
  expect((await cli("store-day", "reconcile", ...where, ...who)).status).toBe(0);
  expect((await cli("report", "store-day", ...where)).stdout).toContain(`${past}: reconciled`);
  const story = await json("lineage", ticket);
  expect(story.summaries).toEqual([
    {
      document: expect.stringContaining(ticket),
      window: `store-day:pos:0301:${past}`,
      summary: summary.key,
      erpDocument: summary.erpDocument,
    },
  ]);
  const back = await json("lineage", summary.erpDocument);
  expect(back.transaction).toBe(`store-day:pos:0301:${past}`);
  // Beside it the day has what its till moved.
  const summed = back.documents.find((each: { contributions?: unknown[] }) => each.contributions !== undefined);
  expect(summed.contributions).toHaveLength(18);
  expect(summed.contributions).toContainEqual({ transaction: ticket, document: story.summaries[0].document, effect: "added" });
  const journals = await json("report", "journals", "--transaction", ticket);
  expect(journals.map((row: { erpDocument: string }) => row.erpDocument)).toContain(summary.erpDocument);
  const shown = journals.find((row: { erpDocument: string }) => row.erpDocument === summary.erpDocument);
  expect(shown.contributions).toContainEqual({ document: story.summaries[0].document, effect: "added" });

  expect(await json("replay")).toMatchObject({ posted: 0, reversed: 0, exceptions: 0 });
  const reopened = await cli("store-day", "reopen", ...where, "--actor", "Dana Reyes", "--reason", "a second file");
  expect([reopened.status, reopened.stdout]).toEqual([0, expect.stringContaining("open, 18 contributions")]);
  expect((await cli("store-day", "reopen", ...where, ...who)).status).toBe(1);
  expect((await cli("verify")).status).toBe(0);
}, 120_000);

test("the hours of a shop close by themselves: an open hour waits, and a hub that is started later finds it over", async () => {
  const policies = policiesWith("hours", [{ value: "hour", channel: "shopify" }]);
  const orders = sampleDay().filter(
    (delivery): delivery is WebhookDelivery => delivery.kind === "webhook" && /^10(01|02|03) /.test(delivery.id),
  );
  const play = async (hub: Hub) => {
    for (const delivery of orders) await deliverWebhook(hub, delivery);
    await settle(hub);
  };
  const single = await open("single", policiesWith("single", []), `${day}T12:00:00.000Z`);
  await play(single);
  const wanted = (await books(single)).balances;
  const { balances: clearingItems } = await clearing(single, {});
  await single.close();

  const early = await open("hours", policies, `${day}T05:00:00.000Z`);
  await play(early);
  expect((await books(early)).summaries).toBe(0);
  await early.close();

  const later = await open("hours", policies, "2026-11-28T12:00:00.000Z");
  for (let round = 0; round < 100 && (await books(later)).summaries === 0; round += 1) {
    await settle(later);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  await settle(later);
  expect((await books(later)).balances).toEqual(wanted);
  // Each sale is still an open item of its own.
  const openItems = (items: typeof clearingItems) =>
    items.flatMap((each) => each.items.map(({ reference, amount }) => `${reference} ${amount}`)).sort();
  expect(openItems(clearingItems).length).toBeGreaterThan(0);
  expect(openItems((await clearing(later, {})).balances)).toEqual(openItems(clearingItems));
  await expectSound(later);
  await later.close();
}, 120_000);

test("a shop by its payouts: what a payout settles is one journal, the rest posts when the month's books can wait no longer", async () => {
  const policies = policiesWith("payouts", [{ value: "payout", channel: "shopify" }]);
  const orders = sampleDay().filter(
    (delivery): delivery is WebhookDelivery => delivery.kind === "webhook" && /^10(01|02|03) /.test(delivery.id),
  );
  const report = join(folder, "payouts.csv");
  writeFileSync(
    report,
    [
      "Transaction Date,Type,Order,Card Brand,Card Source,Payout Status,Payout Date,Payout ID,Available On,Amount,Fee,Net,Checkout,Payment Method Name,Presentment Amount,Presentment Currency,Currency",
      "2026-11-27 12:00:00 -0500,charge,#1001,visa,online,paid,2026-11-30,104,2026-11-29,75.95,2.50,73.45,#39001,card,75.95,USD,USD",
      "",
    ].join("\n"),
  );
  const play = async (hub: Hub) => {
    for (const delivery of orders) await deliverWebhook(hub, delivery);
    await settle(hub);
    await dropFile(hub, "settlement", report);
    await settle(hub);
  };
  const single = await open("single", policiesWith("single", []), "2026-11-28T12:00:00.000Z");
  await play(single);
  const wanted = (await books(single)).balances;
  await single.close();

  const early = await open("payouts", policies, "2026-11-28T12:00:00.000Z");
  await play(early);
  expect((await books(early)).summaries).toBe(0);
  await expectSound(early);
  await early.close();

  const summariesOf = async (hub: Hub) => {
    const keys: string[] = [];
    for await (const { key } of allJournals(hub, "erp-us", {})) if (/\/(summary|supplement)-/.test(key)) keys.push(key.split("/")[0]!);
    return [...new Set(keys)].sort();
  };
  const startedAgain = async (now: string, count: number) => {
    const hub = await open("payouts", policies, now);
    for (let round = 0; round < 100 && (await summariesOf(hub)).length < count; round += 1) {
      await settle(hub);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    await settle(hub);
    return hub;
  };
  const paidOut = await startedAgain("2026-11-28T20:00:00.000Z", 2);
  // One of the orders was paid with what no gateway pays out.
  const settled = ["window:shopify-payments:shopify-us:payout-104", "window:shopify:fernwick-vale.myshopify.com:day-2026-11-27"];
  expect(await summariesOf(paidOut)).toEqual(settled);
  await expectSound(paidOut);
  await paidOut.close();

  const closing = await startedAgain("2026-12-05T00:00:00.000Z", 3);
  expect(await summariesOf(closing)).toEqual([
    ...settled,
    "window:shopify:fernwick-vale.myshopify.com:unsettled-2026-11-27-until-2026-12-03",
  ]);
  expect((await books(closing)).balances).toEqual(wanted);
  await expectSound(closing);
  await closing.close();
}, 120_000);

test("a release that changes the grain moves nothing that is posted or told; what comes after it follows it", async () => {
  const policies = policiesWith("changing", []);
  const first = await open("changing", policies, `${day}T20:00:00.000Z`);
  const boston = sampleDay().find((delivery) => delivery.kind === "pos-file" && delivery.name.startsWith("POSLOG_0101")) as PosFileDelivery;
  writeFileSync(join(folder, boston.name), boston.bytes);
  await dropFile(first, "pos", join(folder, boston.name));
  await settle(first);
  const before = await books(first);
  await first.close();

  cpSync(policiesWith("by-day", [{ value: "store-day", channel: "pos" }]), policies, { recursive: true });
  const second = await open("changing", policies, `${day}T21:00:00.000Z`);
  await (second.handlers.get("wake-held") as (input: unknown) => Promise<unknown>)({});
  await settle(second);
  expect(await books(second)).toEqual(before);
  await sendToronto(second);
  await audit(second);
  const after = await books(second);
  expect([after.tickets, after.summaries]).toEqual([before.tickets, 1]);
  await expectSound(second);
  await second.close();
}, 120_000);
