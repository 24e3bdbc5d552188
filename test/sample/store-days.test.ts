import { expect, test } from "vitest";
import { drawStoreDay, features, type StoreDay, type StoreTransaction, storeDayLedger } from "../../sample/store-days/index.ts";
import { seededRandom } from "../fixtures/seeded-random.ts";
import { type DayFormat, DayHouse, dayFormats, dayPolicy, readDay } from "./store-day-house.ts";

const policy = dayPolicy();
const seeds = Array.from({ length: 4 }, (_, index) => 11 + 7 * index);
const stores = ["0101", "0301"] as const;

/** `approvals.over-short` of the sample's policies. */
const overShortMax = 2_000;

const isLate = (each: StoreTransaction) => each.kind === "receipt" && each.late;
const draw = (store: StoreDay["store"], { allowed, undivided }: DayFormat, seed: number) =>
  drawStoreDay({
    seed,
    store: store as "0101" | "0301",
    businessDate: "2026-11-27",
    allowed,
    plain: 12,
    ...(undivided === undefined ? {} : { undivided }),
  });
/** Roles in which nothing stands are left out on both sides. */
const together = (...books: readonly Readonly<Record<string, number>>[]) => {
  const sums = new Map<string, number>();
  for (const each of books) for (const [role, amount] of Object.entries(each)) sums.set(role, (sums.get(role) ?? 0) + amount);
  return Object.fromEntries([...sums].filter(([, amount]) => amount !== 0).sort(([a], [b]) => (a < b ? -1 : 1)));
};

const cases = stores.flatMap((store) => dayFormats(store).map((format) => ({ store, format, name: `${format.name} of store ${store}` })));

test.each(cases)(
  "$name: files in any order, twice and late come to what happened, to the cent, the piece and the number",
  ({ store, format }) => {
    for (const seed of seeds) {
      const day = draw(store, format, seed);
      const { shuffled } = seededRandom(seed);
      const [inTime, late] = [day.transactions.filter((each) => !isLate(each)), day.transactions.filter(isLate)];
      const files = [inTime.slice(0, inTime.length / 2), inTime.slice(inTime.length / 2)].map((part) => format.write(day, part));
      const house = new DayHouse(policy, day);
      const read = files.map((text) => readDay(text, format.reads, policy));
      // The second file comes first, and the first one twice, its tickets in any order.
      house.takeIn(shuffled(read[1] ?? []), files[1] ?? "");
      house.takeIn(shuffled(read[0] ?? []), files[0] ?? "");
      house.takeIn(shuffled(read[0] ?? []), `${files[0]} again`);
      const shipments = format.writeShipments?.(day);
      if (shipments !== undefined) house.takeIn(readDay(shipments, format.reads, policy), shipments);
      expect(house.held).toEqual([]);
      const open = storeDayLedger(day, { late: false, overShortMax });
      expect({ seed, books: house.books, stock: house.stock, tallied: house.tallied }).toEqual({
        seed,
        books: open.tickets,
        stock: open.stock,
        tallied: { counted: open.counted, undone: open.undone },
      });
      house.audit();
      expect({ seed, books: house.books, drawers: house.drawers, safe: house.safe }).toEqual({
        seed,
        books: together(open.tickets, open.tills),
        drawers: open.drawers,
        safe: open.safe,
      });
      const lateFile = format.write(day, late);
      house.takeIn(readDay(lateFile, format.reads, policy), lateFile);
      const whole = storeDayLedger(day, { late: true, overShortMax });
      expect({ seed, held: house.held, problems: house.problems, books: house.books, drawers: house.drawers, stock: house.stock }).toEqual({
        seed,
        held: [],
        problems: [],
        books: together(whole.tickets, whole.tills),
        drawers: whole.drawers,
        stock: whole.stock,
      });
      expect({ seed, state: house.state, missing: house.missing }).toEqual({ seed, state: "posted", missing: whole.missing });
    }
  },
);

test("over the seeds nothing that a day may hold is missing", () => {
  const counts = new Map<string, number>();
  for (const { store, format } of cases)
    for (const seed of seeds)
      for (const [feature, count] of Object.entries(draw(store, format, seed).counts))
        counts.set(feature, (counts.get(feature) ?? 0) + count);
  expect(features.filter((feature) => (counts.get(feature) ?? 0) === 0)).toEqual([]);
});
