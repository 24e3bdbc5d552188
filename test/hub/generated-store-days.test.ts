import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { drain, dropFile, type Hub } from "#hub";
import { openRows } from "../../cli/commands/exceptions.ts";
import { allJournals } from "../../cli/erp-journals.ts";
import { storeDayReport } from "../../cli/store-day-report.ts";
import { verifyHub } from "../../cli/verify-hub.ts";
import { drawStoreDay, type StoreDay, type StoreTransaction, storeDayLedger } from "../../sample/store-days/index.ts";
import { seededRandom } from "../fixtures/seeded-random.ts";
import { type DayFormat, dayFormats } from "../sample/store-day-house.ts";
import { temporaryHub } from "./temporary-hub.ts";

const businessDate = "2026-11-27";
/** `approvals.over-short` of the sample's policies. */
const overShortMax = 2_000;

let temporary: Awaited<ReturnType<typeof temporaryHub>>;
afterEach(() => temporary.remove());

/** On a busy machine a plan may outlast its lease, and is looked at again when that is out. */
async function settle(hub: Hub): Promise<void> {
  for (let round = 0; round < 90; round += 1) {
    if ((await drain(hub)).kind === "drained") return;
    await new Promise((resolve) => setTimeout(resolve, 1_000));
  }
  throw new Error("the hub does not come to rest");
}

/** Debits less credits by role in the ERP, but for stock and its cost, which are compared in pieces. */
async function books(hub: Hub, store: string): Promise<Record<string, number>> {
  const entity = hub.policy.stores[store]?.entity ?? "";
  const sums = new Map<string, number>();
  for await (const { lines } of allJournals(hub, hub.policy.entities[entity]?.connection ?? "", { entity }))
    for (const { role, debit, credit } of lines) if (!costRoles.has(role)) sums.set(role, (sums.get(role) ?? 0) + debit - credit);
  return nonZero(sums);
}

const costRoles: ReadonlySet<string> = new Set([
  "inventory",
  "inventory-in-transit",
  "cogs",
  "shrink",
  "write-down",
  "goods-received-not-invoiced",
  "vendor-claims",
]);

async function stock(hub: Hub, store: string): Promise<Record<string, number>> {
  const { entity = "", location } = hub.policy.stores[store] ?? {};
  const levels = await hub.erps.erp(hub.policy.entities[entity]?.connection ?? "").stock(entity);
  return nonZero(
    new Map(levels.filter((level) => level.location === location).map(({ item, quantityMillionths }) => [item, quantityMillionths])),
  );
}

function nonZero(sums: ReadonlyMap<string, number>): Record<string, number> {
  return Object.fromEntries([...sums].filter(([, amount]) => amount !== 0).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function together(...all: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const sums = new Map<string, number>();
  for (const each of all) for (const [role, amount] of Object.entries(each)) sums.set(role, (sums.get(role) ?? 0) + amount);
  return nonZero(sums);
}

const isLate = (each: StoreTransaction) => each.kind === "receipt" && each.late;

/** The day's files in any order, the first one twice; what comes late is apart. */
function filesOf(day: StoreDay, format: DayFormat, seed: number): { inTime: readonly string[]; late: string } {
  const inTime = day.transactions.filter((each) => !isLate(each));
  const parts = [0, 1, 2].map((part) => inTime.filter((_, index) => index % 3 === part));
  const texts = parts.map((part) => format.write(day, part));
  return { inTime: seededRandom(seed).shuffled([...texts, texts[0] ?? ""]), late: format.write(day, day.transactions.filter(isLate)) };
}

test.each([
  { store: "0101", hand: "arts-6", seed: 3 },
  { store: "0301", hand: "oracle-xstore", seed: 4 },
] as const)(
  "a drawn day of store $store ($hand) goes through files, audit and close, and the ERP holds what happened",
  async ({ store, hand, seed }) => {
    const format = dayFormats(store).find(({ name }) => name === hand);
    if (format === undefined) throw new Error(`no format is called ${hand}`);
    // What arrives by transfer is sent by a store that the policies of the sample do not have.
    const allowed = new Set([...format.allowed].filter((feature) => feature !== "transfer-in"));
    const day = drawStoreDay({ seed, store, businessDate, allowed, plain: 6 });
    const [startsAt, startedAt] = [Date.parse("2026-11-28T14:00:00.000Z"), Date.now()];
    temporary = await temporaryHub({ now: () => new Date(startsAt + Date.now() - startedAt).toISOString() });
    const { hub, dataFolder } = temporary;
    const drop = async (name: string, text: string) => {
      const path = join(dataFolder, name);
      writeFileSync(path, text);
      await dropFile(hub, "pos", path);
    };
    const { inTime, late } = filesOf(day, format, seed);
    for (const [index, text] of inTime.entries()) await drop(`part-${index}.xml`, text);
    await settle(hub);

    const open = storeDayLedger(day, { late: false, overShortMax });
    expect({ books: await books(hub, store), stock: await stock(hub, store) }).toEqual({ books: open.tickets, stock: open.stock });
    const before = await storeDayReport(hub, store, businessDate);
    expect(before.tickets).toEqual({ counted: open.counted, voided: open.undone });

    const by = { store, businessDate, by: "Dana Reyes", reason: "counted" } as const;
    expect((await hub.auditStoreDay({ ...by, step: "audit" })).outcome).toBe("incomplete");
    // What was lost will not come; of what is late nobody knows yet that it will.
    for (const { register, sequence } of [...day.lost, ...day.transactions.filter(isLate)]) {
      const waived = { what: "sequence" as const, register, range: { from: sequence, to: sequence } };
      expect((await hub.auditStoreDay({ ...by, step: "waive", ...waived })).outcome).toBe("waived");
    }
    expect(await hub.auditStoreDay({ ...by, step: "audit" })).toMatchObject({ outcome: "audited" });
    await settle(hub);
    expect(await books(hub, store)).toEqual(together(open.tickets, open.tills));

    await drop("late.xml", late);
    await settle(hub);
    const whole = storeDayLedger(day, { late: true, overShortMax });
    expect({ books: await books(hub, store), stock: await stock(hub, store) }).toEqual({
      books: together(whole.tickets, whole.tills),
      stock: whole.stock,
    });
    const closed = await storeDayReport(hub, store, businessDate);
    const cents = (text: string | null) => Math.round(Number(text) * 100);
    const drawers = closed.drawers.map(({ register, currency, expected, counted }) => ({
      register,
      currency,
      expected: cents(expected),
      counted: cents(counted),
    }));
    expect({ state: closed.state, drawers }).toEqual({ state: "posted", drawers: whole.drawers });
    expect((await hub.auditStoreDay({ ...by, step: "reconcile" })).outcome).toBe("reconciled");
    await settle(hub);
    expect((await storeDayReport(hub, store, businessDate)).state).toBe("reconciled");

    // Goods come back without a receipt, more is sold than was there in the morning, and one file came twice: told, and nothing else is open.
    const others = (await openRows(hub))
      .map(({ class: name }) => name)
      .filter((name) => !/^(policy\.blind-return|inventory\.|source\.duplicate-file)/.test(name));
    expect(others).toEqual([]);
    expect((await verifyHub(hub, () => {})).checks.filter(({ ok }) => !ok)).toEqual([]);
  },
  120_000,
);
