import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type EntityPolicy,
  filedReturns,
  hasPeriodRule,
  keepingClosings,
  type PeriodState,
  periodStateOn,
  postingDayFor,
  sameButForClosings,
  splitDayOf,
  taxDateFor,
} from "#domain/policy";

const entity = (more: Partial<EntityPolicy> = {}): EntityPolicy => ({
  name: "US",
  functionalCurrency: "USD",
  connection: "erp",
  erpCompany: "1",
  timeZone: "America/New_York",
  ...more,
});
const why = "test";
const now = "2026-12-10T12:00:00.000Z";
const octoberClosed = entity({ periods: [{ period: "2026-10", state: "closed", from: "2026-11-06", why }] });
const on = (day: string, period: string, state: "open" | "reopened" = "open") => ({ kind: "day", day, period, state });

describe("the posting day of a business date", () => {
  test("is the business date while its period is open", () => {
    expect(postingDayFor(entity(), "2019-03-31", now)).toEqual(on("2019-03-31", "2019-03"));
    expect(postingDayFor(octoberClosed, "2026-11-27", now)).toEqual(on("2026-11-27", "2026-11"));
  });

  test("is the first day of the next open period when its own is closed, and a closed period closes those before it", () => {
    expect(postingDayFor(octoberClosed, "2026-10-31", now)).toEqual(on("2026-11-01", "2026-11"));
    expect(postingDayFor(octoberClosed, "2024-02-29", now)).toEqual(on("2026-11-01", "2026-11"));
  });

  test("follows the day on which the close takes effect, in the entity's time zone", () => {
    // 04:59 UTC on the sixth is still the fifth in New York.
    expect(postingDayFor(octoberClosed, "2026-10-31", "2026-11-06T04:59:59.999Z")).toEqual(on("2026-10-31", "2026-10"));
    expect(postingDayFor(octoberClosed, "2026-10-31", "2026-11-06T05:00:00.000Z")).toEqual(on("2026-11-01", "2026-11"));
  });

  test("is in the earliest open period on or after it, also when that was opened again", () => {
    const reopened = entity({
      periods: [
        { period: "2026-10", state: "closed", from: "2026-11-06", why },
        { period: "2026-09", state: "open", from: "2026-12-01", why },
      ],
    });
    expect(postingDayFor(reopened, "2026-09-15", now)).toEqual(on("2026-09-15", "2026-09", "reopened"));
    expect(postingDayFor(reopened, "2026-08-15", now)).toEqual(on("2026-09-01", "2026-09", "reopened"));
    expect(postingDayFor(reopened, "2026-10-15", now)).toEqual(on("2026-11-01", "2026-11"));
    expect(postingDayFor(reopened, "2026-09-15", "2026-11-30T12:00:00.000Z")).toEqual(on("2026-11-01", "2026-11"));
  });

  test("a period that is closed once more is closed", () => {
    const again = entity({
      periods: [
        { period: "2026-10", state: "closed", from: "2026-11-06", why },
        { period: "2026-10", state: "open", from: "2026-11-20", why },
        { period: "2026-10", state: "closed", from: "2026-12-01", why },
      ],
    });
    expect(postingDayFor(again, "2026-10-15", "2026-11-25T12:00:00.000Z")).toEqual(on("2026-10-15", "2026-10", "reopened"));
    expect(postingDayFor(again, "2026-10-15", now)).toEqual(on("2026-11-01", "2026-11"));
  });

  test("there is none while its period is not open yet, nor while everything up to such a period is closed", () => {
    const ahead = entity({
      periods: [
        { period: "2026-12", state: "closed", from: "2026-12-01", why },
        { period: "2027-02", state: "future", from: "2026-01-01", why },
        { period: "2027-01", state: "future", from: "2026-01-01", why },
      ],
    });
    expect(postingDayFor(ahead, "2027-01-01", now)).toEqual({ kind: "none", period: "2027-01", state: "future" });
    expect(postingDayFor(ahead, "2031-05-01", now)).toEqual({ kind: "none", period: "2031-05", state: "future" });
    expect(postingDayFor(ahead, "2026-12-05", now)).toEqual({ kind: "none", period: "2026-12", state: "closed" });
  });

  test("there is none outside of a calendar's years", () => {
    const retail = entity({ calendar: { kind: "weeks", pattern: "4-4-5", years: [{ name: "FY26", from: "2026-02-01" }] } });
    expect(postingDayFor(retail, "2026-02-28", now)).toEqual(on("2026-02-28", "FY26-P01"));
    expect(postingDayFor(retail, "2026-01-31", now)).toEqual({ kind: "none", period: "none of the calendar", state: "unknown" });
  });

  test("always lies on or after the business date, in a period that is open or opened again", () => {
    const month = fc.integer({ min: 1, max: 12 }).map((number) => `2026-${String(number).padStart(2, "0")}`);
    const rule = fc.record({
      period: month,
      state: fc.constantFrom("open", "closed", "future"),
      from: fc.constantFrom("2026-01-01", "2026-06-01", "2027-01-01"),
      why: fc.constant(why),
    });
    fc.assert(
      fc.property(fc.uniqueArray(rule, { selector: ({ period, from }) => `${period} ${from}`, maxLength: 6 }), month, (periods, at) => {
        const us = entity({ periods: periods as NonNullable<EntityPolicy["periods"]> });
        const found = postingDayFor(us, `${at}-15`, now);
        if (found.kind === "none") return;
        const [year, number] = found.period.split("-");
        const period = { id: found.period, from: `${year}-${number}-01`, to: `${year}-${number}-28` };
        const allowed: readonly PeriodState[] = ["open", "reopened"];
        expect(found.day >= `${at}-15`).toBe(true);
        expect(allowed).toContain(periodStateOn(us, period, "2026-12-10"));
      }),
    );
  });
});

describe("a tax that was filed", () => {
  const filed = entity({
    taxFilings: [
      { jurisdiction: "US-MA", filedThrough: "2026-09-30", from: "2026-10-20", why },
      { jurisdiction: "US-MA", filedThrough: "2026-10-31", from: "2026-11-20", why },
    ],
  });
  test.each([
    ["2026-10-31", "US-MA", now, "2026-11-01"],
    ["2026-07-04", "US-MA", now, "2026-11-01"],
    ["2026-11-01", "US-MA", now, undefined],
    ["2026-10-31", "US-TX", now, undefined],
    ["2026-10-31", "US-MA", "2026-11-19T12:00:00.000Z", undefined],
    ["2026-09-30", "US-MA", "2026-11-19T12:00:00.000Z", "2026-10-01"],
    ["2026-09-30", "US-MA", "2026-10-19T12:00:00.000Z", undefined],
  ])("of %s in %s is declared, as of %s, for %s", (day, jurisdiction, at, expected) => {
    expect(taxDateFor(filed, jurisdiction, day, at)).toBe(expected);
  });

  test("stands in the return that covers its day, from the day on which that was filed", () => {
    const september = { through: "2026-09-30", filedOn: "2026-10-20" };
    const october = { from: "2026-10-01", through: "2026-10-31", filedOn: "2026-11-20" };
    expect(filedReturns(filed, "US-MA", now)).toEqual([september, october]);
    expect(filedReturns(filed, "US-MA", "2026-11-19T12:00:00.000Z")).toEqual([september]);
    expect(filedReturns(filed, "US-TX", now)).toEqual([]);
    expect(filedReturns(entity({}), "US-MA", now)).toEqual([]);
  });

  test("is not filed any more where a later statement covers less; stated once more, it counts from the first time on", () => {
    const [first, second] = filed.taxFilings!;
    const takenBack = { ...first!, from: "2026-11-22" };
    const again = { ...second!, from: "2026-11-24" };
    const of = (...taxFilings: (typeof first & object)[]) =>
      filedReturns(entity({ taxFilings }), "US-MA", now).map(({ through, filedOn }) => `${through} on ${filedOn}`);
    expect(of(first!, second!, takenBack)).toEqual(["2026-09-30 on 2026-10-20"]);
    expect(of(again, takenBack, second!, first!)).toEqual(["2026-09-30 on 2026-10-20", "2026-10-31 on 2026-11-20"]);
  });
});

describe("the last day of what closes by itself", () => {
  test("is the month's for an entity of calendar months, and for one that no policy knows", () => {
    expect(splitDayOf(entity(), "2028-02-10")).toBe("2028-02-29");
    expect(splitDayOf(undefined, "2026-11-30")).toBe("2026-11-30");
  });

  test("is the earlier of the fiscal period's and the month's: taxes are filed by the month", () => {
    const retail = entity({ calendar: { kind: "weeks", pattern: "4-4-5", years: [{ name: "FY2026", from: "2026-02-01" }] } });
    // The first period has four weeks and ends with the month, the second on 28 March, the third on 2 May.
    expect(splitDayOf(retail, "2026-02-10")).toBe("2026-02-28");
    expect(splitDayOf(retail, "2026-03-10")).toBe("2026-03-28");
    expect(splitDayOf(retail, "2026-03-29")).toBe("2026-03-31");
    expect(splitDayOf(retail, "2026-05-01")).toBe("2026-05-02");
  });
});

describe("a closing by hand, and files that do not know of it", () => {
  const closed = { period: "2026-11", state: "closed", from: "2026-12-04", why: "complete", by: "Dana" } as const;
  const opened = { period: "2026-11", state: "open", from: "2026-12-04", why: "one more invoice" } as const;
  const early = { period: "2026-12", state: "future", from: "2026-11-01", why } as const;
  const books = (...periods: NonNullable<EntityPolicy["periods"]>) => ({ entities: { US: entity({ periods }) } });
  const stateOf = ({ entities }: ReturnType<typeof books>) =>
    periodStateOn(entities.US!, { id: "2026-11", from: "2026-11-01", to: "2026-11-30" }, "2026-12-04");

  test("keep it: what the file said before the closing does not open the period again", () => {
    const kept = keepingClosings(books(early, opened), books(early, opened, closed));
    expect(kept).toEqual(books(early, opened, closed));
    expect(stateOf(kept)).toBe("closed");
  });

  test("open it on the same day where they say so after it", () => {
    const kept = keepingClosings(books(early, opened), books(early, closed));
    expect(kept).toEqual(books(early, closed, opened));
    expect(stateOf(kept)).toBe("reopened");
  });

  test("closed, opened and closed again on one day with the same words: it is closed", () => {
    expect(hasPeriodRule(books(closed, opened), "US", closed)).toBe(false);
    const kept = keepingClosings(books(early, opened), books(early, closed, opened, closed));
    expect(kept).toEqual(books(early, closed, opened, closed));
    expect(stateOf(kept)).toBe("closed");
  });

  test("say nothing new where they know it", () => {
    const content = books(closed, early);
    expect(keepingClosings(content, books(early, closed))).toBe(content);
  });

  test("are the same policies with it and without it, and with what a file says of a period they are others", () => {
    expect(sameButForClosings(books(early, opened), books(opened, closed, early))).toBe(true);
    expect(sameButForClosings(books(), { entities: { US: entity() } })).toBe(true);
    expect(sameButForClosings(books(early, closed), books(early, opened, closed))).toBe(false);
    expect(sameButForClosings(books(early), { entities: { US: entity({ periods: [early], erpCompany: "2" }) } })).toBe(false);
    const shops = { ...books(early), shops: { one: {} } };
    expect(sameButForClosings<object & ReturnType<typeof books>>(shops, books(early))).toBe(false);
  });
});
