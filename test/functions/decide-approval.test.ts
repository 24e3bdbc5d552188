import { expect, test } from "vitest";
import { Unavailable, UnknownOutcome } from "#domain/failures";
import type { ApprovalItem, LineageItem } from "#domain/lineage";
import { approvalTokenAddress } from "#functions/ask-approval";
import { createHandler } from "#functions/decide-approval";
import type { InsertAnswer } from "#ports/lineage-store";

const asked: ApprovalItem = {
  type: "approval",
  transaction: "sale:1",
  key: "A#abc#0001",
  at: "2026-11-27T12:00:00.000Z",
  connection: "erp",
  hash: "abc",
  occurrence: 1,
  kind: "restatement",
  role: "group-controller",
  document: "sale:1/a",
  entity: "us",
  currency: "USD",
  message: "m",
  requestedBy: "Rui Costa",
  expiresAt: "2026-11-28T12:00:00.000Z",
};
const granting = { transaction: "sale:1", approval: "A#abc#0001", answer: "granted", by: "Ana", reason: "checked" };

function desk(
  options: { readonly now?: string; readonly answers?: InsertAnswer; readonly token?: string; readonly endsWith?: Error } = {},
) {
  const items = new Map<string, LineageItem>([["sale:1 A#abc#0001", asked]]);
  const ended: unknown[] = [];
  const decide = createHandler({
    lineage: {
      get: async (transaction, key) => items.get(`${transaction} ${key}`),
      insert: async (inserted) =>
        inserted.map((item) => {
          const at = `${item.transaction} ${item.key}`;
          if (options.answers !== undefined) return options.answers;
          if (items.has(at)) return "conflict";
          items.set(at, item);
          return "inserted";
        }),
      page: async () => ({ items: [] }),
      removeRawBody: async () => false,
      transactions: async () => ({ transactions: [] }),
    },
    documents: {
      put: async () => {},
      get: async (address) =>
        options.token !== undefined && address === approvalTokenAddress("sale:1", "A#abc#0001")
          ? new TextEncoder().encode(options.token)
          : undefined,
      readRange: async () => undefined,
      size: async () => undefined,
    },
    callbacks: {
      completeTask: async (token, output) => {
        if (options.endsWith !== undefined) throw options.endsWith;
        ended.push([token, output]);
        return "accepted";
      },
      failTask: async () => "unknown-token",
      heartbeatTask: async () => "unknown-token",
    },
    clock: { now: () => options.now ?? "2026-11-27T13:00:00.000Z" },
  });
  return { decide, items, ended };
}

test("a decision is one item of the lineage, with who and why, and ends the wait", async () => {
  const { decide, items, ended } = desk({ token: "t-1" });
  expect(await decide(granting)).toEqual({ outcome: "decided" });
  expect(items.get("sale:1 A#abc#0001#D")).toEqual({
    type: "approval-decision",
    transaction: "sale:1",
    key: "A#abc#0001#D",
    at: "2026-11-27T13:00:00.000Z",
    connection: "erp",
    answer: "granted",
    by: "Ana",
    reason: "checked",
  });
  expect(ended).toEqual([["t-1", { answer: "granted" }]]);
});

test.each([new Unavailable("no answer"), new UnknownOutcome("perhaps")])(
  "a wait that cannot be ended now does not undo the decision",
  async (endsWith) => {
    const { decide, items } = desk({ token: "t-1", endsWith });
    expect(await decide(granting)).toEqual({ outcome: "decided" });
    expect(items.has("sale:1 A#abc#0001#D")).toBe(true);
  },
);

test("a second click does nothing, whatever it says, and tells who was first", async () => {
  const { decide, items, ended } = desk({ token: "t-1" });
  await decide(granting);
  const before = items.get("sale:1 A#abc#0001#D");
  expect(await decide({ ...granting, answer: "refused", by: "Bo" })).toEqual({ outcome: "decided-before", answer: "granted", by: "Ana" });
  expect(items.get("sale:1 A#abc#0001#D")).toBe(before);
  expect(ended).toHaveLength(1);
});

test("of two clicks at once the one that was recorded counts, and the other is told so", async () => {
  const { decide, items, ended } = desk({ token: "t-1" });
  const answers = await Promise.all([decide(granting), decide({ ...granting, answer: "refused", by: "Bo" })]);
  expect(answers).toEqual([{ outcome: "decided" }, { outcome: "decided-before", answer: "granted", by: "Ana" }]);
  expect(items.get("sale:1 A#abc#0001#D")).toMatchObject({ answer: "granted" });
  expect(ended).toHaveLength(1);
});

test("a click after the expiry does nothing", async () => {
  const { decide, items } = desk({ now: "2026-11-28T12:00:00.000Z" });
  expect(await decide(granting)).toEqual({ outcome: "too-late", expiresAt: "2026-11-28T12:00:00.000Z" });
  expect(items.size).toBe(1);
});

test("nothing expires before its time, and what expires ends no wait: the machine itself asked", async () => {
  const expiring = { ...granting, answer: "expired", by: "hub", reason: "nobody decided in time" };
  const early = desk({ now: "2026-11-28T11:59:59.999Z", token: "t-1" });
  expect(await early.decide(expiring)).toEqual({ outcome: "too-early", expiresAt: "2026-11-28T12:00:00.000Z" });
  const due = desk({ now: "2026-11-28T12:00:00.000Z", token: "t-1" });
  expect(await due.decide(expiring)).toEqual({ outcome: "decided" });
  expect(due.ended).toEqual([]);
});

test.each(["Rui Costa", " rui  costa "])("whoever caused the change may not decide it: %j", async (by) => {
  const { decide, items } = desk();
  expect(await decide({ ...granting, by })).toEqual({ outcome: "same-person" });
  expect(items.size).toBe(1);
});

test("an approval that was never asked is unknown", async () => {
  const { decide } = desk();
  expect(await decide({ ...granting, approval: "A#other#0001" })).toEqual({ outcome: "unknown" });
  expect(await decide({ ...granting, transaction: "sale:2" })).toEqual({ outcome: "unknown" });
});

test.each(["unavailable", "unknown"] as const)("an insert that is %s says so, so that it is tried again", async (answers) => {
  const { decide, ended } = desk({ answers, token: "t-1" });
  await expect(decide(granting)).rejects.toMatchObject({ name: "Unavailable", message: expect.stringContaining("decide again") });
  expect(ended).toEqual([]);
});

test.each([
  { ...granting, answer: "perhaps" },
  { ...granting, by: "" },
  { ...granting, reason: "" },
  { ...granting, transaction: undefined },
  null,
])("an input that is none is refused by name: %j", async (input) => {
  await expect(desk().decide(input)).rejects.toMatchObject({ name: "Invalid" });
});
