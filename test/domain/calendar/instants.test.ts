import { describe, expect, test } from "vitest";
import { addSeconds, millisecondsBetween } from "#domain/calendar";

describe("instants", () => {
  test("a lease of 9.5 seconds crosses midnight, month and year", () => {
    expect(addSeconds("2026-12-31T23:59:55.250Z", 9.5)).toBe("2027-01-01T00:00:04.750Z");
  });

  test("the leap day of 2028 exists and that of 2100 does not", () => {
    expect(addSeconds("2028-02-28T12:00:00.000Z", 86_400)).toBe("2028-02-29T12:00:00.000Z");
    expect(addSeconds("2100-02-28T12:00:00.000Z", 86_400)).toBe("2100-03-01T12:00:00.000Z");
  });

  test("seconds may be taken away", () => {
    expect(addSeconds("2026-03-01T00:00:00.000Z", -1)).toBe("2026-02-28T23:59:59.000Z");
  });

  test("milliseconds between two instants are signed", () => {
    expect(millisecondsBetween("2026-11-27T10:00:00.000Z", "2026-11-27T10:00:01.005Z")).toBe(1005);
    expect(millisecondsBetween("2026-11-28T00:00:00.000Z", "2026-11-27T00:00:00.000Z")).toBe(-86_400_000);
  });

  test("any day of four centuries comes back as the platform's own calendar says", () => {
    for (let day = 0; day < 146_097; day += 61) {
      const expected = new Date(Date.UTC(1900, 0, 1) + day * 86_400_000).toISOString();
      expect(addSeconds("1900-01-01T00:00:00.000Z", day * 86_400)).toBe(expected);
    }
  });

  test("text that is no instant is refused by name", () => {
    expect(() => addSeconds("x2026-11-27T14:03:22.000Z", 1)).toThrow("is not an instant");
    expect(() => addSeconds("2026-11-27T14:03:22.000Z?", 1)).toThrow("is not an instant");
    expect(() => addSeconds("2026-11-27", 1)).toThrow('"2026-11-27" is not an instant such as 2026-11-27T14:03:22.000Z');
  });
});
