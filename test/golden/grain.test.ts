import { describe, expect, test } from "vitest";
import type { Policy } from "#domain/policy";
import type { PlanStep, StepResult } from "#domain/posting";
import { goldenPolicy } from "./golden-policy.ts";
import { happen, ledgerOfStreams, liveOf, policyWith, readStoreDays, type StoreDayScenario } from "./store-day-scenario.ts";
import { StreamsHub } from "./streams-hub.ts";

type Fact = StoreDayScenario["facts"][number];

const facts = (name: string): readonly Fact[] => readStoreDays().find((each) => each.name === name)?.facts ?? [];
const byDay = policyWith([{ channel: "pos", grain: "store-day", from: "2026-11-27" }]);
const byHour = policyWith([{ channel: "shopify", grain: "hour", from: "2026-11-27" }]);
const begin = "2026-11-27T00:00:00.000Z";

function hubAfter(policy: Policy, told: readonly Fact[], answer?: (step: PlanStep) => StepResult | undefined): StreamsHub {
  const hub = new StreamsHub(policy, begin, answer);
  for (const fact of told) happen(hub, fact);
  return hub;
}

const openExceptions = (hub: StreamsHub) =>
  hub.transactions.flatMap((transaction) =>
    hub
      .view(transaction)
      .exceptions.filter(({ closed }) => closed === undefined)
      .map(({ opened }) => `${transaction} ${opened.class}/${opened.code}`),
  );

/** "<kind> <account> <amount>" of every live line of a role. */
const accountsOf = (hub: StreamsHub, role: string) =>
  liveOf(hub).flatMap((document) =>
    document.type === "journal"
      ? document.lines.filter((line) => line.role === role).map(({ account, amount }) => `${document.kind} ${account} ${amount}`)
      : [],
  );

describe("the accounts of what is told", () => {
  const without = (role: string): Policy => ({ ...byDay, accounts: byDay.accounts.filter((rule) => rule.role !== role) });

  test("one that is missing holds its own ticket and not the summary of the others; the ticket follows when it is there", () => {
    const hub = hubAfter(without("acquirer-clearing"), facts("summary-of-a-day"));
    expect(openExceptions(hub)).toEqual(["sale:pos:0001:1:2026-11-27:13 data.unmapped/account"]);
    expect(ledgerOfStreams(hub).contributions).toEqual({ "0001 summary-1": ["+11 ticket", "+12 ticket"] });
    hub.release({ ...byDay, release: 2, version: "mapped" });
    expect(openExceptions(hub)).toEqual([]);
    expect(ledgerOfStreams(hub).contributions).toEqual({
      "0001 summary-1": ["+11 ticket", "+12 ticket"],
      "0001 supplement-2": ["+13 ticket"],
    });
  });

  const deferredIn = (account: string, release: number): Policy => ({
    ...byHour,
    release,
    version: account,
    accounts: byHour.accounts.map((rule) => (rule.role === "deferred-revenue" ? { ...rule, account } : rule)),
  });

  test("a balance is released in the account in which the sale created it, from summary to summary", () => {
    const [order, capture, ship] = facts("hours-of-a-shop");
    const hub = hubAfter(deferredIn("2400", 1), [order!, capture!]);
    hub.release(deferredIn("2450", 2));
    happen(hub, ship!);
    hub.endWindows();
    expect(accountsOf(hub, "deferred-revenue")).toEqual(["summary-1 2400 -10000", "summary-1 2400 10000"]);
  });

  test("a summary uses those that its contributions were told with, whatever policy says when it posts", () => {
    const [order, capture] = facts("hours-of-a-shop");
    const hub = hubAfter(byHour, [order!, capture!]);
    const renamed = byHour.accounts.map((rule) => ({ ...rule, account: `${rule.account}-new` }));
    hub.release({ ...byHour, release: 2, version: "renamed", accounts: renamed });
    hub.endWindows();
    expect(accountsOf(hub, "deferred-revenue")).toEqual(["summary-1 deferred-revenue -10000"]);
  });

  test("a content that comes back has the accounts that it was told with first, so that what takes it out of its summary finds it there", () => {
    const [cash, , audited, card] = facts("changed-ticket");
    const salesIn = (account: string, release: number): Policy => ({
      ...byDay,
      release,
      version: account,
      accounts: byDay.accounts.map((rule) => (rule.role === "sales" ? { ...rule, account } : rule)),
    });
    const hub = hubAfter(salesIn("4000", 1), [cash!, audited!]);
    expect(accountsOf(hub, "sales")).toEqual(["summary-1 4000 -10000"]);
    happen(hub, { at: "22:30", day: "2026-11-27", reopen: "0001" });
    hub.release(salesIn("4050", 2));
    happen(hub, card!);
    happen(hub, { ...cash!, version: "3" } as Fact);
    happen(hub, { ...card!, version: "4" } as Fact);
    happen(hub, { ...audited!, at: "23:00" } as Fact);
    expect(openExceptions(hub)).toEqual([]);
    expect(accountsOf(hub, "sales")).toEqual(["summary-1 4000 -10000", "summary-2 4050 -9000", "supplement-3 4000 10000"]);
  });
});

test("a ticket that is undone is summed up with its mirror in the day of its own till", () => {
  const transaction = "sale:pos:0001:1:2026-11-27:11";
  const hub = hubAfter(byDay, facts("before-the-audit"));
  hub.arrive(transaction, {
    name: "ticket.voided",
    schema: 1,
    key: "ticket.voided:12",
    version: "1",
    occurredAt: "2026-11-27T16:00:00.000Z",
    store: "0001",
    register: "1",
    sequence: "12",
    businessDate: "2026-11-27",
    original: { sequence: "11" },
    currency: "USD",
  });
  const told = hub.steps.flatMap((step) => (step.kind === "tell" && step.document !== null ? [`${step.document.kind} to ${step.to}`] : []));
  expect(told.sort()).toEqual([
    "tally to store-day:pos:0001:2026-11-27",
    "tally to store-day:pos:0001:2026-11-27",
    "ticket-contribution to store-day:pos:0001:2026-11-27",
    "ticket-voided-contribution to store-day:pos:0001:2026-11-27",
  ]);
});

test("a closed period asks once, for the summary: telling is no posting", () => {
  const us = { ...byDay.entities.us!, periods: [{ period: "2026-11", state: "closed" as const, from: "2026-01-01", why: "closed early" }] };
  const late = {
    kind: "late-posting" as const,
    role: "entity-controller",
    expiresAfterHours: 48,
    from: "2026-01-01",
    why: "late",
    layer: 0,
  };
  const hub = hubAfter({ ...byDay, entities: { ...byDay.entities, us }, approvals: [late] }, facts("summary-of-a-day"));
  const asked = hub.transactions.flatMap((transaction) => hub.view(transaction).approvals.map(({ asked: { document } }) => document));
  expect(asked.filter((document) => !document.includes("/stock/"))).toEqual([
    "store-day:pos:0001:2026-11-27/store-day.audited:2200/summary-1/us/USD",
  ]);
});

test("what happened before the cut-over is recorded where it is, and not told", () => {
  const us = { ...byDay.entities.us!, cutOver: { pos: { at: "2026-11-27T10:30:00.000Z", why: "the hub takes over" } } };
  const hub = hubAfter({ ...byDay, entities: { ...byDay.entities, us } }, facts("summary-of-a-day"));
  expect(ledgerOfStreams(hub).contributions).toEqual({ "0001 summary-1": ["+12 ticket", "+13 ticket"] });
  expect(hub.steps.filter(({ kind }) => kind === "opening").map(({ key }) => key.split("/")[2])).toEqual(["ticket", "stock"]);
});

test("a summary that the ERP refuses is not sent again until something changes, and then under the same name", () => {
  let refusing = true;
  const refused: StepResult = { kind: "refused", code: "period", message: "the ledger is locked" };
  const hub = hubAfter(byDay, facts("summary-of-a-day"), (step) => (refusing && step.key.includes("/summary-") ? refused : undefined));
  const sent = () => hub.steps.filter(({ key }) => key.includes("/summary-")).map(({ key }) => key.split("/")[2]);
  expect(sent()).toEqual(["summary-1"]);
  expect(openExceptions(hub)).toEqual(["store-day:pos:0001:2026-11-27 erp.rejected/period"]);
  hub.lookAgain();
  expect(sent()).toEqual(["summary-1"]);
  refusing = false;
  hub.goOnTo("2026-11-28T09:00:00.000Z");
  hub.release({ ...byDay, release: 2, version: "again" });
  expect(sent()).toEqual(["summary-1", "summary-1"]);
  expect(ledgerOfStreams(hub).contributions).toEqual({ "0001 summary-1": ["+11 ticket", "+12 ticket", "+13 ticket"] });
  expect(openExceptions(hub)).toEqual([]);
});

describe("a release moves nothing that waits for its payout", () => {
  const byPayout = policyWith([{ channel: "shopify", grain: "payout", from: "2026-11-27" }]);
  const sale = "sale:shopify:us.example:1";
  const [order, capture, ship, settle] = facts("payout-of-two-orders").filter((fact) => !("sale" in fact) || fact.sale === "1");
  const toldTo = (hub: StreamsHub) => [...new Set(hub.steps.flatMap((step) => (step.kind === "tell" ? [step.to] : [])))];
  const waiting = "window:shopify:us.example:unsettled-2026-11-27-until-2026-12-03";

  test.each([
    [
      "for how long it waits",
      {
        waits: [{ wait: "payoutAfterPeriodEnd" as const, days: 9, when: {}, from: "2020-01-01", why: "slow", layer: 0 }],
      },
    ],
    ["which gateways pay out", { gatewayAccounts: {} }],
    ["the grain", { elections: goldenPolicy.elections }],
  ])("%s", (_, change) => {
    const hub = hubAfter(byPayout, [order!, capture!, ship!]);
    const told = hub.steps.length;
    hub.release({ ...byPayout, ...change, release: 2, version: "changed" });
    expect(hub.steps.length).toBe(told);
    expect(openExceptions(hub)).toEqual([]);
    expect(toldTo(hub)).toEqual([waiting]);
    happen(hub, settle!);
    expect(toldTo(hub)).toEqual([waiting, "window:shopify-payments:sp:payout-PO1"]);
  });

  test("a settlement that is taken back leaves it where it was told", () => {
    const hub = hubAfter(byPayout, [order!, capture!, ship!, settle!]);
    const told = hub.steps.length;
    const taken = { ...(settle as Extract<Fact, { settle: string }>), amount: "0.00", version: "2" };
    happen(hub, taken);
    expect(hub.steps.length).toBe(told);
  });

  test("a sale whose entity moved to another ERP keeps its grain, and is found in the first one", () => {
    const hub = hubAfter(byPayout, [order!, capture!]);
    const us = { ...byPayout.entities.us!, connection: "erp-two" };
    hub.release({ ...byPayout, entities: { ...byPayout.entities, us }, elections: goldenPolicy.elections, release: 2, version: "moved" });
    // Its old ERP would take back what it told, its new one would tell it again: neither does before somebody says which of them has it.
    expect(openExceptions(hub)).toEqual([`${sale} policy.restatement/moved`, `${sale} policy.restatement/withdraw`]);
    expect(hub.steps.filter((step) => step.key.includes("payment.captured"))).toHaveLength(1);
  });
});
