import { describe, expect, test } from "vitest";
import { Unavailable } from "#domain/failures";
import type { ExceptionState, LineageItem, OutcomeItem, PlanItem } from "#domain/lineage";
import type { Policy } from "#domain/policy";
import type { SentStep } from "#domain/posting";
import { createReadBackRecord } from "#functions/erp-read-back-record";
import { createHandler } from "#functions/read-back-erp";
import { readTransaction } from "#functions/read-transaction";
import type { Erp, ErpJournal, ErpMasterData } from "#ports/erp";
import { journalStep, reverseStep, stockStep } from "../contracts/erp-steps.ts";
import { memoryHouse } from "./memory-house.ts";
import { policy as plain } from "./posting-house.ts";

const sale = "sale:shopify:maple.example:1";
const key = `${sale}/payment.captured:77/capture/north/USD@1`;
const connection = "erp";

const rule = (role: string, account: string) => ({
  ...{ role, when: {}, account, name: role, from: "2000-01-01", why: "test", layer: 0 },
});
const policy: Policy = {
  ...plain,
  entities: { north: { name: "North", functionalCurrency: "USD", connection, erpCompany: "US01", timeZone: "UTC" } },
  accounts: [rule("payment-clearing", "1010"), rule("deferred-revenue", "2200"), rule("sales", "4000")],
};

const masterData: ErpMasterData = {
  functionalCurrency: "USD",
  accounts: ["1010", "2200", "4000"].map((account) => ({ account, name: account, active: true, requiredDimensions: [] })),
  items: undefined,
  locations: undefined,
  parties: undefined,
  taxCodes: undefined,
  periods: [{ from: "2026-01-01", to: "2026-12-31", open: true }],
};

const step = journalStep(key, [["1010", 10_800], ["2200", -10_800]]); // biome-ignore format: one journal, one line

/** A journal as the ERP tells it; amounts are signed. */
function held(lines: readonly (readonly [account: string, amount: number])[], change: Partial<ErpJournal> = {}): ErpJournal {
  return {
    ...{ number: "J-1", key, entity: "north", businessDate: "2026-03-04", postingDate: "2026-03-05", memo: "" },
    ...{ currency: "USD", functionalCurrency: "USD" },
    lines: lines.map(([account, amount]) => ({
      ...{ account, role: "", dimensions: {} },
      ...{ debit: Math.max(amount, 0), credit: Math.max(0 - amount, 0) },
      ...{ functionalDebit: Math.max(amount, 0), functionalCredit: Math.max(0 - amount, 0) },
    })),
    ...change,
  };
}
const asPosted = held([["1010", 10_800], ["2200", -10_800]]); // biome-ignore format: one journal, one line
const byHand = held([["1010", -700], ["4000", 700]], { number: "M-9", key: "", postingDate: "2026-03-06" }); // biome-ignore format: one journal, one line

function planOf(steps: readonly SentStep[], at = "2026-03-05T10:00:00.000Z", outcome = true, number = 1): LineageItem[] {
  const plan: PlanItem = {
    ...{ type: "plan", transaction: sale, key: `P#${connection}#0000000${number}`, at, connection, number, previous: null },
    ...{ covers: { keys: [], count: 0, digest: "" }, policyRelease: 1, policyVersion: "v1", targetVersion: 1, heldBack: [], steps },
    lease: { leaseSeconds: 60, requestTimeoutSeconds: 2, serverRunSeconds: 1, clockSkewSeconds: 5, visibilityLagSeconds: 0 },
  };
  const answer: OutcomeItem = {
    ...{ type: "outcome", transaction: sale, key: `P#${connection}#0000000${number}#R`, at, connection, number },
    results: steps.map(() => ({ kind: "done", number: "J-1", costs: [{ movement: "line-1", totalCost: 1_000 }] })),
  };
  return outcome ? [plan, answer] : [plan];
}

function house(items: readonly LineageItem[] = planOf([step])) {
  const memory = memoryHouse();
  void memory.lineage.insert(items);
  const world = {
    now: "2026-03-10T06:00:00.000Z",
    journals: [asPosted] as readonly ErpJournal[],
    masterData,
    policy,
    down: false,
    asked: [] as string[],
  };
  const answering =
    <T>(what: string, value: () => T) =>
    async () => {
      world.asked.push(what);
      if (world.down) throw new Unavailable("connect ECONNREFUSED");
      return value();
    };
  const erp = {
    journals: async (_: unknown, after: string | undefined) => {
      const place = Number(after ?? 0);
      await answering(`journals ${place}`, () => {})();
      const next = place + 1 < world.journals.length ? { next: String(place + 1) } : {};
      return { journals: world.journals.slice(place, place + 1), ...next };
    },
    find: async (keys: readonly string[]) => {
      await answering("find", () => {})();
      return keys.map((each) => (world.journals.some((journal) => journal.key === each) ? { kind: "done", number: "J-1" } : undefined));
    },
    masterData: answering("master data", () => world.masterData),
  } as unknown as Erp;
  const lineage = {
    ...memory.lineage,
    transactions: async () => ({ transactions: [...new Set(memory.items().map(({ transaction }) => transaction))] }),
  };
  const ports = { lineage, documents: memory.documents, clock: { now: () => world.now } };
  const policies = {
    current: async () => world.policy,
    reload: async () => world.policy,
    lastRelease: () => Promise.reject(new Error("not asked")),
  };
  const look = createHandler({ ...ports, policies, erp: () => erp });
  const states = async (transaction: string): Promise<readonly ExceptionState[]> =>
    (await readTransaction(lineage, transaction)).exceptions;
  const drift = async (transaction = sale) =>
    (await states(transaction)).map(({ opened, closed }) => `${opened.code} ${closed === undefined ? "open" : `closed by ${closed.by}`}`);
  return Object.assign(world, { look, states, drift, memory, record: createReadBackRecord(ports) });
}
const manual = "source:erp:erp:manual-journals:north";
const now = { now: true } as const;

describe("documents under our keys", () => {
  test("that the ERP holds as they were posted, in whatever lines, are no drift", async () => {
    const world = house();
    world.journals = [held([["2200", -10_000], ["1010", 10_800], ["2200", -800]])]; // biome-ignore format: one journal, one line
    expect(await world.look(now)).toMatchObject({ outcome: "done", journals: 1, failed: [] });
    expect(await world.drift()).toEqual([]);
  });

  test("that were changed are told account by account, and closed when they are put back", async () => {
    const world = house();
    world.journals = [held([["1010", 10_700], ["2200", -10_800], ["4000", 100]], { postingDate: "2026-03-07" })]; // biome-ignore format: one journal, one line
    await world.look(now);
    expect((await world.states(sale))[0]?.opened).toMatchObject({
      ...{ class: "erp.drift", code: "changed", connection, document: step.key, foundBy: "operation" },
      message: `J-1 (${key}) of north was changed in the ERP: posting date 2026-03-05 is 2026-03-07; account 1010 108.00 is 107.00 USD; account 4000 0.00 is 1.00 USD. Put it back there, or correct its source`,
    });
    await world.look(now);
    expect(await world.drift()).toEqual(["changed open"]);
    world.journals = [asPosted];
    await world.look(now);
    expect(await world.drift()).toEqual(["changed closed by hub"]);
  });

  test("that were deleted are told, and that alone when they had been changed before", async () => {
    const world = house();
    world.journals = [held([["1010", 1], ["2200", -1]])]; // biome-ignore format: one journal, one line
    await world.look(now);
    world.journals = [];
    await world.look(now);
    expect((await world.drift()).sort()).toEqual(["changed closed by hub", "deleted open"]);
    world.journals = [asPosted];
    await world.look(now);
    expect((await world.drift()).sort()).toEqual(["changed closed by hub", "deleted closed by hub"]);
  });

  test("that were deleted stay so while they are too old for a look, and when another ERP is looked at", async () => {
    const young = journalStep(`${sale}/payment.captured:78/capture/north/USD@1`, [["1010", 500], ["2200", -500]], { postingDate: "2026-04-20" }); // biome-ignore format: one journal, one line
    const world = house(planOf([step, young]));
    world.journals = [held([["1010", 500], ["2200", -500]], { key: young.erpKey, postingDate: "2026-04-20" })]; // biome-ignore format: one journal, one line
    world.now = "2026-05-01T06:00:00.000Z";
    await world.look(now);
    expect(await world.drift()).toEqual(["deleted open"]);
    world.now = "2026-06-01T06:00:00.000Z";
    await world.look(now);
    expect(await world.drift()).toEqual(["deleted open"]);
    const [{ opened }] = (await world.states(sale)) as [ExceptionState];
    const other = { ...opened, connection: "other", cause: `${sale}/elsewhere@1`, key: "X#erp.drift#0123456789abcdef#1" };
    await world.memory.lineage.insert([other]);
    await world.look(now);
    expect(await world.drift()).toEqual(["deleted open", "deleted open"]);
  });

  test("that were reversed by hand are told; a reversal of the hub's own is none", async () => {
    const world = house();
    world.journals = [{ ...asPosted, reversedBy: "" }];
    await world.look(now);
    expect(await world.drift()).toEqual(["reversed open"]);
    const own = house(planOf([step, reverseStep(`${key}/reversal`, key)]));
    own.journals = [{ ...asPosted, reversedBy: `${key}/reversal` }];
    await own.look(now);
    expect(await own.drift()).toEqual([]);
  });

  test("that no plan names are told", async () => {
    const world = house();
    world.journals = [asPosted, { ...asPosted, number: "J-2", key: `${sale}/other@1` }];
    await world.look(now);
    expect(await world.drift()).toEqual(["unplanned open"]);
  });

  test("whose cost of goods the ERP books otherwise are told, and the value of stock that is evened out beside it is not", async () => {
    const issue = stockStep(key, [[-4]]);
    const world = house(planOf([issue]));
    world.journals = [held([["5000", 1_000], ["1300", -990], ["5900", -10]])]; // biome-ignore format: one journal, one line
    await world.look(now);
    expect(await world.drift()).toEqual([]);
    world.journals = [held([["5000", 900], ["1300", -900]])]; // biome-ignore format: one journal, one line
    await world.look(now);
    expect(await world.drift()).toEqual(["changed open"]);
  });

  test("that are on their way, or were posted a moment ago, are left for the next look", async () => {
    const onTheWay = house(planOf([step], "2026-03-05T10:00:00.000Z", false));
    onTheWay.journals = [];
    await onTheWay.look(now);
    const reversal = planOf([reverseStep(`${key}/reversal`, key)], "2026-03-05T11:00:00.000Z", false, 2);
    const beingReversed = house([...planOf([step]), ...reversal]);
    beingReversed.journals = [{ ...asPosted, reversedBy: `${key}/reversal` }];
    await beingReversed.look(now);
    const fresh = house(planOf([step], "2026-03-10T05:50:00.000Z"));
    fresh.journals = [];
    await fresh.look(now);
    expect([await onTheWay.drift(), await beingReversed.drift(), await fresh.drift()]).toEqual([[], [], []]);
  });

  test("stay closed when a person closed them, until they are changed once more", async () => {
    const world = house();
    const lines = [["1010", 10_700], ["2200", -10_700]] as const; // biome-ignore format: one journal, one line
    world.journals = [held(lines)];
    await world.look(now);
    const [state] = await world.states(sale);
    const { key: opened = "" } = state?.opened ?? {};
    const closure = { type: "closure" as const, transaction: sale, key: `${opened}#C`, at: world.now, by: "Ada", reason: "right as it is" };
    await world.memory.lineage.insert([closure]);
    await world.look(now);
    expect(await world.drift()).toEqual(["changed closed by Ada"]);
    // The ERP may tell the same journal with its lines in another order, and people may write what they like beside it.
    world.journals = [held([["2200", -10_000], ["1010", 10_700], ["2200", -700]], { memo: "seen by the auditor" })]; // biome-ignore format: one journal, one line
    await world.look(now);
    expect(await world.drift()).toEqual(["changed closed by Ada"]);
    world.journals = [held([["1010", 10_600], ["2200", -10_600]])]; // biome-ignore format: one journal, one line
    await world.look(now);
    expect((await world.drift()).sort()).toEqual(["changed closed by Ada", "changed open"]);
  });
});

describe("journals that the hub did not post", () => {
  test("are reconciling items where they touch an account that it keeps, until they are gone or taken back", async () => {
    const world = house();
    world.journals = [asPosted, byHand, { ...byHand, number: "M-10", lines: byHand.lines.slice(1) }];
    await world.look(now);
    expect((await world.states(manual)).map(({ opened }) => opened.message)).toEqual([
      "journal M-9 of north on 2026-03-06 was not posted by the hub, and changes what it keeps: account 1010 -7.00 USD (debit positive). A reconciling item: close this when it is right, or reverse it in the ERP",
    ]);
    world.journals = [asPosted, { ...byHand, reversedBy: "" }, { ...byHand, number: "M-11", reverses: "" }];
    await world.look(now);
    expect(await world.drift(manual)).toEqual(["manual-journal closed by hub"]);
  });

  test("stay on the desk when they are too old for a look, until somebody closes them", async () => {
    const world = house();
    world.journals = [asPosted, byHand];
    await world.look(now);
    world.now = "2026-06-01T06:00:00.000Z";
    world.journals = [];
    await world.look(now);
    expect(await world.drift(manual)).toEqual(["manual-journal open"]);
  });

  test("up to the cut-over are its opening balances", async () => {
    const world = house();
    const north = { ...policy.entities.north!, cutOver: { shopify: { at: "2026-03-07T00:00:00.000Z", why: "test" } } };
    world.policy = { ...policy, entities: { north } };
    world.journals = [byHand];
    await world.look(now);
    expect(await world.drift(manual)).toEqual([]);
  });
});

describe("master data", () => {
  test("that disagrees with the policies is told with what to do, and closed when it is mended", async () => {
    const world = house();
    world.masterData = { ...masterData, accounts: masterData.accounts.slice(1) };
    await world.look(now);
    const stream = "source:erp:erp:master-data:north";
    expect((await world.states(stream))[0]?.opened).toMatchObject({
      ...{ class: "erp.master-data", code: "account-missing" },
      message: "north: account 1010 for payment-clearing. Create the account in the ERP, or name one that is there in the policies.",
    });
    world.masterData = masterData;
    await world.look(now);
    expect(await world.drift(stream)).toEqual(["account-missing closed by hub"]);
  });

  test("is recorded when it is another than at the last look, with what changed", async () => {
    const world = house();
    await world.look(now);
    await world.look(now);
    world.now = "2026-03-11T06:00:00.000Z";
    world.masterData = { ...masterData, locations: [{ code: "DC", name: "Columbus", active: true }] };
    await world.look(now);
    expect(await world.record.readings(connection, "north")).toEqual([
      { at: "2026-03-10T06:00:00.000Z", changes: null },
      { at: "2026-03-11T06:00:00.000Z", changes: [{ kind: "location", code: "DC", is: "Columbus" }] },
    ]);
  });
});

describe("the daily look", () => {
  test("is due once a day", async () => {
    const world = house();
    expect(await world.look({})).toMatchObject({ outcome: "done", journals: 1 });
    world.now = "2026-03-11T01:59:00.000Z";
    expect(await world.look({})).toMatchObject({ outcome: "not-due", journals: 0 });
    world.now = "2026-03-11T02:00:00.000Z";
    expect(await world.look({})).toMatchObject({ outcome: "done", journals: 1 });
  });

  test("goes on where the time of a call was over, and forgets no manual journal between its pages", async () => {
    const world = house();
    world.journals = [byHand];
    await world.look({});
    world.journals = [byHand, asPosted];
    const slow = () => {
      const at = Date.parse(world.now) + 300_000;
      world.now = new Date(at).toISOString();
    };
    world.now = "2026-03-12T06:00:00.000Z";
    // Each question takes five minutes.
    world.asked.push = (...what) => {
      slow();
      return Array.prototype.push.apply(world.asked, what);
    };
    const outcomes: string[] = [];
    do outcomes.push((await world.look({})).outcome);
    while (outcomes.at(-1) === "continues" && outcomes.length < 9);
    expect([outcomes.length > 1, outcomes.at(-1)]).toEqual([true, "done"]);
    expect([...world.asked]).toEqual(["master data", "journals 0", "find", "master data", "journals 0", "journals 1", "find"]);
    expect(await world.drift(manual)).toEqual(["manual-journal open"]);
  });

  test("tells the desk of an ERP that does not answer, closes nothing for it, and asks it again at the next call", async () => {
    const world = house();
    world.journals = [byHand];
    await world.look({});
    // Another company behind the same connection is not asked for once it has failed.
    world.policy = { ...policy, entities: { ...policy.entities, south: { ...policy.entities.north!, erpCompany: "US02" } } };
    world.now = "2026-03-12T06:00:00.000Z";
    world.down = true;
    expect((await world.look({})).failed).toEqual([{ connection, reason: "connect ECONNREFUSED" }]);
    expect(world.asked.slice(3)).toEqual(["master data"]);
    const trouble = "source:erp:erp:manual-journals:all";
    expect([await world.drift(manual), await world.drift(trouble)]).toEqual([["manual-journal open"], ["read-back open"]]);
    world.now = "2026-03-12T07:00:00.000Z";
    world.down = false;
    expect(await world.look({})).toMatchObject({ outcome: "done", journals: 2, failed: [] });
    expect([await world.drift(manual), await world.drift(trouble)]).toEqual([["manual-journal open"], ["read-back closed by hub"]]);
    expect(await world.look({})).toMatchObject({ outcome: "not-due" });
  });

  test("refuses what it cannot read", async () => {
    await expect(house().look({ now: "yes" })).rejects.toMatchObject({ name: "Invalid", message: expect.stringContaining("now?: true") });
  });
});
