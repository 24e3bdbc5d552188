import { describe, expect, it } from "vitest";
import { acquirePace, freshPace, notePace, type Pace, paceFor } from "#domain/pace";

const settings = { documentsPerSecond: 2, burstDocuments: 10, throttledPauseSeconds: 5, failuresToOpen: 3, openSeconds: 30 };
const start = 1_000_000;

function granted(pace: Pace, documents: number, now: number): Pace {
  const { answer, pace: next } = acquirePace(pace, settings, documents, now);
  if (answer !== "granted") throw new Error(`${answer} at ${now}`);
  return next;
}

describe("the pace of a connection, shared by machines whose clocks differ", () => {
  it("grants to a clock that is behind the last one what is left, and fills nothing twice", () => {
    const ahead = granted(freshPace(settings, start), 4, start + 3_000);
    const behind = granted(ahead, 6, start);
    expect(acquirePace(behind, settings, 1, start).answer).toBe("wait");
    expect(acquirePace(behind, settings, 1, start + 3_000).answer).toBe("wait");
    expect(acquirePace(behind, settings, 1, start + 3_500).answer).toBe("granted");
  });

  it("keeps a pause that a clock ahead began, whatever a clock behind says later", () => {
    const paused = notePace(freshPace(settings, start), settings, "throttled", start + 2_000);
    const again = notePace(paused, settings, "throttled", start);
    expect(acquirePace(again, settings, 1, start + 6_999).answer).toBe("wait");
    expect(acquirePace(again, settings, 1, start + 7_500).answer).toBe("granted");
  });

  it("gives back the very same pace when nothing changed, so that nothing is written", () => {
    const fresh = freshPace(settings, start);
    expect(notePace(fresh, settings, "answered", start)).toBe(fresh);
    const empty = granted(fresh, 10, start);
    expect(acquirePace(empty, settings, 1, start).pace).toBe(empty);
    const open = ["failed", "failed", "failed"].reduce((pace) => notePace(pace, settings, "failed", start), fresh);
    expect(acquirePace(open, settings, 1, start)).toEqual({ answer: "open", pace: open });
    expect(notePace(open, settings, "answered", start)).toBe(open);
    expect(notePace(open, settings, "failed", start)).toBe(open);
  });

  it("is plain data that survives being stored", () => {
    const pace = notePace(granted(freshPace(settings, start), 3, start + 1), settings, "failed", start + 1);
    expect(JSON.parse(JSON.stringify(pace))).toEqual(pace);
    expect(pace).toEqual({
      bucket: { level: 7, filledAt: 1_000_001 },
      breaker: { kind: "closed", failures: 1 },
    });
  });
});

it("pauses for as long as the ERP asked, and for a quarter of an hour at most", () => {
  const asked = notePace(freshPace(settings, start), settings, "throttled", start, 60);
  expect(acquirePace(asked, settings, 1, start + 60_000).answer).toBe("wait");
  expect(acquirePace(asked, settings, 1, start + 60_500).answer).toBe("granted");
  const mistaken = notePace(freshPace(settings, start), settings, "throttled", start, 864_000);
  expect(acquirePace(mistaken, settings, 1, start + 900_500).answer).toBe("granted");
});

it("takes from the policies what they state, and the rest from the host", () => {
  expect(paceFor({ documentsPerSecond: 0.5, openSeconds: 60 }, settings)).toEqual({
    ...settings,
    documentsPerSecond: 0.5,
    openSeconds: 60,
  });
  expect(paceFor(undefined, settings)).toEqual(settings);
});
