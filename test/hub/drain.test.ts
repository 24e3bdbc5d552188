import { expect, test } from "vitest";
import { drain, type Hub } from "#hub";

/** A hub whose time is not this machine's, with one message that becomes visible at `next`. */
function hubAt(now: string, next: string, untilDone = Number.POSITIVE_INFINITY) {
  let looks = 0;
  const hub = {
    clock: { now: () => now },
    lease: { acquire: async () => ({ kind: "held" }), release: async () => {} },
    queue: { releaseReceived: async () => {} },
    executions: { anyAtWork: async () => false },
    worker: {
      step: async () => false,
      isReadingBeside: () => false,
      backlog: async () => ({ unannounced: false, visibleMessages: 0, hiddenMessages: (looks += 1) > untilDone ? 0 : 1, deadMessages: 0 }),
      nextVisibleAt: async () => Date.parse(next),
    },
  };
  return hub as unknown as Hub;
}

test.each([
  ["years behind this machine's", "2020-01-01T00:00:00.000Z", "2020-01-01T00:05:00.000Z"],
  ["years ahead of this machine's", "2090-01-01T00:00:00.000Z", "2090-01-01T00:05:00.000Z"],
])("a message that comes in five minutes of a hub's time, %s, is left", async (_, now, next) => {
  expect(await drain(hubAt(now, next), { secondsMax: 5 })).toEqual({ kind: "left", messages: 1, dead: 0 });
});

test.each([
  ["years behind this machine's", "2020-01-01T00:00:00.000Z", "2020-01-01T00:00:05.000Z"],
  ["years ahead of this machine's", "2090-01-01T00:00:00.000Z", "2090-01-01T00:00:05.000Z"],
])("a message that comes in five seconds of a hub's time, %s, is waited for", async (_, now, next) => {
  expect(await drain(hubAt(now, next, 3), { secondsMax: 5 })).toEqual({ kind: "drained" });
});

test("whoever drains waits no longer than said, also where the hub's time stands still", async () => {
  const startedAt = performance.now();
  expect(await drain(hubAt("2026-12-01T00:00:00.000Z", "2026-12-01T00:00:05.000Z"), { secondsMax: 0.2 })).toEqual({
    kind: "left",
    messages: 1,
    dead: 0,
  });
  expect(performance.now() - startedAt).toBeLessThan(5_000);
});
