import { expect, test } from "vitest";
import type { EventOf } from "#domain/events";
import type { Policy } from "#domain/policy";
import { dayFacts, drawersOf } from "#domain/store-day";
import { goldenPolicy } from "../../golden/golden-policy.ts";

const why = "A test.";
const day = "2026-11-27";
const policy: Policy = {
  ...goldenPolicy,
  stores: { "0001": { ...(goldenPolicy.stores["0001"] as Policy["stores"][string]), drawerFloat: 10_000 } },
  tenders: ["cash", "bar", "zt01"].map((match) => ({ channel: "pos", match, role: "cash-drawer", dimensions: {}, cash: true, why })),
};

type Tender = EventOf<"till.counted">["tenders"][number];

/** What each drawer of a register opens with that counts these tenders at night. */
function openings(...tenders: readonly (readonly [string, string])[]): string[] {
  const count: EventOf<"till.counted"> = {
    name: "till.counted",
    schema: 1,
    key: "till.counted:1",
    version: "0",
    occurredAt: `${day}T22:00:00.000Z`,
    store: "0001",
    businessDate: day,
    register: "1",
    sequence: "9",
    tenders: tenders.map(([tender, currency]): Tender => ({ tender, currency, counted: 10_000 })),
  };
  return drawersOf(dayFacts([count]), policy, "0001", day).map(({ tender, currency, opening }) => `${tender} ${currency} ${opening}`);
}

test("the float opens the drawer of the store's currency, whatever the till calls cash", () => {
  expect(openings(["ZT01", "USD"])).toEqual(["ZT01 USD 10000"]);
  expect(openings(["Bar", "EUR"], ["Bar", "USD"])).toEqual(["Bar EUR 0", "Bar USD 10000"]);
});

test("a register has one float, and Cash gets it where there are several kinds of cash", () => {
  expect(openings(["Bar", "USD"], ["Cash", "USD"])).toEqual(["Bar USD 0", "Cash USD 10000"]);
  expect(openings(["Bar", "USD"], ["ZT01", "USD"])).toEqual(["Bar USD 10000", "ZT01 USD 0"]);
});
