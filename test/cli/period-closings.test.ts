import { expect, test } from "vitest";
import type { PolicyFile } from "#domain/policy";
import { periodRulesInForce } from "../../cli/period-closings.ts";

const october = { period: "2026-10", state: "closed", from: "2026-11-04", why: "complete", by: "Dana Reyes" };
const november = { ...october, period: "2026-11", from: "2026-12-03" };
const entity = (name: string, ...periods: object[]): PolicyFile => ({
  path: `entities/${name}.json`,
  content: JSON.stringify({ currency: "USD", ...(periods.length === 0 ? {} : { periods }) }),
});
const global: PolicyFile = { path: "global.json", content: "not of an entity, and not read" };

test("each rule is of the release that brought it, also when a rollback takes it away and it comes again", () => {
  const contents: Readonly<Record<number, readonly PolicyFile[] | undefined>> = {
    1: [global, entity("US1"), entity("CA1")],
    2: [global, entity("US1", october), entity("CA1")],
    3: [global, entity("US1"), entity("CA1", october)],
    4: [global, entity("US1", october, november), entity("CA1", october)],
    5: undefined,
  };
  const releases = [5, 4, 3, 2, 1].map((release) => ({ release, at: `2026-12-0${release}T10:00:00.000Z` }) as never);
  expect(periodRulesInForce({ policies: { releases: () => releases, content: (release: number) => contents[release] } as never })).toEqual([
    { entity: "US1", rule: october, at: "2026-12-02T10:00:00.000Z" },
    { entity: "CA1", rule: october, at: "2026-12-03T10:00:00.000Z" },
    { entity: "US1", rule: november, at: "2026-12-04T10:00:00.000Z" },
  ]);
});
