import type { TrafficTrace } from "#domain/cost";
import { median } from "../../bench/median.ts";
import type { RecordedTraffic } from "./record-traffic.ts";

/** The first of these recordings, with the middle of all of them as the processor time of each function. */
export function withMedianTimes(recorded: readonly RecordedTraffic[]): RecordedTraffic {
  const [first] = recorded;
  if (first === undefined) throw new RangeError("a median is of at least one recording");
  return {
    steady: timed(
      first.steady,
      recorded.map(({ steady }) => steady),
    ),
    backlog: timed(
      first.backlog,
      recorded.map(({ backlog }) => backlog),
    ),
  };
}

function timed(first: TrafficTrace, all: readonly TrafficTrace[]): TrafficTrace {
  const functions = first.functions.map((each) => {
    const times = all.flatMap((other) =>
      other.functions.filter(({ name }) => name === each.name).map(({ processorMilliseconds }) => processorMilliseconds),
    );
    return { ...each, processorMilliseconds: median(times) };
  });
  return { ...first, functions };
}
