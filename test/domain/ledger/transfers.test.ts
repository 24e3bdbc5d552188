import { describe, expect, test } from "vitest";
import type { BusinessEvent, EventOf } from "#domain/events";
import { targetLedger } from "#domain/ledger";
import { ledgerText } from "./ledger-text.ts";
import { policy } from "./sale-policy.ts";

/* What the golden scenarios of c39 do not tell: lines that do not fit, and goods without stock. */

const head = (key: string, time = "12:00") => ({ schema: 1, key, version: "1", occurredAt: `2026-11-27T${time}:00.000Z` }) as const;
const road = { transferId: "71", shipmentId: "81", origin: "100", destination: "200" };
const target = (...events: BusinessEvent[]) => targetLedger(events, policy, "transfer:shopify:demo.example:71");

const sent = (item: string, quantityMillionths: number, id = "91") => ({ id, item, quantityMillionths });
const shipped = (lines: EventOf<"transfer.shipped">["lines"]): BusinessEvent => ({
  name: "transfer.shipped",
  ...head("transfer.shipped:81", "09:00"),
  ...road,
  lines,
});
const got = (item: string, acceptedMillionths: number, id = "91", rejectedMillionths = 0) => ({
  id,
  item,
  acceptedMillionths,
  rejectedMillionths,
});
const received = (lines: EventOf<"transfer.received">["lines"]): BusinessEvent => ({
  name: "transfer.received",
  ...head("transfer.received:81"),
  ...road,
  lines,
});
const closed: BusinessEvent = { name: "transfer.closed", ...head("transfer.closed:81", "15:00"), ...road };

describe("lines that do not fit", () => {
  test("an item that policy does not know holds the shipment, and its receipt with it", () => {
    const { documents, problems, heldEvents } = target(shipped([sent("HAT", 1_000_000)]), received([got("HAT", 1_000_000)]));
    expect(documents).toEqual([]);
    expect(problems.map(({ code, cause, message }) => ({ code, cause, message }))).toEqual([
      { code: "item", cause: "item:HAT", message: "item HAT is not in the item policy. Add it; the document posts by itself." },
    ]);
    expect(heldEvents).toEqual(["transfer.shipped:81", "transfer.received:81"]);
  });

  test("a line without an item is named by its line", () => {
    expect(target(shipped([sent("", 1_000_000)])).problems[0]).toMatchObject({
      cause: "item:line 91",
      message:
        "line 91 of transfer.shipped:81 names no item. Give the product a stock-keeping unit at the source; a new version replaces it.",
    });
  });

  test("a receipt of a line that was not sent waits for the shipment's newer version", () => {
    expect(ledgerText(target(shipped([sent("SHIRT", 1_000_000)]), received([got("SHIRT", 1_000_000, "92")])))).toContain(
      "! sequence.parent-missing/transfer-line transfer.received:81\nheld transfer.received:81",
    );
  });

  test("a closing of a shipment that nobody sent waits for it", () => {
    expect(ledgerText(target(closed))).toBe("! sequence.parent-missing/transfer.shipped transfer.closed:81\nheld transfer.closed:81");
  });
});

test("two lines with one id are two movements", () => {
  const documents = target(shipped([sent("SHIRT", 1_000_000), sent("MUG", 2_000_000)])).documents;
  expect(documents.flatMap((document) => (document.type === "stock" ? document.movements.map(({ id, item }) => [id, item]) : []))).toEqual([
    ["91", "SHIRT"],
    ["91.1", "MUG"],
  ]);
});

test("what is not stocked, or travels without pieces, moves nothing", () => {
  const goods = [sent("ENGRAVING", 1_000_000), sent("SHIRT", 0, "92")];
  expect(target(shipped(goods), received([got("ENGRAVING", 1_000_000)]), closed)).toEqual({ documents: [], problems: [], heldEvents: [] });
});

test("damaged pieces beyond what was sent were never on the books", () => {
  const text = ledgerText(target(shipped([sent("SHIRT", 2_000_000)]), received([got("SHIRT", 2_000_000, "91", 1_000_000)])));
  expect(text).not.toContain("transfer-damaged");
});

test("three times as much as was sent arrives at three times its cost", () => {
  const { documents } = target(shipped([sent("SHIRT", 2_000_000)]), received([got("SHIRT", 6_000_000)]));
  const arrived = documents.find(({ kind }) => kind === "transfer-received");
  expect(
    arrived?.type === "stock"
      ? arrived.movements.map(({ id, quantityMillionths, counterRole }) => [id, quantityMillionths, counterRole])
      : [],
  ).toEqual([
    ["91", 2_000_000, "inventory-in-transit"],
    ["91.over", 2_000_000, "transfer-loss"],
    ["91.over2", 2_000_000, "transfer-loss"],
  ]);
});

test("a short receipt names what is missing, and no more than ten items of it", () => {
  const lines = Array.from({ length: 12 }, (_, index) => String(index));
  const { problems } = target(
    shipped(lines.map((id) => sent("SHIRT", 2_000_000, id))),
    received(lines.map((id) => got("SHIRT", 500_000, id))),
  );
  const [problem] = problems;
  expect(problem?.class).toBe("inventory.short-receipt");
  expect(problem?.message).toMatch(/^of shipment 81 of transfer 71, 1\.5 SHIRT, /);
  expect(problem?.message).toMatch(/1\.5 SHIRT and 2 more items have not arrived and stay in transit$/);
});

test("a short receipt is due when policy says, by the rule of whoever sent the goods; else after seven days", () => {
  const short = [shipped([sent("SHIRT", 2_000_000)]), received([got("SHIRT", 1_000_000)])];
  expect(target(...short).problems[0]?.dueHours).toBe(168);
  const dated = { when: {}, from: "2026-01-01", why: "test", layer: 3 };
  const rules = {
    ...policy,
    waits: [
      { wait: "transferReceipt" as const, days: 3, entity: "us", ...dated },
      { wait: "transferReceipt" as const, days: 9, entity: "ca", ...dated },
    ],
  };
  expect(targetLedger(short, rules, "transfer:shopify:demo.example:71").problems[0]?.dueHours).toBe(72);
});

test("each shipment of a transfer stands for itself", () => {
  const second: BusinessEvent = {
    ...(shipped([sent("MUG", 1_000_000)]) as EventOf<"transfer.shipped">),
    key: "transfer.shipped:82",
    shipmentId: "82",
  };
  const target2 = target(shipped([sent("SHIRT", 1_000_000)]), second, received([got("SHIRT", 1_000_000)]));
  expect(target2.documents.map(({ event, kind }) => `${event} ${kind}`)).toEqual([
    "transfer.shipped:81 transfer-shipped",
    "transfer.shipped:82 transfer-shipped",
    "transfer.received:81 transfer-received",
  ]);
});
