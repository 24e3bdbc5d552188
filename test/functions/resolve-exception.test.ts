import { describe, expect, test } from "vitest";
import type { ApprovalItem, ExceptionItem, LineageItem } from "#domain/lineage";
import { createHandler } from "#functions/resolve-exception";
import { memoryHouse } from "./memory-house.ts";

const late: ExceptionItem = {
  type: "exception",
  transaction: "sale:1",
  key: "X#period.late-event#abc#0001",
  at: "2026-11-27T12:00:00.000Z",
  class: "period.late-event",
  code: "post",
  cause: "sale:1/placed@1",
  message: "posted in December",
  occurrence: 1,
  dueAt: "2026-11-30T12:00:00.000Z",
};
const unmapped: ExceptionItem = { ...late, key: "X#data.unmapped#abc#0001", class: "data.unmapped", code: "item", cause: "item:MUG" };
const restated: ExceptionItem = {
  ...late,
  key: "X#policy.restatement#abc#0001",
  class: "policy.restatement",
  code: "replace",
  cause: "sale:1/placed h",
  document: "sale:1/placed",
};
const waiting: ExceptionItem = {
  ...restated,
  key: "X#policy.approval-needed#abc#0001",
  class: "policy.approval-needed",
  code: "concession",
};
const asked: ApprovalItem = {
  type: "approval",
  transaction: "sale:1",
  key: "A#h#0001",
  at: "2026-11-27T12:00:00.000Z",
  connection: "erp",
  hash: "h",
  occurrence: 1,
  kind: "restatement",
  role: "group-controller",
  document: "sale:1/placed",
  entity: "us",
  currency: "USD",
  message: "m",
  requestedBy: "Rui Costa",
  expiresAt: "2026-11-30T12:00:00.000Z",
};

function desk(items: readonly LineageItem[], answer?: "unavailable" | "unknown") {
  const house = memoryHouse();
  void house.lineage.insert(items);
  const lineage = answer === undefined ? house.lineage : { ...house.lineage, insert: async () => [answer] };
  const resolve = createHandler({
    lineage,
    references: {} as never,
    policies: {} as never,
    clock: { now: () => "2026-11-27T13:00:00.000Z" },
  });
  const closing = (exception: ExceptionItem, by = "Ana Ruiz") =>
    resolve({ transaction: "sale:1", exception: exception.key, by, reason: "noted" });
  return { resolve, closing, closures: () => house.items().filter(({ type }) => type === "closure") };
}

const closure = {
  type: "closure",
  transaction: "sale:1",
  key: "X#period.late-event#abc#0001#C",
  at: "2026-11-27T13:00:00.000Z",
  by: "Ana Ruiz",
  reason: "noted",
} as const;
const anasFirst = { outcome: "resolved-before", by: "Ana Ruiz", at: "2026-11-27T13:00:00.000Z", reason: "noted" };

test("a closure is one item of the lineage, with who and why", async () => {
  const { resolve, closures } = desk([late]);
  expect(await resolve({ transaction: "sale:1", exception: late.key, by: " Ana Ruiz ", reason: " noted " })).toEqual({
    outcome: "resolved",
  });
  expect(closures()).toEqual([closure]);
});

test("a second click does nothing and tells who was first, a person or the hub", async () => {
  const { closing, closures } = desk([late]);
  await closing(late);
  expect(await closing(late, "Bo Li")).toEqual(anasFirst);
  expect(closures()).toEqual([closure]);
  const healed = desk([late, { ...closure, by: "hub", reason: "its cause is gone" }]);
  expect(await healed.closing(late)).toEqual({ ...anasFirst, by: "hub", reason: "its cause is gone" });
});

test("of two people at once one counts, and the other is told who", async () => {
  const { closing, closures } = desk([late]);
  expect(await Promise.all([closing(late), closing(late, "Bo Li")])).toEqual([{ outcome: "resolved" }, anasFirst]);
  expect(closures()).toEqual([closure]);
});

describe("what is not a person's to close is left alone", () => {
  test.each([
    ["what heals by itself", [unmapped], unmapped, "heals"],
    ["what waits for an approval", [waiting], waiting, "needs-approval"],
    ["a restatement that somebody is asked to decide", [restated, asked], restated, "needs-approval"],
    ["what is not on record", [], late, "unknown"],
  ] as const)("%s", async (_, items, exception, outcome) => {
    const { closing, closures } = desk(items);
    expect(await closing(exception)).toEqual({ outcome });
    expect(closures()).toEqual([]);
  });
});

test("a restatement that nobody is asked about any more is a person's, and so is a document that moved to other books", async () => {
  const refused: LineageItem = {
    ...{ type: "approval-decision", transaction: "sale:1", key: "A#h#0001#D", at: late.at, connection: "erp" },
    ...{ answer: "expired", by: "hub", reason: "nobody decided in time" },
  };
  expect(await desk([restated, asked, refused]).closing(restated)).toEqual({ outcome: "resolved" });
  const moved = { ...restated, code: "moved" };
  expect(await desk([moved, asked]).closing(moved)).toEqual({ outcome: "resolved" });
});

test.each(["unavailable", "unknown"] as const)("an insert that is %s says so, so that it is tried again", async (answer) => {
  await expect(desk([late], answer).closing(late)).rejects.toMatchObject({
    name: "Unavailable",
    message: expect.stringContaining("resolve again"),
  });
});

const closing = { transaction: "sale:1", exception: late.key, by: "Ana", reason: "noted" };
test.each([{ ...closing, by: " " }, { ...closing, reason: " " }, { ...closing, by: "Hub " }, { ...closing, exception: undefined }, null])(
  "an input that is none, or whose name is the hub's, is refused by name: %j",
  async (input) => {
    const { resolve, closures } = desk([late]);
    await expect(resolve(input)).rejects.toMatchObject({ name: "Invalid" });
    expect(closures()).toEqual([]);
  },
);
