import { describe, expect, test } from "vitest";
import type { Problem } from "#domain/exceptions";
import { type ClosureItem, type ExceptionItem, type LineageItem, viewTransaction } from "#domain/lineage";
import { openedException, settledBy, stillOpenWith } from "#domain/posting";
import { reconcileExceptions } from "../../../domain/posting/reconcile-exceptions.ts";
import { problem } from "../../fixtures/posting.ts";
import { at, closedBy, exceptionTexts, keyOf } from "../../fixtures/posting-case.ts";

const sale = "sale:shopify:shop.example:1";
const view = (...items: LineageItem[]) => viewTransaction(sale, items);
const reconcile = (
  items: readonly LineageItem[],
  found: { readonly shared?: readonly Problem[]; readonly own?: readonly Problem[] } = {},
  connection = "erp",
) => reconcileExceptions(view(...items), { shared: [], own: [], ...found }, connection, at(0));
/** What is opened and closed, and the classes that block. */
const summary = (...given: Parameters<typeof reconcile>) => {
  const { items, blocking } = reconcile(...given);
  return [...exceptionTexts(items), ...blocking.map((each) => `${each.class} blocks`)];
};
function open(found: Problem, connection?: string): ExceptionItem {
  const item = openedException(view(), found, connection, at(0));
  if (item === undefined) throw new Error(`${found.class} was open already`);
  return item;
}

const unmapped = problem({ class: "data.unmapped", code: "item", cause: "item:MUG", message: "map MUG", document: keyOf("a"), event: "a" });
const restatement = problem({ class: "policy.restatement", code: "replace" });
const negative = problem({ class: "inventory.negative", code: "stock" });
const unknownPromotion = problem({ class: "promotion.unknown", code: "shopify" });
const lateEvent = problem({ class: "period.late-event" });

describe("a problem that is new", () => {
  test("opens an exception with what it says, when it is due, and the connection that alone sees it", () => {
    expect(reconcile([], { own: [unmapped] }).items).toEqual([
      {
        type: "exception",
        transaction: "sale:shopify:shop.example:1",
        key: expect.stringMatching(/^X#data\.unmapped#[0-9a-f]{16}#0001$/),
        at: "2026-11-27T12:00:00.000Z",
        class: "data.unmapped",
        code: "item",
        cause: "item:MUG",
        message: "map MUG",
        document: "sale:shopify:shop.example:1/a",
        event: "a",
        connection: "erp",
        occurrence: 1,
        dueAt: "2026-11-27T16:00:00.000Z",
      },
    ]);
  });

  test("that every connection sees names none", () => {
    expect(reconcile([], { shared: [unmapped] }).items[0]).not.toHaveProperty("connection");
  });

  test("is one exception, however often it is found", () => {
    expect(summary([], { shared: [unmapped, { ...unmapped, message: "other words" }], own: [unmapped] })).toEqual([
      "open data.unmapped/item #1",
      "data.unmapped blocks",
    ]);
  });

  test.each([
    ["cause", { cause: "item:CUP" }],
    ["code", { code: "tax" }],
    ["class", { class: "data.missing" as const }],
  ])("is another exception for another %s", (_, other) => {
    expect(reconcile([], { shared: [unmapped, { ...unmapped, ...other }] }).items.length).toBe(2);
  });

  test("of a class that blocks nothing is on record and holds nothing", () => {
    expect(summary([], { shared: [lateEvent] })).toEqual(["open period.late-event/test #1"]);
  });
});

describe("a problem that is on record", () => {
  const item = open(unmapped);

  test("and still holds is not opened again, and blocks", () => {
    expect(summary([item], { shared: [unmapped] })).toEqual(["data.unmapped blocks"]);
  });

  test("and is gone is closed by the hub", () => {
    expect(reconcile([item])).toEqual({
      items: [
        {
          type: "closure",
          transaction: "sale:shopify:shop.example:1",
          key: `${item.key}#C`,
          at: "2026-11-27T12:00:00.000Z",
          by: "hub",
          reason: "its cause is gone",
        },
      ],
      blocking: [],
    });
  });

  test("and was found by an operation, and not by a decision, is left to whoever closes it by name, and holds nothing", () => {
    expect(reconcile([{ ...item, foundBy: "operation" }])).toEqual({ items: [], blocking: [] });
  });

  test("and was closed before is not closed twice", () => {
    expect(summary([item, closedBy(item, "hub")])).toEqual([]);
  });

  test("and comes back is its next occurrence, under a key of its own", () => {
    const again = reconcile([item, closedBy(item, "hub")], { shared: [unmapped] });
    expect(exceptionTexts(again.items)).toEqual(["open data.unmapped/item #2"]);
    expect(again.items[0]?.key).toBe(item.key.replace("#0001", "#0002"));
  });

  test("counts its occurrences from the latest", () => {
    const second = { ...item, key: item.key.replace("#0001", "#0002"), occurrence: 2 };
    const both = [item, closedBy(item, "hub"), second];
    expect(summary(both, { shared: [unmapped] })).toEqual(["data.unmapped blocks"]);
    expect(summary([...both, closedBy(second, "hub")], { shared: [unmapped] })).toEqual([
      "open data.unmapped/item #3",
      "data.unmapped blocks",
    ]);
  });

  test("and is closed by a person although it holds is opened again: the hub alone knows when its cause is gone", () => {
    expect(summary([item, closedBy(item, "ana")], { shared: [unmapped] })).toEqual(["open data.unmapped/item #2", "data.unmapped blocks"]);
  });
});

describe("one connection's exceptions are its own", () => {
  const item = open(unmapped, "erp");

  test("another connection, which cannot see the cause, neither closes them nor is held by them", () => {
    expect(summary([item], {}, "other")).toEqual([]);
    expect(summary([open(restatement, "erp")], {}, "other")).toEqual([]);
  });

  test("its own decision closes them", () => {
    expect(summary([item], {}, "erp")).toEqual(["close data.unmapped by hub"]);
  });

  test("what concerns the transaction as such is closed by whichever comes first", () => {
    expect(summary([open(unmapped)], {}, "other")).toEqual(["close data.unmapped by hub"]);
  });
});

describe("a class that only a person closes", () => {
  test("stays open, and blocks, when its cause is gone", () => {
    expect(summary([open(restatement)])).toEqual(["policy.restatement blocks"]);
  });

  test("stays open, and holds nothing, when its class blocks nothing", () => {
    expect(summary([open(negative)])).toEqual([]);
  });

  test("is not opened again by a cause that lasts, once a person has closed it", () => {
    const item = open(negative);
    expect(summary([item, closedBy(item, "ana")], { own: [negative] })).toEqual([]);
  });

  test("stays closed by a person's word also where the hub closes it by itself, as it blocks nothing", () => {
    const item = open(unknownPromotion);
    expect(summary([item], {})).toEqual(["close promotion.unknown by hub"]);
    expect(summary([item, closedBy(item, "ana")], { shared: [unknownPromotion] })).toEqual([]);
    expect(summary([item, closedBy(item, "hub")], { shared: [unknownPromotion] })).toEqual(["open promotion.unknown/shopify #2"]);
  });

  test("is opened again with another amount: what was taken as it is was taken at that", () => {
    const five = { ...unknownPromotion, amount: 5_00, currency: "USD" };
    const closed = [open(five), closedBy(open(five), "ana")];
    expect(summary(closed, { shared: [{ ...five, message: "in other words" }] })).toEqual([]);
    expect(summary(closed, { shared: [{ ...five, amount: 50_00 }] })).toEqual(["open promotion.unknown/shopify #2"]);
    expect(summary(closed, { shared: [{ ...five, currency: "CAD" }] })).toEqual(["open promotion.unknown/shopify #2"]);
  });

  test("is opened under a key of its own by another cause", () => {
    const item = open(negative);
    const items = reconcile([item, closedBy(item, "ana")], { own: [{ ...negative, cause: "another place" }] }).items;
    expect(exceptionTexts(items)).toEqual(["open inventory.negative/stock #1"]);
    expect(items[0]?.key).not.toBe(item.key);
  });

  test("is opened again when it was the hub that closed it", () => {
    const item = open(negative);
    expect(summary([item, closedBy(item, "hub")], { own: [negative] })).toEqual(["open inventory.negative/stock #2"]);
  });

  test("but a closed restatement still holds its document: closing is no approval", () => {
    const item = open(restatement);
    expect(summary([item, closedBy(item, "ana")], { own: [restatement] })).toEqual(["policy.restatement blocks"]);
    expect(summary([item, closedBy(item, "ana")])).toEqual([]);
  });
});

describe("what kept a connection from deciding", () => {
  const unknown = problem({ class: "erp.unknown-outcome", code: "erp", cause: "P#erp#000001" });

  test("is opened once, and closes nothing: nobody looked at the other causes", () => {
    const [item] = stillOpenWith(view(open(unmapped)), unknown, "erp", at(0)) as (ExceptionItem | ClosureItem)[];
    if (item?.type !== "exception") throw new Error("nothing was opened");
    expect(item).toMatchObject({ class: "erp.unknown-outcome", connection: "erp", occurrence: 1, dueAt: "2026-11-27T13:00:00.000Z" });
    expect(stillOpenWith(view(open(unmapped), item), unknown, "erp", at(0))).toEqual([]);
  });

  test("comes back as its next occurrence", () => {
    const item = open(unknown, "erp");
    expect(exceptionTexts(stillOpenWith(view(item, closedBy(item, "hub")), unknown, "erp", at(0)))).toEqual([
      "open erp.unknown-outcome/erp #2",
    ]);
  });
});

describe("who may end an exception", () => {
  const item = open(unmapped);

  test.each([
    ["what heals with a later fact is the hub's", "hub", item],
    ["what its class gives to a person is a person's", "person", open(negative)],
    ["what an operation found is a person's too: no decision sees its cause", "person", { ...item, foundBy: "operation" as const }],
    ["so is a held file, whose correction is another file", "person", { ...item, transaction: "file:pos:9f86d081" }],
    ["what waits for an approval is decided there", "approval", open(problem({ class: "policy.approval-needed", code: "concession" }))],
  ])("%s", (_what, who, exception) => {
    expect(settledBy(exception, [])).toBe(who);
  });

  test("a person's closure of a held file stands while it is held", () => {
    const held = { ...item, transaction: "file:pos:9f86d081" };
    const file = viewTransaction(held.transaction, [held, { ...closedBy(item, "ana"), transaction: held.transaction }]);
    expect(exceptionTexts(reconcileExceptions(file, { shared: [], own: [unmapped] }, "erp", at(0)).items)).toEqual([]);
  });
});
