import { expect, test } from "vitest";
import { leaseOf, maySend, takeOverFrom } from "#domain/posting";
import { policy } from "../../fixtures/posting-case.ts";

// 70 s of lease, less 2 s of request time-out, 1 s of the ERP's own run and 5 s of clock skew: 62 s to send in.
const lease = leaseOf(policy.connections.erp!);
const start = "2026-11-27T12:00:00.000Z";

test("a plan stores the lease alone of its connection's settings", () => {
  expect(lease).toEqual({
    leaseSeconds: 70,
    requestTimeoutSeconds: 2,
    serverRunSeconds: 1,
    clockSkewSeconds: 5,
    visibilityLagSeconds: 10,
  });
});

test.each([
  ["at once", "2026-11-27T12:00:00.000Z", true],
  ["in the last moment that leaves time for everything", "2026-11-27T12:01:02.000Z", true],
  ["a millisecond later", "2026-11-27T12:01:02.001Z", false],
  ["by a clock within the skew before the start", "2026-11-27T11:59:55.000Z", true],
  ["by a clock that was set back", "2026-11-27T11:59:54.999Z", false],
])("a step sent %s: %s", (_, now, may) => {
  expect(maySend(lease, start, now)).toBe(may);
});

test("another execution takes over when the lease is out and what the ERP took can be seen", () => {
  expect(takeOverFrom(lease, start)).toBe("2026-11-27T12:01:20.000Z");
});
