import { describe, expect, test } from "vitest";
import * as z from "zod/mini";
import { fieldErrors } from "#domain/intake";
import { fieldAt, lostFields } from "../../../domain/intake/field-errors.ts";

const schema = z.strictObject({
  name: z.literal("order.placed"),
  id: z.string().check(z.minLength(1), z.maxLength(3)),
  count: z.int(),
  at: z.string().check(z.regex(/^\d\d$/)),
  when: z.optional(z.iso.datetime()),
  either: z.optional(z.union([z.string(), z.boolean()])),
  lines: z.array(z.object({ gross: z.int() })),
});
const good = { name: "order.placed", id: "1", count: 1, at: "09", lines: [{ gross: 1 }] };
const errors = (change: object) => {
  const read = z.safeParse(schema, { ...good, ...change });
  return read.success ? [] : fieldErrors(read.error.issues, "documents[0]").map(({ field, message }) => `${field} ${message}`);
};

describe("a complaint names its field and what is allowed there, and nothing of what was sent", () => {
  test.each([
    [{ count: "one" }, "documents[0].count needs a value of type number"],
    [{ count: 1.5 }, "documents[0].count needs a value of type int"],
    [{ name: "order.lost" }, 'documents[0].name must be "order.placed"'],
    [{ at: "9" }, "documents[0].at must be text like /^\\d\\d$/"],
    [{ id: "1234" }, "documents[0].id may be or have at most 3"],
    [{ id: "" }, "documents[0].id must be or have at least 1"],
    [{ either: 5 }, "documents[0].either is not of the form that docs/openapi.json states"],
    [{ lines: [{ gross: 1 }, { gross: "2" }] }, "documents[0].lines[1].gross needs a value of type number"],
    [{ ["x".repeat(60)]: 1, b: 2 }, `documents[0] has fields that are not known: ${"x".repeat(40)}, b`],
  ])("%j", (change, message) => {
    expect(errors(change)).toEqual([message]);
  });

  test("of fields that are not known five are named, and of complaints twenty are told", () => {
    expect(errors(Object.fromEntries(["a", "b", "c", "d", "e", "f"].map((name) => [name, 1])))).toEqual([
      "documents[0] has fields that are not known: a, b, c, d, e",
    ]);
    expect(errors({ lines: Array.from({ length: 30 }, () => ({ gross: "x" })) })).toHaveLength(20);
  });
});

test("a field is written as people read it", () => {
  expect(fieldAt("", ["lines", 0, "gross"])).toBe("lines[0].gross");
  expect(fieldAt("documents[3]", ["lines"])).toBe("documents[3].lines");
  expect(fieldAt("", [2])).toBe("[2]");
});

describe("a field that reading did not keep", () => {
  const lost = (given: unknown, kept: unknown) => lostFields(given, kept, "d").map(({ field }) => field);

  test("is found at any depth", () => {
    expect(lost({ a: 1, lines: [{ gross: 1, notes: 2 }] }, { a: 1, lines: [{ gross: 1 }] })).toEqual(["d.lines[0].notes"]);
    expect(lost([1, 2], [1])).toEqual(["d[1]"]);
    expect(lost({ a: 1 }, { a: 1 })).toEqual([]);
  });

  test("is looked for in objects and lists alone", () => {
    for (const plain of [null, "text", 5, undefined]) {
      expect([lost(plain, { a: 1 }), lost({ a: 1 }, plain), lost(plain, plain)]).toEqual([[], [], []]);
    }
  });

  test("is named by two hundred characters at most", () => {
    const [error] = lostFields({ ["x".repeat(300)]: 1 }, {}, "d");
    expect(error).toEqual({ field: `d.${"x".repeat(198)}`, message: "is no field of this event: compare it with docs/events.md" });
  });
});
