import { describe, expect, it } from "vitest";
import { acquirePace, freshPace, lineUp, notePace, type Pace, paceFor, releasePace } from "#domain/pace";

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

describe("the line of those who wait for tokens", () => {
  const empty = granted(freshPace(settings, start), 10, start);

  it("gives each a place behind the one before, two where one will be served", () => {
    const first = lineUp(empty, settings, 4, start);
    expect(first.place).toEqual({ from: 1_000_000, until: 1_001_000 });
    const second = lineUp(first.pace, settings, 2, start + 100);
    expect(second.place).toEqual({ from: 1_001_000, until: 1_001_500 });
    expect(second.pace).toEqual({ ...empty, lineUntil: 1_001_500 });
  });

  it("begins where a debt is paid, or where the pause that the ERP asked for is over", () => {
    const debt = granted(freshPace(settings, start), 30, start);
    expect(lineUp(debt, settings, 2, start + 1_000).place).toEqual({ from: 1_010_000, until: 1_010_500 });
    const paused = notePace(empty, settings, "throttled", start, 60);
    expect(lineUp(paused, settings, 2, start).place).toEqual({ from: 1_060_000, until: 1_060_500 });
  });

  it("begins now when those who stood in it have had their turn", () => {
    const { pace } = lineUp(empty, settings, 4, start);
    const later = granted(pace, 10, start + 60_000);
    expect(lineUp(later, settings, 2, start + 60_000).place).toEqual({ from: 1_060_000, until: 1_060_500 });
  });

  it("begins once more where it is longer than a message may be delayed", () => {
    const { pace, place } = lineUp(empty, settings, 3_604, start);
    expect(place?.until).toBe(1_901_000);
    expect(lineUp(pace, settings, 2, start).place).toEqual({ from: 1_000_000, until: 1_000_500 });
    expect(lineUp(pace, settings, 2, start + 1_000).place).toEqual({ from: 1_901_000, until: 1_901_500 });
  });

  it("has no place for who waits for something else, and the pace stays the very same", () => {
    const open = ["failed", "failed", "failed"].reduce((pace) => notePace(pace, settings, "failed", start), empty);
    expect(lineUp(open, settings, 1, start)).toEqual({ place: undefined, pace: open });
    const turns = { ...settings, senderSeconds: 40 };
    const { pace: sending } = acquirePace(freshPace(turns, start), turns, 1, start);
    expect(lineUp(sending, turns, 1, start + 39_999)).toEqual({ place: undefined, pace: sending });
    expect(lineUp(sending, turns, 1, start + 40_000).place).toBeDefined();
  });

  it("is kept by a grant, and by the end of a sender's turn", () => {
    const turns = { ...settings, senderSeconds: 40 };
    const { pace } = lineUp(empty, turns, 4, start);
    const { pace: sending } = acquirePace(pace, turns, 1, start + 500);
    expect(sending.lineUntil).toBe(1_001_000);
    expect(releasePace(sending)).toEqual({ ...pace, bucket: { level: 0, filledAt: 1_000_500 } });
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
