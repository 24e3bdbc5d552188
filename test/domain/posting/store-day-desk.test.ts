import { describe, expect, test } from "vitest";
import type { BusinessEvent } from "#domain/events";
import type { TransactionView } from "#domain/lineage";
import type { Policy } from "#domain/policy";
import { postingRules, storeDayOf, storeDayProblems, storeDayStatus, storeDayTimes, tillBalances } from "#domain/posting";
import { auditorOf } from "../../../domain/posting/store-day.ts";
import { fact } from "../../fixtures/posting-case.ts";
import { happen, policyWith, readStoreDays } from "../../golden/store-day-scenario.ts";
import { StreamsHub } from "../../golden/streams-hub.ts";
import { day, policy } from "../store-day/till-policy.ts";

const stream = `store-day:pos:0001:${day}`;
const stated = { schema: 1, version: "0", store: "0001", businessDate: day } as const;
const at = (time: string) => `${day}T${time}:00.000Z`;
const closing = (name: "store-day.audited" | "store-day.reopened", time = "22:00"): BusinessEvent => ({
  ...stated,
  name,
  key: `${name}:1`,
  occurredAt: at(time),
  by: "Dana",
  reason: "All is there.",
});
const counted = (time: string, amount: number, currency = "USD"): BusinessEvent => ({
  ...stated,
  name: "till.counted",
  key: `till.counted:${time}`,
  occurredAt: at(time),
  register: "1",
  sequence: time,
  tenders: [{ tender: "Cash", currency, counted: amount }],
});
const sold = (time: string, amount: number, more: object = {}): BusinessEvent => ({
  ...stated,
  name: "ticket.tallied",
  key: `ticket.tallied:${time}`,
  occurredAt: at(time),
  register: "1",
  sequence: time,
  currency: "USD",
  total: amount,
  tenders: [{ role: "cash-drawer", type: "Cash", currency: "USD", amount, ...more }],
});
const waived: BusinessEvent = {
  ...stated,
  name: "store-day.waived",
  key: "store-day.waived:1",
  occurredAt: at("23:00"),
  what: "sequence",
  register: "1",
  by: "Dana",
  reason: "x",
};
type Told = { readonly class: string; readonly cause: string; readonly closed?: object };
const view = (events: readonly BusinessEvent[], told: readonly Told[] = [], transaction = stream) =>
  ({
    transaction,
    documents: events.map((event) => fact(event.key, { transaction, source: event.key, events: [event] })),
    chains: new Map(),
    exceptions: told.map(({ class: name, cause, closed }) => ({
      opened: { class: name, cause },
      ...(closed === undefined ? {} : { closed }),
    })),
    approvals: [],
    reservations: [],
  }) as unknown as TransactionView;

const audited = closing("store-day.audited", "23:00");
const night = "2026-12-31T00:00:00.000Z";
const warning: Policy = {
  ...policy,
  ticketRules: [{ rule: "register-open", severity: "warning", when: {}, from: "2020-01-01", why: "t", layer: 0 }] as unknown as NonNullable<
    Policy["ticketRules"]
  >,
};

describe("a store day", () => {
  test("is known by its stream, and by no other", () => {
    expect(storeDayOf("store-day:pos:0001:2026-11-27")).toEqual({ store: "0001", businessDate: "2026-11-27" });
    for (const other of ["sale:pos:0001:2026-11-27", "store-day:web:0001:2026-11-27", "store-day:pos:0001", "store-day:pos"])
      expect(storeDayOf(other)).toBeUndefined();
  });

  test("has its files six hours after midnight of the store, and its audit due after the days of its entity", () => {
    expect(storeDayTimes({ store: "0001", businessDate: day }, policy)).toEqual({
      completeBy: "2026-11-28T12:00:00.000Z",
      auditDueAt: "2026-11-30T06:00:00.000Z",
    });
    expect(storeDayTimes({ store: "9999", businessDate: day }, policy)).toBeUndefined();
    const waits = [
      { wait: "storeDayAudit", days: 5, when: {}, entity: "us", from: "2020-01-01", why: "t", layer: 3 },
    ] as unknown as NonNullable<Policy["waits"]>;
    expect(storeDayTimes({ store: "0001", businessDate: day }, { ...policy, waits })?.auditDueAt).toBe("2026-12-03T06:00:00.000Z");
    expect(storeDayTimes({ store: "0002", businessDate: day }, { ...policy, waits })?.auditDueAt).toBe("2026-11-30T07:00:00.000Z");
  });

  test("was audited by whoever said so last, and by nobody once that is taken back", () => {
    expect(auditorOf(view([sold("10:00", 500), audited]))).toBe("Dana");
    expect(auditorOf(view([sold("10:00", 500)]))).toBeUndefined();
    expect(auditorOf(view([audited, closing("store-day.reopened", "23:30")]))).toBeUndefined();
    expect(auditorOf(view([audited], [], "sale:pos:0001:1:2026-11-27:4"))).toBeUndefined();
  });
});

describe("what the desk is told of a store day", () => {
  const told = (given: TransactionView, now = night, by = policy) => storeDayProblems(given, by, now);
  const causes = (...given: Parameters<typeof told>) =>
    told(...given).map(({ class: name, cause }) => `${name} ${cause.replace(/[0-9a-f]{12}$/, "…")}`);
  const uncounted = "source.day-open count:1:…";
  const notAudited = "source.day-open not-audited";

  test("is filed under what is open and where, and says what to do next", () => {
    expect(told(view([sold("10:00", 500)]))).toEqual([
      {
        class: "source.day-open",
        code: "count",
        cause: expect.stringMatching(/^count:1:[0-9a-f]{12}$/),
        message: `${day} of store 0001: nobody has counted Cash USD of register 1: 5.00 are expected. Next: have the drawer counted and the count sent, or waive the count with a reason.`,
      },
      {
        class: "source.day-open",
        code: "not-audited",
        cause: "not-audited",
        message: `${day} of store 0001 is not audited, and was to be by 2026-11-30T06:00:00.000Z. Look at report store-day, then audit it: store-day audit --store 0001 --date ${day}`,
      },
    ]);
  });

  test("card totals that differ come with the amount, of the register or of the whole store", () => {
    const batch = (more: object): BusinessEvent =>
      ({
        ...stated,
        name: "card-batch.stated",
        key: "card-batch.stated:7",
        occurredAt: at("22:00"),
        terminal: "T",
        batch: "7",
        currency: "USD",
        amount: 9_000,
        ...more,
      }) as BusinessEvent;
    const cards = (more: object) =>
      told(view([batch(more), audited])).map(({ class: name, code, cause, amount, currency }) => [
        name,
        code,
        cause.slice(0, -12),
        amount,
        currency,
      ]);
    expect(cards({ register: "1" })).toEqual([["source.day-open", "cards", "cards:1:", 9_000, "USD"]]);
    expect(cards({})).toEqual([["source.day-open", "cards", "cards:store:", 9_000, "USD"]]);
    expect(told(view([sold("10:00", 500)]))[0]).not.toHaveProperty("amount");
  });

  test("another gap, difference or sum after a count is another question", () => {
    const seen = (...ranges: [number, number][]): BusinessEvent => ({
      ...stated,
      name: "sequences.seen",
      key: "sequences.seen:f",
      occurredAt: at("21:00"),
      register: "1",
      file: "f",
      ranges: ranges.map(([from, to]) => ({ from, to })),
    });
    const one = (...events: readonly BusinessEvent[]) => told(view([...events, audited])).map(({ cause }) => cause);
    const gaps = [one(seen([1, 3], [5, 6])), one(seen([1, 3], [6, 6])), one(seen([1, 4], [6, 6]))].flat();
    expect(new Set(gaps).size).toBe(3);
    const afterCount = (amount: number) => one(sold("10:00", 500), counted("21:00", 500), sold("22:00", amount));
    expect(new Set([afterCount(70), afterCount(71)].flat()).size).toBe(2);
    expect(afterCount(70)).toEqual(afterCount(70));
  });

  test("a sale after the last count is a fault of the day, or only a warning where policy says so", () => {
    const after = view([sold("10:00", 500), counted("21:00", 500), sold("22:00", 70), audited]);
    const message = `${day} of store 0001: register 1 has 1 ticket with 0.70 USD in Cash after its last count at ${at("21:00")}: no count of the day has it. Next: have the drawer counted again and the count sent, or waive it with a reason: the next opening count is held to it.`;
    const filed = { cause: expect.stringMatching(/^after-count:1:[0-9a-f]{12}$/), message };
    expect(told(after)).toEqual([{ class: "source.day-open", code: "after-count", ...filed }]);
    expect(told(after, night, warning)).toEqual([{ class: "policy.ticket-rule", code: "register-open", ...filed }]);
  });

  test("tickets that something holds have exceptions of their own", () => {
    const held: BusinessEvent = {
      ...stated,
      name: "sequences.seen",
      key: "sequences.seen:f",
      occurredAt: at("21:00"),
      register: "1",
      file: "f",
      ranges: [{ from: 1, to: 3 }],
      tickets: [{ from: 1, to: 3 }],
    };
    expect(causes(view([held, audited]))).toEqual([]);
  });

  test("waits for the files, and for the day of the audit; once it is told a clock that is behind takes nothing back", () => {
    const open = view([sold("10:00", 500)]);
    expect(causes(open, "2026-11-28T11:59:59.999Z")).toEqual([]);
    expect(causes(open, "2026-11-28T12:00:00.000Z")).toEqual([uncounted]);
    expect(causes(open, "2026-11-30T05:59:59.999Z")).toEqual([uncounted]);
    expect(causes(open, "2026-11-30T06:00:00.000Z")).toEqual([uncounted, notAudited]);
    const cause = told(open)[0]!.cause;
    const before = "2026-11-28T00:00:00.000Z";
    const early = (...opened: readonly Told[]) => causes(view([sold("10:00", 500)], opened), before);
    expect(early({ class: "source.day-open", cause })).toEqual([uncounted]);
    expect(early({ class: "source.day-open", cause: "not-audited" })).toEqual([notAudited]);
    expect(early({ class: "data.value", cause: "x" }, { class: "source.day-open", cause })).toEqual([uncounted]);
    expect(early({ class: "source.day-open", cause, closed: {} })).toEqual([]);
    expect(early({ class: "source.sequence-gap", cause })).toEqual([]);
    expect(early({ class: "source.day-open", cause: "count:2:x" })).toEqual([]);
  });

  test("is nothing of a day that only was reopened or waived, of a store that nobody knows, and of another stream", () => {
    expect(causes(view([closing("store-day.reopened"), waived]))).toEqual([]);
    expect(causes(view([waived]))).toEqual([]);
    expect(causes(view([waived, counted("21:00", 0)]))).toEqual([notAudited]);
    expect(causes(view([sold("10:00", 500)], [], `store-day:pos:9999:${day}`))).toEqual([]);
    expect(causes(view([sold("10:00", 500)], [], "sale:pos:0001:1:2026-11-27:4"))).toEqual([]);
  });
});

describe("what a count is set against", () => {
  const balances = (events: readonly BusinessEvent[], left?: ReadonlyMap<string, number>) =>
    tillBalances(view(events), policy, left).flatMap(({ events: [event] }) => (event?.name === "till.balanced" ? [event] : []));
  test("values what is short of foreign money at what the tills took it at", () => {
    const cad = [sold("10:00", 500, { currency: "CAD", valued: 400 }), counted("21:00", 480, "CAD"), audited];
    expect(balances(cad)).toMatchObject([{ currency: "CAD", counted: 480, expected: 500, valued: { currency: "USD", amount: -16 } }]);
    expect(balances([sold("10:00", 500), counted("21:00", 480), audited])[0]).not.toHaveProperty("valued");
  });

  test("is recorded again only where it says something else, whatever was recorded of other drawers", () => {
    const facts = [sold("10:00", 500), counted("21:00", 480), audited];
    const [first] = balances(facts);
    expect(balances([...facts, first!])).toEqual([]);
    expect(balances([...facts, { ...first!, expected: 499 }])).toHaveLength(1);
    expect(balances([...facts, { ...first!, key: "till.balanced:other" }])).toHaveLength(1);
    // What rests on three documents has the three in its version, its own results left out.
    expect([first?.version.slice(0, 9), balances([...facts, { ...first!, expected: 499 }])[0]?.version.slice(0, 9)]).toEqual([
      "000000003",
      "000000003",
    ]);
  });

  test("is nothing in a stream that is no store day", () => {
    expect(tillBalances(view([counted("21:00", 480), audited], [], "sale:pos:0001:1:2026-11-27:4"), policy)).toEqual([]);
  });

  test("of an opening is another fact than of the evening, by any spelling of its tender", () => {
    const facts = [counted("08:00", 100), sold("10:00", 500), counted("21:00", 600), audited];
    const left = new Map([[JSON.stringify(["1", "cash", "USD"]), 90]]);
    expect(balances(facts, left).map(({ counted: amount, expected, opening }) => [amount, expected, opening])).toEqual([
      [600, 600, undefined],
      [100, 90, true],
    ]);
    expect(new Set(balances(facts, left).map(({ key }) => key)).size).toBe(2);
    const spelt = (tender: string) =>
      facts.map((event) =>
        event.name === "till.counted" ? { ...event, tenders: event.tenders.map((each) => ({ ...each, tender })) } : event,
      );
    expect(balances(spelt("CASH"), left).map(({ key }) => key)).toEqual(balances(spelt("Cash"), left).map(({ key }) => key));
  });
});

describe("how far a day has come", () => {
  const scenario = readStoreDays().find(({ name }) => name === "changed-ticket")!;
  const [first, second, audit, changed] = scenario.facts;
  const hubAfter = (...facts: (typeof scenario)["facts"]) => {
    const hub = new StreamsHub(policyWith(scenario.grain), `${day}T00:00:00.000Z`);
    for (const each of facts) happen(hub, each);
    return hub;
  };
  const evening = `${day}T23:30:00.000Z`;
  const stateOf = (given: TransactionView, by: Policy) => storeDayStatus(given, by, postingRules, evening).state;
  const posted = hubAfter(first!, audit!);
  const waiting = hubAfter(first!);
  waiting.receive(stream, closing("store-day.audited"));
  const withDecisions = (...answers: readonly (string | undefined)[]) =>
    ({
      ...waiting.view(stream),
      approvals: answers.map((answer) => ({ asked: {}, ...(answer === undefined ? {} : { decision: { answer } }) })),
    }) as unknown as TransactionView;
  const withException = (hub: StreamsHub, name: string, more: object = {}) =>
    ({ ...hub.view(stream), exceptions: [{ opened: { class: name, cause: "x" }, ...more }] }) as unknown as TransactionView;

  test("is parked while somebody has to decide, and rejected when the last answer was no", () => {
    expect(stateOf(withDecisions(undefined), waiting.policy)).toBe("parked");
    expect(stateOf(withDecisions("granted", undefined), waiting.policy)).toBe("parked");
    expect(stateOf(withDecisions("granted", "refused"), waiting.policy)).toBe("rejected");
    expect(stateOf(withDecisions("refused", "granted"), waiting.policy)).toBe("audited");
    expect(stateOf(withDecisions(), waiting.policy)).toBe("audited");
  });

  test("is parked while something that blocks is open, posted or not", () => {
    expect(stateOf(withException(waiting, "data.unmapped"), waiting.policy)).toBe("parked");
    expect(stateOf(withException(waiting, "source.day-open"), waiting.policy)).toBe("audited");
    expect(stateOf(withException(waiting, "data.unmapped", { closed: {} }), waiting.policy)).toBe("audited");
    expect(stateOf(withException(posted, "data.unmapped"), posted.policy)).toBe("parked");
    expect(stateOf(withException(posted, "source.day-open"), posted.policy)).toBe("posted");
    expect(stateOf(withException(posted, "data.unmapped", { closed: {} }), posted.policy)).toBe("posted");
  });

  test("is revised while a summary has what counts no more, and posting while one lacks what came after it", () => {
    const after = { ...posted.view(stream), documents: hubAfter(first!, audit!, changed!).view(stream).documents };
    expect(storeDayStatus(after, posted.policy, postingRules, evening)).toMatchObject({ state: "revised", lacking: 1, leaving: 1 });
    const more = { ...posted.view(stream), documents: hubAfter(first!, second!, audit!).view(stream).documents };
    expect(storeDayStatus(more, posted.policy, postingRules, evening)).toMatchObject({ state: "posting", lacking: 1, leaving: 0 });
  });

  test("is received while a register that belongs to the store says nothing, or tickets that came are not in the day", () => {
    const registers = {
      ...waiting.policy,
      stores: { ...waiting.policy.stores, "0001": { ...waiting.policy.stores["0001"]!, registers: ["1", "9"] } },
    };
    expect(stateOf(hubAfter(first!).view(stream), registers)).toBe("received");
    const held = hubAfter(first!);
    held.receive(stream, {
      ...stated,
      name: "sequences.seen",
      key: "sequences.seen:f",
      occurredAt: at("21:00"),
      register: "1",
      file: "f",
      ranges: [{ from: 11, to: 12 }],
      tickets: [{ from: 11, to: 12 }],
    });
    expect(stateOf(held.view(stream), held.policy)).toBe("received");
  });

  test("is reconciled by what was stated in the very second of the audit, once nothing was posted later", () => {
    const reconciled = (occurredAt: string): BusinessEvent => ({
      ...stated,
      name: "store-day.reconciled",
      key: "store-day.reconciled:1",
      occurredAt,
      by: "Dana",
      reason: "x",
    });
    const planAt = (instant: string) => {
      const hub = hubAfter(first!, audit!);
      hub.receive(stream, reconciled(at("22:00")));
      const seen = hub.view(stream);
      const chains = new Map(
        [...seen.chains].map(([name, chain]) => [name, { ...chain, plans: chain.plans.map((each) => ({ ...each, at: instant })) }]),
      );
      return stateOf({ ...seen, chains }, hub.policy);
    };
    expect(planAt(at("21:00"))).toBe("reconciled");
    expect(planAt(at("22:00"))).toBe("reconciled");
    expect(planAt(at("22:01"))).toBe("posted");
  });
});
