import { describe, expect, test } from "vitest";
import type { BusinessEvent } from "#domain/events";
import { drawersLeft, openedDrawers, periodOpenItems, postingRules, storeDayProblems, storeDayStatus, tillBalances } from "#domain/posting";
import { happen, policyWith, readStoreDays } from "../../golden/store-day-scenario.ts";
import { StreamsHub } from "../../golden/streams-hub.ts";

const day = "store-day:pos:0001:2026-11-27";
const scenario = readStoreDays().find(({ name }) => name === "changed-ticket")!;
const [first, second, audit, changed] = scenario.facts;
const evening = "2026-11-27T23:30:00.000Z";

const stated = { schema: 1, version: "0", store: "0001", businessDate: "2026-11-27" } as const;
const at = (time: string) => `2026-11-27T${time}:00.000Z`;
const byDana = { by: "Dana", reason: "All is there." };
const closing = (name: "store-day.audited" | "store-day.reopened" | "store-day.reconciled", occurredAt: string): BusinessEvent => ({
  ...stated,
  name,
  key: `${name}:${occurredAt}`,
  occurredAt,
  ...byDana,
});
const seen: BusinessEvent = {
  ...stated,
  name: "sequences.seen",
  key: "sequences.seen:1",
  occurredAt: at("21:00"),
  register: "1",
  file: "f",
  ranges: [
    { from: 1, to: 3 },
    { from: 6, to: 9 },
  ],
};
const counted = (key: string, occurredAt: string, amount: number): BusinessEvent => ({
  ...stated,
  name: "till.counted",
  key: `till.counted:${key}`,
  occurredAt,
  register: "1",
  sequence: key,
  tenders: [{ tender: "Cash", currency: "USD", counted: amount }],
});
const moved: BusinessEvent = {
  ...stated,
  name: "till.moved",
  key: "till.moved:1",
  occurredAt: at("12:00"),
  register: "1",
  sequence: "5",
  kind: "loan",
  tender: "Cash",
  currency: "USD",
  amount: 2_000,
};

const hubAfter = (...facts: (typeof scenario)["facts"]) => {
  const hub = new StreamsHub(policyWith(scenario.grain), "2026-11-27T00:00:00.000Z");
  for (const fact of facts) happen(hub, fact);
  return hub;
};
const state = (hub: StreamsHub) => {
  const { state: reached, lacking, leaving } = storeDayStatus(hub.view(day), hub.policy, postingRules, evening);
  return `${reached}, ${lacking} lacking, ${leaving} leaving`;
};

describe("a store day", () => {
  test("is totalled with its tickets, posted once audited, and stays so when a ticket changes and its supplement is out", () => {
    expect(state(hubAfter(first!))).toBe("totalled, 1 lacking, 0 leaving");
    expect(state(hubAfter(first!, second!))).toBe("totalled, 2 lacking, 0 leaving");
    expect(state(hubAfter(first!, second!, audit!))).toBe("posted, 0 lacking, 0 leaving");
    expect(state(hubAfter(first!, second!, audit!, changed!))).toBe("posted, 0 lacking, 0 leaving");
  });

  test("is received while numbers are missing", () => {
    const hub = hubAfter(first!);
    hub.arrive(day, seen);
    expect(state(hub)).toBe("received, 1 lacking, 0 leaving");
  });

  test("is validated while nothing but a count is missing", () => {
    const hub = hubAfter(first!);
    hub.release({
      ...hub.policy,
      elections: [
        ...hub.policy.elections.filter(({ election }) => election !== "drawerCount"),
        { election: "drawerCount", value: "required", when: {}, from: "2020-01-01", why: "A test.", layer: 0 },
      ],
      tenders: [...hub.policy.tenders, { channel: "pos", match: "cash", role: "cash-drawer", dimensions: {}, cash: true, why: "A test." }],
    });
    hub.receive(day, moved);
    expect(state(hub)).toBe("validated, 1 lacking, 0 leaving");
  });

  test("is audited, and not posted, while nobody has looked at it since", () => {
    const hub = hubAfter(first!);
    hub.receive(day, closing("store-day.audited", at("22:00")));
    expect(state(hub)).toBe("audited, 1 lacking, 0 leaving");
  });

  test("is reopened when its audit is taken back, or something comes to be missing after it", () => {
    const taken = hubAfter(first!, audit!);
    taken.arrive(day, closing("store-day.reopened", at("22:30")));
    expect(state(taken)).toBe("reopened, 0 lacking, 0 leaving");
    const late = hubAfter(first!, audit!);
    late.arrive(day, seen);
    expect(state(late)).toBe("reopened, 0 lacking, 0 leaving");
  });

  test("is reconciled by a statement after the audit and after what was posted last, and not by an older one", () => {
    const hub = hubAfter(first!, audit!);
    hub.arrive(day, closing("store-day.reconciled", at("21:00")));
    expect(state(hub)).toBe("posted, 0 lacking, 0 leaving");
    hub.arrive(day, closing("store-day.reconciled", "2026-11-28T09:00:00.000Z"));
    expect(state(hub)).toBe("reconciled, 0 lacking, 0 leaving");
  });

  test("is a store day only where its stream is one", () => {
    const hub = hubAfter(first!);
    const [sale] = hub.transactions.filter((name) => name.startsWith("sale:"));
    expect(() => storeDayStatus(hub.view(sale!), hub.policy, postingRules, evening)).toThrow(`${sale} is no store day`);
  });

  test("keeps its month open until it is posted, for its own entity", () => {
    const open = (hub: StreamsHub, entity = "us") =>
      periodOpenItems(hub.view(day), { entity, to: "2026-11-30" }, { policy: hub.policy, rules: postingRules, now: evening }).map(
        ({ text }) => text,
      );
    expect(open(hubAfter(first!))).toEqual(["store 0001 is totalled: see report store-day, and audit it"]);
    expect(open(hubAfter(first!), "two")).toEqual([]);
    const posted = hubAfter(first!, audit!);
    expect(open(posted)).toEqual([]);
    posted.arrive(day, closing("store-day.reconciled", "2026-11-28T09:00:00.000Z"));
    expect(open(posted)).toEqual([]);
  });
});

describe("the desk is told of a store day", () => {
  const told = (hub: StreamsHub, now: string) =>
    storeDayProblems(hub.view(day), hub.policy, now).map(({ class: name, code, cause, message }) => [
      name,
      code,
      cause.replace(/[0-9a-f]{12}$/, "…"),
      message,
    ]);

  test("nothing before its files should have come; then what is missing; then that nobody audited it", () => {
    const hub = hubAfter(first!);
    hub.arrive(day, seen);
    expect(told(hub, at("22:00"))).toEqual([]);
    const missing = [
      "source.sequence-gap",
      "register",
      "sequence:1:…",
      "2026-11-27 of store 0001: register 1 lacks 2 transaction numbers (4 to 5). Next: ask the store system for the file again, or waive the numbers with a reason.",
    ];
    const late = told(hub, "2026-12-10T00:00:00.000Z");
    expect(late[0]).toEqual(missing);
    expect(late.slice(1).map(([name, code]) => [name, code])).toEqual([["source.day-open", "not-audited"]]);
    hub.receive(day, closing("store-day.audited", at("22:00")));
    expect(told(hub, "2026-12-10T00:00:00.000Z")).toEqual([missing]);
  });

  test("by when the audit was due, and how it is made", () => {
    const hub = hubAfter(first!);
    const audit = (now: string) => told(hub, now).map(([, , , message]) => message);
    expect(audit("2026-11-30T05:59:59.999Z")).toEqual([]);
    expect(audit("2026-11-30T06:00:00.000Z")).toEqual([
      "2026-11-27 of store 0001 is not audited, and was to be by 2026-11-30T06:00:00.000Z. Look at report store-day, then audit it: store-day audit --store 0001 --date 2026-11-27",
    ]);
  });

  test("nothing of a day of which there is nothing but statements", () => {
    const hub = new StreamsHub(policyWith(scenario.grain), "2026-11-27T00:00:00.000Z");
    hub.arrive(day, closing("store-day.reopened", at("22:00")));
    expect(told(hub, "2026-12-10T00:00:00.000Z")).toEqual([]);
  });

  test("nothing of a stream that is no store day", () => {
    const hub = hubAfter(first!);
    const [sale] = hub.transactions.filter((name) => name.startsWith("sale:"));
    expect(storeDayProblems(hub.view(sale!), hub.policy, "2026-12-10T00:00:00.000Z")).toEqual([]);
    expect(tillBalances(hub.view(sale!), hub.policy)).toEqual([]);
  });
});

describe("counts are set against what the day expects", () => {
  const counts = [counted("0", at("08:00"), 10_000), moved, counted("9", at("21:30"), 11_950)];
  const hubWith = (...events: readonly BusinessEvent[]) => {
    const hub = new StreamsHub(
      { ...policyWith([]), tenders: [{ channel: "pos", match: "cash", role: "cash-drawer", dimensions: {}, cash: true, why: "A test." }] },
      "2026-11-27T00:00:00.000Z",
    );
    for (const event of events) hub.receive(day, event);
    return hub;
  };
  const left = new Map([[JSON.stringify(["1", "cash", "USD"]), 10_020]]);

  test("only once the day is audited", () => {
    expect(tillBalances(hubWith(...counts).view(day), hubWith().policy, left)).toEqual([]);
  });

  test("in the evening with what was in the drawer, in the morning with what it was left with", () => {
    const hub = hubWith(...counts, closing("store-day.audited", at("22:00")));
    const found = tillBalances(hub.view(day), hub.policy, left);
    expect(
      found.map(({ transaction, kind, channel, shop, events: [event] }) => ({
        transaction,
        kind,
        channel,
        shop,
        event: { ...event, key: "", version: "" },
      })),
    ).toEqual([
      {
        transaction: day,
        kind: "store-day",
        channel: "pos",
        shop: "0001",
        event: {
          ...stated,
          name: "till.balanced",
          key: "",
          version: "",
          occurredAt: at("21:30"),
          register: "1",
          tender: "Cash",
          currency: "USD",
          counted: 11_950,
          expected: 12_000,
        },
      },
      {
        transaction: day,
        kind: "store-day",
        channel: "pos",
        shop: "0001",
        event: {
          ...stated,
          name: "till.balanced",
          key: "",
          version: "",
          occurredAt: at("08:00"),
          register: "1",
          tender: "Cash",
          currency: "USD",
          counted: 10_000,
          expected: 10_020,
          opening: true,
        },
      },
    ]);
    expect(found[0]?.events[0]?.version).toMatch(/^000000004-[0-9a-f]{8}$/);
    expect(new Set(found.map(({ source }) => source)).size).toBe(2);
    expect(found[0]?.events[0]?.key).toMatch(/^till\.balanced:[0-9a-f]{24}$/);
  });

  test("and not again while nothing has changed; a loan that comes late is set against the count anew", () => {
    const hub = hubWith(...counts, closing("store-day.audited", at("22:00")));
    for (const { events } of tillBalances(hub.view(day), hub.policy, left)) hub.receive(day, events[0]!);
    expect(tillBalances(hub.view(day), hub.policy, left)).toEqual([]);
    hub.receive(day, { ...moved, key: "till.moved:2", sequence: "6", occurredAt: at("13:00"), amount: 100 });
    expect(
      tillBalances(hub.view(day), hub.policy, left).map(({ events: [event] }) => [
        event?.version.slice(0, 9),
        (event as { expected?: number }).expected,
      ]),
    ).toEqual([["000000005", 12_100]]);
  });

  test("each under a name of its own: by register, by means of payment, and apart for the opening", () => {
    const second = (event: BusinessEvent, key: string) => ({ ...event, register: "2", key }) as BusinessEvent;
    const hub = hubWith(...counts, second(counted("8", at("21:40"), 700), "till.counted:8b"), closing("store-day.audited", at("22:00")));
    const found = tillBalances(hub.view(day), hub.policy, left);
    expect(
      found.map(({ events: [event] }) => [(event as { register?: string }).register, (event as { opening?: boolean }).opening]),
    ).toEqual([
      ["1", undefined],
      ["1", true],
      ["2", undefined],
    ]);
    expect(new Set(found.map(({ events: [event] }) => event?.key)).size).toBe(3);
    for (const { source, events, references, issues } of found) {
      expect(events[0]?.key).toMatch(/^till\.balanced:[0-9a-f]{24}$/);
      expect(source).toBe(`pos:0001:till-balance:2026-11-27.${events[0]?.key.slice(-24)}`);
      expect([references, issues]).toEqual([[], []]);
    }
  });

  test("in the morning only where anybody knows what the drawer was left with", () => {
    const hub = hubWith(...counts, closing("store-day.audited", at("22:00")));
    expect(tillBalances(hub.view(day), hub.policy).map(({ events: [event] }) => (event as { expected?: number }).expected)).toEqual([
      12_000,
    ]);
  });

  test("and what a drawer was left with, and that it was opened, is told by its name", () => {
    const name = JSON.stringify(["1", "cash", "USD"]);
    const hub = hubWith(...counts);
    expect(openedDrawers(hub.view(day), hub.policy)).toEqual([]);
    expect([...drawersLeft(hub.view(day), hub.policy)]).toEqual([[name, 11_950]]);
    hub.receive(day, closing("store-day.audited", at("22:00")));
    expect(openedDrawers(hub.view(day), hub.policy)).toEqual([name]);
    const unopened = hubWith(moved, counted("9", at("21:30"), 11_950), closing("store-day.audited", at("22:00")));
    expect(openedDrawers(unopened.view(day), unopened.policy)).toEqual([]);
    const other = hubAfter(first!);
    const [sale] = other.transactions.filter((each) => each.startsWith("sale:"));
    expect([openedDrawers(other.view(sale!), other.policy), [...drawersLeft(other.view(sale!), other.policy)]]).toEqual([[], []]);
  });
});
