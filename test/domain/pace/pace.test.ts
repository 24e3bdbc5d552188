import { describe, expect, it } from "vitest";
import { acquirePace, freshPace, notePace, type Pace, type PaceSettings, type PlaceInLine, paceFor, releasePace } from "#domain/pace";

const settings = { documentsPerSecond: 2, burstDocuments: 10, throttledPauseSeconds: 5, failuresToOpen: 3, openSeconds: 30 };
const start = 1_000_000;
const emptyLine = { since: start, called: 0, awaited: 0, ends: {}, stretches: [] };

/** One who asks alone. */
function asks(pace: Pace, documents: number, now: number, place?: PlaceInLine, given: PaceSettings = settings) {
  const { answers, pace: next } = acquirePace(pace, given, [{ documents, shop: "shop", ...(place && { place }) }], now);
  return { answer: answers[0]?.answer, place: answers[0]?.place, until: answers[0]?.until, pace: next };
}

function granted(pace: Pace, documents: number, now: number): Pace {
  const { answer, pace: next } = asks(pace, documents, now);
  if (answer !== "granted") throw new Error(`${answer} at ${now}`);
  return next;
}

describe("the pace of a connection, shared by machines whose clocks differ", () => {
  it("grants to a clock that is behind the last one what is left, and fills nothing twice", () => {
    const ahead = granted(freshPace(settings, start), 4, start + 3_000);
    const behind = granted(ahead, 6, start);
    expect(asks(behind, 1, start).answer).toBe("wait");
    expect(asks(behind, 1, start + 3_000).answer).toBe("wait");
    expect(asks(behind, 1, start + 3_500).answer).toBe("granted");
  });

  it("keeps a pause that a clock ahead began, whatever a clock behind says later", () => {
    const paused = notePace(freshPace(settings, start), settings, "throttled", start + 2_000);
    const again = notePace(paused, settings, "throttled", start);
    expect(asks(again, 1, start + 6_999).answer).toBe("wait");
    expect(asks(again, 1, start + 7_500).answer).toBe("granted");
  });

  it("gives back the very same pace when nothing changed, so that nothing is written", () => {
    const fresh = freshPace(settings, start);
    expect(notePace(fresh, settings, "answered", start)).toBe(fresh);
    const { pace: waiting } = asks(granted(fresh, 10, start), 6, start);
    const { pace: longer, place } = asks(waiting, 1, start);
    expect(asks(longer, 1, start + 500, place).pace).toBe(longer);
    const open = ["failed", "failed", "failed"].reduce((pace) => notePace(pace, settings, "failed", start), fresh);
    expect(asks(open, 1, start)).toMatchObject({ answer: "open" });
    expect(asks(open, 1, start).pace).toBe(open);
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

  it("tells each when it is its turn, and the far ones to come in half of the time", () => {
    const first = asks(empty, 6, start);
    expect([first.until, first.place]).toEqual([1_003_000, { line: 1_000_000, mark: 6, documents: 6 }]);
    const second = asks(first.pace, 9, start);
    expect([second.until, second.place]).toEqual([1_008_000, { line: 1_000_000, mark: 15, documents: 9 }]);
    expect(asks(second.pace, 5, start).until).toBe(1_005_000);
  });

  it("begins where a debt is paid, or where the pause that the ERP asked for is over", () => {
    const debt = granted(freshPace(settings, start), 20, start);
    expect(asks(debt, 2, start).until).toBe(1_006_000);
    const paused = notePace(empty, settings, "throttled", start, 60);
    expect(asks(paused, 2, start).until).toBe(1_061_000);
  });

  it("has whoever comes new wait where somebody was called and is on his way", () => {
    const { pace, place } = asks(empty, 2, start);
    expect(asks(pace, 2, start + 1_000).answer).toBe("wait");
    expect(asks(pace, 2, start + 1_000, place).answer).toBe("granted");
  });

  it("waits less and less for who does not come", () => {
    const { pace: first } = asks(empty, 2, start);
    const { pace: second } = asks(first, 2, start + 1_000);
    expect(asks(second, 4, start + 3_000).answer).toBe("wait");
    expect(asks(second, 4, start + 3_500).answer).toBe("granted");
  });

  it("grants what a bucket cannot hold when it is full, and has the others wait for the rest", () => {
    const plan = asks(empty, 60, start);
    expect(asks(plan.pace, 60, start + 4_500, plan.place).answer).toBe("wait");
    const sent = asks(plan.pace, 60, start + 5_000, plan.place);
    expect(sent).toMatchObject({ answer: "granted", pace: { bucket: { level: -50 } } });
    expect(asks(sent.pace, 1, start + 30_000).answer).toBe("wait");
    expect(asks(sent.pace, 1, start + 30_500).answer).toBe("granted");
  });

  it("is kept by a grant, and by the end of a sender's turn", () => {
    const turns = { ...settings, senderSeconds: 40 };
    const first = asks(empty, 2, start, undefined, turns);
    const second = asks(first.pace, 4, start, undefined, turns);
    const { pace: sending } = asks(second.pace, 2, start + 1_000, first.place, turns);
    expect(sending).toMatchObject({ sendingUntil: 1_041_000, line: { since: 1_000_000, called: 2, stretches: [[6, 4]] } });
    const { sendingUntil: _, ...idle } = sending;
    expect(releasePace(sending)).toEqual(idle);
    expect(asks(idle, 4, start + 3_000, second.place, turns).answer).toBe("granted");
  });

  it("has no place for who comes to an open breaker, or in the turn of another sender, and the pace stays the very same", () => {
    const open = ["failed", "failed", "failed"].reduce((pace) => notePace(pace, settings, "failed", start), empty);
    expect(asks(open, 1, start)).toEqual({ answer: "open", place: undefined, until: undefined, pace: open });
    const turns = { ...settings, senderSeconds: 40 };
    const { pace: sending } = asks(freshPace(turns, start), 1, start, undefined, turns);
    expect(asks(sending, 1, start + 39_999, undefined, turns)).toEqual({
      answer: "wait",
      place: undefined,
      until: undefined,
      pace: sending,
    });
    expect(asks(sending, 1, start + 40_000, undefined, turns).answer).toBe("granted");
  });

  it("fits into a row of a kilobyte, however many shops wait, and for however long", () => {
    let pace = granted(freshPace(settings, Date.parse("2026-11-27T10:00:00.000Z")), 10, Date.parse("2026-11-27T10:00:00.000Z"));
    for (let order = 0; order < 20_000; order += 1)
      ({ pace } = acquirePace(
        pace,
        settings,
        [{ documents: 1 + (order % 7), shop: `shop-${(order * order) % 997}.example.com` }],
        Date.parse("2026-11-27T10:00:00.000Z") + order * 333,
      ));
    const { line = emptyLine } = pace;
    const kept = { mark: 123_456, placed: 1_000, documents: 1_000, until: 1_795_773_600_000 };
    expect(JSON.stringify({ ...pace, line: { ...line, kept } }).length).toBeLessThan(950);
    expect(line.stretches.length).toBe(16);
  });
});

describe("whoever was called and finds too little", () => {
  const large = { ...settings, burstDocuments: 60 };
  /** All who stand before the mark were called, and none of them is awaited. */
  const calledUpTo = (mark: number, level: number): Pace => ({
    ...freshPace(large, start),
    bucket: { level, filledAt: start },
    line: { ...emptyLine, called: mark },
  });
  const plan = { line: start, mark: 60, documents: 60 };

  it("has his tokens gather until he comes, and those behind him wait so long; who stands before him does not", () => {
    const told = asks(calledUpTo(62, 10), 60, start, plan, large);
    expect(told).toMatchObject({ answer: "wait", place: plan, until: 1_013_000 });
    expect(told.pace.line?.kept).toEqual({ mark: 60, placed: 60, documents: 60, until: 1_013_000 });
    const { pace: before } = asks(told.pace, 2, start + 12_000, { line: start, mark: 58, documents: 2 }, large);
    expect(before.bucket).toEqual({ level: 32, filledAt: 1_012_000 });
    const behind = asks(before, 2, start + 13_000, { line: start, mark: 62, documents: 2 }, large);
    expect(behind).toMatchObject({ answer: "wait", until: 1_020_000 });
    expect(asks(behind.pace, 2, start + 13_000, undefined, large)).toMatchObject({ answer: "wait", until: 1_020_000 });
    const again = asks(behind.pace, 60, start + 13_000, plan, large);
    expect(again).toMatchObject({ answer: "wait", until: 1_020_000, pace: { line: { kept: { documents: 60, until: 1_020_000 } } } });
    const last = asks(again.pace, 60, start + 20_000, plan, large);
    expect(last).toMatchObject({ answer: "wait", until: 1_026_000 });
    const late = asks(last.pace, 60, start + 25_000, plan, large);
    expect(late.pace.line?.kept?.until).toBe(1_027_000);
    const sent = asks(late.pace, 60, start + 26_000, plan, large);
    expect(sent).toMatchObject({ answer: "granted", pace: { bucket: { level: 0 } } });
    expect(sent.pace.line?.kept).toBeUndefined();
  });

  it("is not among those who are awaited, but all before whom he stands wait for what he lacks", () => {
    const { pace } = asks(
      { ...calledUpTo(62, 10), line: { ...emptyLine, called: 62, awaited: 100, stretches: [[102, 40]] } },
      60,
      start,
      plan,
      large,
    );
    expect(pace.line?.awaited).toBe(40);
    // 50 for him, and 40 in the line: half of the time.
    expect(asks(pace, 2, start, { line: start, mark: 102, documents: 2 }, large).until).toBe(1_023_000);
    expect(asks(pace, 60, start + 1_000, plan, large).pace.line?.awaited).toBeCloseTo(32.749, 3);
  });

  it("leaves what a full bucket holds beyond it to anybody", () => {
    const { pace } = asks(calledUpTo(60, 30), 40, start, { line: start, mark: 60, documents: 40 }, large);
    const full = { ...pace, bucket: { level: 60, filledAt: start + 5_000 }, line: { ...emptyLine, ...pace.line, awaited: 60 } };
    expect(asks(full, 21, start + 5_000, undefined, large).answer).toBe("wait");
    expect(asks(full, 20, start + 5_000, undefined, large).answer).toBe("granted");
    expect(asks({ ...full, bucket: { level: 59, filledAt: start + 5_000 } }, 2, start + 5_000, undefined, large).answer).toBe("wait");
  });

  it("and does not come again is waited for five seconds, in which a full bucket is nobody's", () => {
    const { pace, until } = asks(calledUpTo(60, 52), 60, start, plan, large);
    expect(until).toBe(1_004_000);
    expect(asks(pace, 2, start + 9_000, undefined, large).answer).toBe("wait");
    expect(asks(pace, 2, start + 9_001, undefined, large).answer).toBe("granted");
  });

  it("gives up what was kept with his place, and another with the same mark does not", () => {
    const { pace } = asks(calledUpTo(60, 10), 60, start, plan, large);
    const other = { line: start, mark: 60, documents: 2 };
    expect(asks(pace, 2, start + 10_000, other, large).answer).toBe("wait");
    expect(asks(pace, 0, start + 10_000, other, large).pace.line?.kept?.documents).toBe(60);
    const { pace: free } = asks(pace, 0, start + 10_000, plan, large);
    expect(asks(free, 2, start + 10_000, undefined, large).answer).toBe("granted");
  });

  it("is the one for whom they gather, if he stands furthest ahead of those", () => {
    const { pace: second } = asks(calledUpTo(120, 10), 60, start, { line: start, mark: 120, documents: 60 }, large);
    const { pace: first } = asks(second, 40, start + 1_000, { line: start, mark: 60, documents: 40 }, large);
    expect(first.line?.kept).toEqual({ mark: 60, placed: 40, documents: 40, until: 1_008_000 });
    // 40 for the first and 60 for himself, of which 14 are there: half of the time.
    const told = asks(first, 60, start + 2_000, { line: start, mark: 120, documents: 60 }, large);
    expect(told).toMatchObject({ until: 1_024_000, pace: { line: { kept: { mark: 60 } } } });
  });

  it("is waited for with all that he needs by now, and nothing gathers where it is there within seconds", () => {
    const grown = { line: start, mark: 60, documents: 2 };
    expect(asks(calledUpTo(60, 0), 40, start, grown, large).pace.line?.kept?.documents).toBe(40);
    const { pace, until } = asks(calledUpTo(60, 0), 5, start, grown, large);
    expect([until, pace.line?.kept]).toEqual([1_003_000, undefined]);
    // Of five documents, what is no longer waited for after three seconds.
    expect(pace.line?.awaited).toBeCloseTo(2.256, 3);
  });

  it("is not overtaken by a smaller mark that was not called, if he needs more than a bucket", () => {
    const line = { ...emptyLine, called: 10, ends: { other: 12 }, stretches: [[12, 2]] as const };
    const empty = { ...calledUpTo(10, 0), line };
    const told = asks(empty, 60, start, plan, settings);
    expect(told).toMatchObject({ answer: "wait", until: 1_005_000, pace: { line: { kept: { documents: 10 } } } });
    expect(asks(told.pace, 2, start + 5_000, { line: start, mark: 12, documents: 2 }).answer).toBe("wait");
    expect(asks(told.pace, 60, start + 5_000, plan)).toMatchObject({ answer: "granted", pace: { bucket: { level: -50 } } });
  });
});

it("pauses for as long as the ERP asked, and for a quarter of an hour at most", () => {
  const asked = notePace(freshPace(settings, start), settings, "throttled", start, 60);
  expect(asks(asked, 1, start + 60_000).answer).toBe("wait");
  expect(asks(asked, 1, start + 60_500).answer).toBe("granted");
  const mistaken = notePace(freshPace(settings, start), settings, "throttled", start, 864_000);
  expect(asks(mistaken, 1, start + 900_500).answer).toBe("granted");
});

it("takes from the policies what they state, and the rest from the host", () => {
  expect(paceFor({ documentsPerSecond: 0.5, openSeconds: 60 }, settings)).toEqual({
    ...settings,
    documentsPerSecond: 0.5,
    openSeconds: 60,
  });
  expect(paceFor(undefined, settings)).toEqual(settings);
});
