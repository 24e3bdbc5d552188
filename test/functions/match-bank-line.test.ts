import { describe, expect, test } from "vitest";
import type { BusinessEvent, EventOf } from "#domain/events";
import { foldFacts } from "#domain/ledger";
import { documentItem, type ExceptionItem, type LineageItem } from "#domain/lineage";
import { gatherFacts } from "#domain/posting";
import { settlementDocument } from "#functions/settlement-document";
import type { InsertAnswer } from "#ports/lineage-store";
import { exported, housePolicy, settlementHouse } from "./settlement-house.ts";

const payout = "payout:shopify-payments:us-shop:104";
const lineOf = (id: string) => `bank-line:100:${id}`;
const ask = (...ids: string[]) => ({
  queue: "matching",
  messages: ids.map((id) => ({ id: `m-${id}`, body: { transactions: [{ id: lineOf(id) }] } })),
});

/** A payout of 96.80, and lines of this amount that nobody has looked at. */
async function houseWithLines(
  lines: Readonly<Record<string, { readonly bookedOn: string; readonly words?: string[] }>>,
  answer?: (item: LineageItem) => InsertAnswer | undefined,
) {
  const house = settlementHouse(housePolicy, answer);
  await house.takeIn(exported(["charge", "#1001", "100.00", "3.20", "96.80"]));
  house.name("payout-amount operating USD 9680", payout);
  house.name("payout 104", payout);
  for (const [id, { bookedOn, words = [] }] of Object.entries(lines)) {
    const line = { source: "camt.053", account: "100", id, amount: 9_680, currency: "USD", bookedOn, references: {} };
    const parsed = settlementDocument({ kind: "line", line, words } as never, "2026-12-01T03:00:00.000Z", housePolicy);
    house.put(documentItem(parsed, { hash: "0", bytes: 0 }, "2026-12-01T03:00:00.000Z"));
  }
  return house;
}

/** Another payout of 96.80, which no line shows. */
function putPayout(house: House, id: string): void {
  const stated = {
    source: "shopify-payments",
    account: "us-shop",
    id,
    issuedOn: "2026-11-29",
    status: "paid",
    currency: "USD",
    net: 9_680,
  };
  const parsed = settlementDocument({ kind: "payout", payout: stated, unlisted: [] } as never, "2026-11-30T03:00:00.000Z", housePolicy);
  house.put(documentItem(parsed, { hash: "0", bytes: 0 }, "2026-11-30T03:00:00.000Z"));
  house.name("payout-amount operating USD 9680", parsed.transaction);
  house.name(`payout ${id}`, parsed.transaction);
}

/** What the desk has of a line whose payout nobody can tell. */
const tooMany = (id: string): ExceptionItem => ({
  type: "exception",
  transaction: lineOf(id),
  key: "X#money.too-many-payouts#abc#0001",
  at: "2026-12-01T03:00:00.000Z",
  class: "money.too-many-payouts",
  code: "bank-line",
  cause: "bank-line.booked",
  message: "too many",
  occurrence: 1,
  dueAt: "2026-12-02T03:00:00.000Z",
});

type House = Awaited<ReturnType<typeof houseWithLines>>;

function factsIn(house: House, transaction: string): readonly BusinessEvent[] {
  return foldFacts(gatherFacts(house.documents().filter((document) => document.transaction === transaction)).events).events;
}

/** What each line says it shows, and what the payout knows of it. */
function claims(house: House, ...ids: string[]) {
  const says = ids.map((id) => {
    const matched = factsIn(house, lineOf(id)).find(({ name }) => name === "bank-line.matched");
    return `${id} ${matched?.name === "bank-line.matched" ? (matched.payouts[0]?.payoutId ?? matched.reason) : "nothing yet"}`;
  });
  const told = factsIn(house, payout).flatMap((event) =>
    event.name === "payout.banked" && event.amount !== 0 ? [event.bankLine.split(":")[2]] : [],
  );
  return { says, told };
}

describe("two bank lines of one amount and one payout", () => {
  const days = { L1: { bookedOn: "2026-11-30" }, L2: { bookedOn: "2026-12-01" } };

  test.each([[["L1", "L2"]], [["L2", "L1"]]])(
    "looked for in the order %j: the nearer one shows it, and the other one says so",
    async (order) => {
      const house = await houseWithLines(days);
      for (const id of order) expect(await house.match(ask(id))).toEqual({ failures: [], unreadable: [] });
      expect(claims(house, "L1", "L2")).toEqual({ says: ["L1 104", "L2 missing"], told: ["L1"] });
    },
  );

  test("looked for at the same time: one of them shows it", async () => {
    const house = await houseWithLines(days);
    const answers = await Promise.all([house.match(ask("L1")), house.match(ask("L2"))]);
    // Whichever cannot know what the other one is about to say looks again.
    for (const id of answers.flatMap(({ failures }) => failures.map((failed) => failed.slice("m-".length)))) await house.match(ask(id));
    expect(claims(house, "L1", "L2")).toEqual({ says: ["L1 104", "L2 missing"], told: ["L1"] });
  });

  test("writes nothing when they are looked for again", async () => {
    const house = await houseWithLines(days);
    await house.match(ask("L2", "L1"));
    const before = house.items().length;
    await house.match(ask("L1", "L2"));
    expect(house.items().length).toBe(before);
  });
});

test("a payout that is free again wakes the lines that wait for its amount", async () => {
  const house = await houseWithLines({ L1: { bookedOn: "2026-11-30" }, L2: { bookedOn: "2026-12-01", words: ["104"] } });
  await house.match(ask("L1"));
  await house.match(ask("L2"));
  expect(claims(house, "L1", "L2")).toEqual({ says: ["L1 missing", "L2 104"], told: ["L2"] });
  const takenBack = house.documents().find(({ events }) => events.some((event) => event.name === "payout.banked" && event.amount === 0));
  expect(takenBack?.references).toEqual([{ type: "payout-amount", value: "operating USD 9680" }]);
});

test("what was told to a payout before a crash is taken back when another line turns out to show it", async () => {
  let crashes = 1;
  const house = await houseWithLines({ L1: { bookedOn: "2026-11-30" }, L2: { bookedOn: "2026-12-01" } }, (item) =>
    item.type === "document" && item.events.some(({ name }) => name === "bank-line.matched") && crashes-- > 0 ? "unavailable" : undefined,
  );
  expect(await house.match(ask("L2"))).toEqual({ failures: ["m-L2"], unreadable: [] });
  expect(claims(house, "L1", "L2")).toEqual({ says: ["L1 nothing yet", "L2 nothing yet"], told: ["L2"] });
  expect(await house.match(ask("L1"))).toEqual({ failures: ["m-L1"], unreadable: [] });
  for (const id of ["L2", "L1", "L2"]) await house.match(ask(id));
  expect(claims(house, "L1", "L2")).toEqual({ says: ["L1 104", "L2 missing"], told: ["L1"] });
});

test("what was told to a payout before a crash is taken back when the payout turns out to be cancelled", async () => {
  let crashes = 1;
  const house = await houseWithLines({ L1: { bookedOn: "2026-11-30" } }, (item) =>
    item.type === "document" && item.events.some(({ name }) => name === "bank-line.matched") && crashes-- > 0 ? "unavailable" : undefined,
  );
  await house.match(ask("L1"));
  expect(claims(house, "L1")).toEqual({ says: ["L1 nothing yet"], told: ["L1"] });
  const cancelled = exported(["charge", "#1001", "100.00", "3.20", "96.80", "canceled,2026-11-30,104"]);
  await house.takeIn(cancelled, "later.csv", "2026-12-02T03:00:00.000Z");
  await house.match(ask("L1"));
  expect(claims(house, "L1")).toEqual({ says: ["L1 missing"], told: [] });
});

describe("a deposit of a store", () => {
  const deposit = "payout:store:0101:D1";
  const sent = (more: Partial<EventOf<"bank-deposit.sent">> = {}): EventOf<"bank-deposit.sent"> => ({
    name: "bank-deposit.sent",
    schema: 1,
    key: "bank-deposit.sent:1",
    version: "1",
    occurredAt: "2026-11-27T21:00:00.000Z",
    depositId: "D1",
    bankAccount: "operating",
    currency: "USD",
    amount: 9_680,
    sentOn: "2026-11-27",
    names: ["B-0042"],
    lagDays: 5,
    ...more,
  });

  async function houseWithDeposit(event: EventOf<"bank-deposit.sent">, line: { readonly bookedOn: string; readonly words?: string[] }) {
    const house = await houseWithLines({ L1: line });
    const parsed = { transaction: deposit, kind: "payout", source: "told:1", channel: "store", shop: "0101", events: [event] } as const;
    house.put(documentItem({ ...parsed, references: [], issues: [] }, { hash: "0", bytes: 0 }, "2026-11-27T22:00:00.000Z"));
    return house;
  }
  const shown = async (house: House) => {
    expect(await house.match(ask("L1"))).toEqual({ failures: [], unreadable: [] });
    const matched = factsIn(house, lineOf("L1")).find(({ name }) => name === "bank-line.matched") as EventOf<"bank-line.matched">;
    return [matched.outcome, matched.way, ...matched.payouts.map(({ payout: stream, amount }) => `${stream} ${amount}`)];
  };

  test("is shown by the line with its bag, before a payout of the same amount", async () => {
    const house = await houseWithDeposit(sent(), { bookedOn: "2026-11-30", words: ["DEPOSIT", "B-0042"] });
    house.name("trace B-0042", deposit);
    expect(await shown(house)).toEqual(["matched", "trace", `${deposit} 9680`]);
    expect(factsIn(house, deposit).map(({ name }) => name)).toEqual(["bank-deposit.sent", "payout.banked"]);
  });

  test("is shown by the line of its amount within its days, and by no later one", async () => {
    const near = await houseWithDeposit(sent(), { bookedOn: "2026-11-28" });
    near.name("payout-amount operating USD 9680", deposit);
    expect(await shown(near)).toEqual(["matched", "amount-and-day", `${deposit} 9680`]);
    const late = await houseWithDeposit(sent({ sentOn: "2026-11-20" }), { bookedOn: "2026-11-28" });
    late.name("payout-amount operating USD 9680", deposit);
    expect((await shown(late))[0]).toBe("unmatched");
  });

  test("of another account or currency is none of the line's", async () => {
    for (const other of [{ bankAccount: "house" }, { currency: "CAD" }]) {
      const house = await houseWithDeposit(sent(other), { bookedOn: "2026-11-20", words: ["B-0042"] });
      house.name("trace B-0042", deposit);
      expect((await shown(house))[0]).toBe("unmatched");
    }
  });
});

describe("many payouts of one amount", () => {
  /** Payouts p0000 and so on of 96.80 that were in the bank long before, each shown by a line of its own. */
  async function houseWithPast(count: number, lines: Parameters<typeof houseWithLines>[0]) {
    const house = await houseWithLines(lines);
    for (let index = 0; index < count; index += 1) {
      const id = `p${String(index).padStart(4, "0")}`;
      const stated = {
        source: "shopify-payments",
        account: "us-shop",
        id,
        issuedOn: "2025-01-07",
        status: "paid",
        currency: "USD",
        net: 9_680,
      };
      const parsed = settlementDocument({ kind: "payout", payout: stated, unlisted: [] } as never, "2025-01-08T03:00:00.000Z", housePolicy);
      const banked: EventOf<"payout.banked"> = {
        name: "payout.banked",
        schema: 1,
        key: `payout.banked:${id}`,
        version: "1",
        occurredAt: "2025-01-08T00:00:00.000Z",
        payoutId: id,
        bankLine: lineOf(`past-${id}`),
        amount: 9_680,
        currency: "USD",
        bookedOn: "2025-01-08",
      };
      const told = { ...parsed, source: `banked:${id}`, events: [banked], references: [] } as const;
      for (const each of [parsed, told]) house.put(documentItem(each, { hash: "0", bytes: 0 }, "2025-01-08T04:00:00.000Z"));
      house.name("payout-amount operating USD 9680", parsed.transaction);
    }
    return house;
  }

  test("the one that the line shows is found, although a hundred others come before it", async () => {
    const house = await houseWithPast(150, { L1: { bookedOn: "2026-11-30" } });
    // The payout of the house is 104; put behind all the others it is none of the first hundred.
    putPayout(house, "z1");
    await house.takeIn(
      exported(["charge", "#1001", "100.00", "3.20", "96.80", "canceled,2026-11-30,104"]),
      "l.csv",
      "2026-12-02T03:00:00.000Z",
    );
    expect(await house.match(ask("L1"))).toEqual({ failures: [], unreadable: [] });
    expect(claims(house, "L1").says).toEqual(["L1 z1"]);
  });

  test("more than are compared: the line says so instead of taking one of them, and one that it names is found all the same", async () => {
    const house = await houseWithPast(2_000, { L1: { bookedOn: "2026-11-30" }, L2: { bookedOn: "2026-11-30", words: ["104"] } });
    await house.match(ask("L1"));
    expect(factsIn(house, lineOf("L1")).find(({ name }) => name === "bank-line.matched")).toMatchObject({
      outcome: "unmatched",
      payouts: [],
      reason: "unknown",
      notCompared: 2_001,
    });
    await house.match(ask("L2"));
    expect(claims(house, "L2").says).toEqual(["L2 104"]);
  });

  test("more than are compared: a person names the one that the line shows, once, and the line shows that one", async () => {
    const house = await houseWithPast(2_000, { L1: { bookedOn: "2026-11-30" }, L2: { bookedOn: "2026-11-30" } });
    putPayout(house, "z1");
    for (const id of ["L1", "L2"]) {
      await house.match(ask(id));
      house.put(tooMany(id));
    }
    const say = (id: string, payout: string) =>
      house.resolve({ transaction: lineOf(id), exception: tooMany(id).key, by: "Ana Ruiz", reason: "on the phone", payout });
    expect(await say("L1", "po_999")).toEqual({ outcome: "no-such-payout" });
    expect(await say("L1", "104")).toEqual({ outcome: "payout-named" });
    expect(await say("L1", "payout:shopify-payments:us-shop:104")).toEqual({ outcome: "payout-named-before" });
    expect(await house.match(ask("L1"))).toEqual({ failures: [], unreadable: [] });
    expect(claims(house, "L1", "L2")).toEqual({ says: ["L1 104", "L2 unknown"], told: ["L1"] });
    expect(await say("L2", "104")).toEqual({ outcome: "shown-by-another", bankLine: lineOf("L1") });
    // The last word counts.
    expect(await say("L1", "z1")).toEqual({ outcome: "payout-corrected", payoutId: "104", by: "Ana Ruiz" });
    await house.match(ask("L1"));
    expect(claims(house, "L1")).toEqual({ says: ["L1 z1"], told: [] });
    const matched = factsIn(house, lineOf("L1")).find(({ name }) => name === "bank-line.matched");
    expect(matched).toMatchObject({ outcome: "matched", way: "person", confidence: 100, payouts: [{ payoutId: "z1", amount: 9_680 }] });
  });
});

test("a payout in the bank releases all of its rows of unlisted types, also those beyond the two hundred that it names", async () => {
  const house = settlementHouse();
  const odd = Array.from({ length: 205 }, (_, index) => ["oddity", `#${2_000 + index}`, "1.00", "0.00", "1.00"] as const);
  await house.takeIn(exported(...odd));
  const rows = house.documents().filter(({ kind }) => kind === "settlement-row");
  expect(rows.length).toBe(205);
  for (const { transaction } of rows) house.name(`settled-payout ${payout}`, transaction);
  house.name("payout-amount operating USD 20500", payout);
  const line = { source: "camt.053", account: "100", id: "L1", amount: 20_500, currency: "USD", bookedOn: "2026-11-30", references: {} };
  const parsed = settlementDocument({ kind: "line", line, words: [] } as never, "2026-12-01T03:00:00.000Z", housePolicy);
  house.put(documentItem(parsed, { hash: "0", bytes: 0 }, "2026-12-01T03:00:00.000Z"));
  expect(await house.match(ask("L1"))).toEqual({ failures: [], unreadable: [] });
  const released = house.documents().filter(({ events }) => events.some(({ name }) => name === "settlement.released"));
  expect(new Set(released.map(({ transaction }) => transaction)).size).toBe(205);
});
