import { expect, test } from "vitest";
import type { TrafficTrace } from "#domain/cost";
import { withMedianTimes } from "../../scripts/cost/median-times.ts";

const traffic = (times: Readonly<Record<string, number>>) =>
  ({
    conditions: "some",
    functions: Object.entries(times).map(([name, processorMilliseconds]) => ({ name, processorMilliseconds, invocations: 3 })),
  }) as unknown as TrafficTrace;

test("each function has the middle of what it took, and one slow recording moves nothing", () => {
  const recorded = [
    { steady: traffic({ announce: 30, decide: 50 }), backlog: traffic({ decide: 9 }) },
    { steady: traffic({ announce: 20, decide: 500 }), backlog: traffic({ decide: 7 }) },
    { steady: traffic({ announce: 25, decide: 40 }), backlog: traffic({ decide: 70 }) },
  ];
  expect(withMedianTimes(recorded)).toEqual({ steady: traffic({ announce: 25, decide: 50 }), backlog: traffic({ decide: 9 }) });
});
