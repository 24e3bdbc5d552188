import { expect, test } from "vitest";
import type { BusinessEvent } from "#domain/events";
import type { TransactionView } from "#domain/lineage";
import { refundOverdueProblems, returnCourseIn } from "#domain/posting";
import { fact } from "../../fixtures/posting-case.ts";
import { order } from "../ledger/sale-events.ts";

/** A shirt that came back on 27 November at noon, for which 25.00 were authorised: the refund is due in two days. */
const received: BusinessEvent = {
  name: "return.received",
  schema: 1,
  key: "return.received:g1",
  version: "1",
  occurredAt: "2026-11-27T12:00:00.000Z",
  orderId: "1",
  receiptId: "g1",
  lineId: "A",
  item: "SHIRT",
  quantityMillionths: 1_000_000,
  disposition: "restocked",
  authorization: "RA-000000000001",
};
const granted = (key: string) => ({
  type: "reservation",
  key,
  authorization: "RA-000000000001",
  at: "2026-11-27T11:00:00.000Z",
  expiresAt: "2026-11-28T11:00:00.000Z",
  refundWithinHours: 48,
  grant: { refund: { payable: 2_500, currency: "USD" } },
});
const consumed = { how: "consumed", event: "return.received:g1", lines: [{ lineId: "A", quantityMillionths: 1_000_000 }] };
type End = Partial<typeof consumed>;
type Told = { class?: string; cause?: string; closed?: object };

const view = (ends: readonly (End | undefined)[], told: readonly Told[] = []) =>
  ({
    documents: [fact("order", { events: [order({ A: { quantity: 2, gross: 5_000 } }), received] })],
    reservations: ends.map((end, index) => ({ granted: granted(`V#00000${index + 1}`), ...(end === undefined ? {} : { end }) })),
    exceptions: told.map(({ class: name = "policy.refund-overdue", cause = "V#000001", closed }) => ({
      opened: { class: name, cause },
      ...(closed === undefined ? {} : { closed }),
    })),
  }) as unknown as TransactionView;
const due = "2026-11-29T12:00:00.000Z";
const before = "2026-11-29T11:59:59.999Z";
const causes = (given: TransactionView, now: string) => refundOverdueProblems(given, now).map(({ cause }) => cause);

test("goods whose refund is not out when it was due are told with what was promised, until when, and since when they are back", () => {
  expect(refundOverdueProblems(view([consumed]), due)).toEqual([
    {
      class: "policy.refund-overdue",
      code: "refund",
      cause: "V#000001",
      event: "return.received:g1",
      amount: 2_500,
      currency: "USD",
      message:
        "goods of return RA-000000000001 came back at 2026-11-27T12:00:00.000Z, and their refund (25.00 USD were authorised) is not settled; it was due at 2026-11-29T12:00:00.000Z.",
    },
  ]);
  expect(causes(view([consumed]), before)).toEqual([]);
});

test.each<[string, Told[], string[]]>([
  ["once it was told, a clock that is a little behind takes nothing back", [{}], ["V#000001"]],
  ["beside others that were told", [{ class: "data.value" }, {}], ["V#000001"]],
  ["not where it was closed", [{ closed: {} }], []],
  ["not where another return was told", [{ cause: "V#000002" }], []],
  ["not where something else was told of it", [{ class: "data.value" }], []],
])("%s", (_, told, expected) => {
  expect(causes(view([consumed], told), before)).toEqual(expected);
});

test.each<[string, readonly (End | undefined)[]]>([
  ["that nothing ended", [undefined]],
  ["that was cancelled", [{ how: "cancelled" }]],
  ["that expired", [{ how: "expired" }]],
  ["whose goods did not come back after all", [{ how: "consumed", event: "return.received:gone" }]],
  ["that nothing says what ended it", [{ how: "consumed" }]],
])("a return %s owes nothing, told or not", (_, ends) => {
  expect(causes(view(ends, [{}]), "2027-01-31T00:00:00.000Z")).toEqual([]);
});

test("each return is looked at by itself", () => {
  expect(causes(view([undefined, consumed, { how: "expired" }]), due)).toEqual(["V#000002"]);
});

test("how far a return has come is told by its key, and nothing of one that the sale does not have", () => {
  const course = (ends: readonly (End | undefined)[], key = "V#000001") => returnCourseIn(view(ends), key, before);
  expect(course([undefined])).toEqual({ kind: "open", until: "2026-11-28T11:00:00.000Z" });
  expect(course([consumed])).toEqual({ kind: "refund-due", dueAt: due, backAt: "2026-11-27T12:00:00.000Z" });
  expect(course([{ how: "cancelled" }])).toEqual({ kind: "ended", how: "cancelled" });
  expect(course([consumed], "V#000009")).toBeUndefined();
});
