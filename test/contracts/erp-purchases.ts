import { expect, type TestContext } from "vitest";
import type { PurchaseOrder } from "#domain/posting";
import type { Erp, ErpPurchasing, StepAnswer } from "#ports/erp";
import { skipReason } from "../skip.ts";
import { reverseStep, stockStep } from "./erp-steps.ts";
import type { FaultyHttp } from "./faulty-http.ts";

interface World {
  readonly erp: Erp;
  readonly http: FaultyHttp;
}

/** Ten hats at 2.50 each from the mill, for DC. */
const order: PurchaseOrder = {
  number: "PO-300",
  entity: "north",
  vendor: "MILL",
  location: "DC",
  currency: "USD",
  orderedOn: "2026-03-02",
  lines: [{ item: "HAT", quantityMillionths: 10_000_000, unitCost: 250 }],
};

/** Goods of an order: Dr inventory, Cr 3000, which stands for goods received not invoiced. */
const receipt = (erpKey: string, movements: Parameters<typeof stockStep>[1], purchaseOrder = order.number) =>
  stockStep(erpKey, movements, "3000", purchaseOrder);

const receiptTitles = [
  "receives an order in parts, and says what is still to come; a receipt that comes again is the first one",
  "refuses to receive more than is still to come, by name, and nothing of it is booked",
  "refuses a receipt on an order that is not there, and at another place than the order is for",
  "lets the goods of a receipt that was taken back come on the same order again",
  "receives an order to the piece wherever an answer about it is lost",
] as const;

/** The known gap of an adapter that places orders and receives nothing on them. */
export function receiptGaps(reason: string): Readonly<Record<string, string>> {
  return Object.fromEntries(receiptTitles.map((title) => [title, reason]));
}

/** What every adapter keeps that reaches the orders to vendors of its ERP. */
export function purchaseContract(
  name: string,
  it: (title: string, run: (context: TestContext) => Promise<void>) => void,
  world: () => World,
): void {
  function test(title: string, run: (purchasing: ErpPurchasing) => Promise<void>): void {
    it(title, async ({ skip }) => {
      const { purchasing } = world().erp;
      if (purchasing !== undefined) return await run(purchasing);
      skipReason(`${name}: ${title}`, "the adapter reaches no purchase orders");
      skip();
    });
  }

  async function submitOne(...steps: Parameters<Erp["submit"]>[0][number]): Promise<readonly StepAnswer[]> {
    const [answers] = await world().erp.submit([steps]);
    return answers!;
  }

  /** [open, item, ordered, received] of each line, in pieces. */
  async function pieces(purchasing: ErpPurchasing): Promise<unknown[]> {
    const [held] = await purchasing.find("north", [order.number]);
    return (held?.lines ?? []).map(({ item, quantityMillionths, receivedMillionths }) => [
      item,
      quantityMillionths / 1_000_000,
      receivedMillionths / 1_000_000,
    ]);
  }

  test("places a purchase order once however often it comes, and reads it back by our number and by the ERP's", async (purchasing) => {
    const first = await purchasing.place(order);
    expect(first).toMatchObject({ kind: "done", number: expect.stringMatching(/./) });
    expect(await purchasing.place(order)).toEqual(first);
    const erpNumber = first.kind === "done" ? first.number : "";
    const held = { ...order, erpNumber, open: true, lines: [{ ...order.lines[0], receivedMillionths: 0 }] };
    expect(await purchasing.find("north", ["PO-301", "PO-300", erpNumber])).toEqual([undefined, held, held]);
    expect((await world().erp.trialBalance("north", {})).accounts).toEqual([]);
  });

  test("refuses other content under the number of an order, saying what differs", async (purchasing) => {
    await purchasing.place(order);
    const dearer = { ...order, lines: [{ item: "HAT", quantityMillionths: 10_000_000, unitCost: 260 }] };
    expect(await purchasing.place(dearer)).toMatchObject({
      kind: "refused",
      code: "key-reused",
      message: expect.stringContaining("PO-300"),
    });
    expect(await pieces(purchasing)).toEqual([["HAT", 10, 0]]);
  });

  test("refuses an order whose vendor, item or location the ERP does not know, or whose item is no longer bought, naming it", async (purchasing) => {
    const [line] = order.lines;
    const answers: StepAnswer[] = [];
    for (const wrong of [
      { vendor: "WEAVER" },
      { location: "MOON" },
      { lines: [{ ...line!, item: "CAP" }] },
      { lines: [{ ...line!, item: "OLD-HAT" }] },
    ])
      answers.push(await purchasing.place({ ...order, ...wrong }));
    expect(answers).toMatchObject([
      { kind: "refused", code: "unknown-vendor", message: expect.stringContaining("WEAVER") },
      { kind: "refused", code: "unknown-location", message: expect.stringContaining("MOON") },
      { kind: "refused", code: "unknown-item", message: expect.stringContaining("CAP") },
      { kind: "refused", code: "unknown-item", message: expect.stringContaining("OLD-HAT") },
    ]);
    expect(await purchasing.find("north", [order.number])).toEqual([undefined]);
  });

  test("refuses an order without lines, or with an item twice", async (purchasing) => {
    expect(await purchasing.place({ ...order, lines: [] })).toMatchObject({ kind: "refused", code: expect.stringMatching(/^invalid-/) });
    const twice = { ...order, lines: [order.lines[0]!, order.lines[0]!] };
    expect(await purchasing.place(twice)).toMatchObject({ kind: "refused", code: "invalid-order" });
  });

  test("places an order once where its answer is lost", async (purchasing) => {
    let answer: StepAnswer | undefined;
    for (let attempt = 0; attempt < 12 && answer?.kind !== "done"; attempt += 1) {
      // A send further on each time: whatever the adapter sends for the order is cut off once.
      world().http.pass(attempt);
      world().http.loseAnswers(1);
      answer = await purchasing.place(order);
      world().http.heal();
    }
    expect(answer).toMatchObject({ kind: "done" });
    expect(await purchasing.place(order)).toEqual(answer);
    expect(await pieces(purchasing)).toEqual([["HAT", 10, 0]]);
  });

  test("receives an order in parts, and says what is still to come; a receipt that comes again is the first one", async (purchasing) => {
    await purchasing.place(order);
    const first = await submitOne(receipt("receipt-1@1", [[4, 1_000]]));
    expect(first).toMatchObject([{ kind: "done", costs: [{ movement: "line-1", totalCost: 1_000 }] }]);
    expect(await submitOne(receipt("receipt-1@1", [[4, 1_000]]))).toEqual(first);
    expect(await pieces(purchasing)).toEqual([["HAT", 10, 4]]);
    expect(await submitOne(receipt("receipt-2@1", [[6, 1_500]]))).toMatchObject([{ kind: "done" }]);
    expect(await pieces(purchasing)).toEqual([["HAT", 10, 10]]);
    expect(await world().erp.find(["receipt-1@1"])).toEqual(first);
    expect((await world().erp.documentKeys({ entity: "north" }, undefined, 10)).keys).toEqual(["receipt-1@1", "receipt-2@1"]);
    const { accounts } = await world().erp.trialBalance("north", {});
    expect(accounts.map(({ account, debit, credit }) => [account, debit, credit])).toEqual([
      ["1300", 2_500, 0],
      ["3000", 0, 2_500],
    ]);
    expect(await world().erp.stock("north")).toEqual([
      { item: "HAT", location: "DC", quantityMillionths: 10_000_000, value: 2_500, movements: 2 },
    ]);
  });

  test("refuses to receive more than is still to come, by name, and nothing of it is booked", async (purchasing) => {
    await purchasing.place(order);
    await submitOne(receipt("receipt-1@1", [[4, 1_000]]));
    expect(await submitOne(receipt("receipt-2@1", [[7, 1_750]]))).toMatchObject([
      { kind: "refused", code: "over-receipt", message: expect.stringMatching(/7 of HAT.*PO-300.*6/) },
    ]);
    expect(await pieces(purchasing)).toEqual([["HAT", 10, 4]]);
    expect(await world().erp.stock("north")).toMatchObject([{ quantityMillionths: 4_000_000, value: 1_000 }]);
    expect(await world().erp.find(["receipt-2@1"])).toEqual([undefined]);
  });

  test("refuses a receipt on an order that is not there, and at another place than the order is for", async (purchasing) => {
    await purchasing.place(order);
    const answers = await world().erp.submit([
      [receipt("receipt-1@1", [[1, 250]], "PO-999")],
      [receipt("receipt-2@1", [[1, 250, "SHOP"]])],
    ]);
    expect(answers).toMatchObject([
      [{ kind: "refused", code: "unknown-purchase-order", message: expect.stringContaining("PO-999") }],
      [{ kind: "refused", code: "other-location", message: expect.stringMatching(/PO-300.*DC.*SHOP/) }],
    ]);
    expect(await world().erp.stock("north")).toEqual([]);
  });

  test("lets the goods of a receipt that was taken back come on the same order again", async (purchasing) => {
    await purchasing.place(order);
    await submitOne(receipt("receipt-1@1", [[10, 2_500]]));
    const corrected = await submitOne(reverseStep("receipt-1@1/reversal", "receipt-1@1"), receipt("receipt-1@2", [[9, 2_250]]));
    expect(corrected).toMatchObject([{ kind: "done" }, { kind: "done" }]);
    expect(await pieces(purchasing)).toEqual([["HAT", 10, 9]]);
    expect(await world().erp.stock("north")).toMatchObject([{ quantityMillionths: 9_000_000, value: 2_250 }]);
  });

  test("receives an order to the piece wherever an answer about it is lost", async (purchasing) => {
    await purchasing.place(order);
    let answer: StepAnswer | undefined;
    for (let attempt = 0; attempt < 12 && answer?.kind !== "done"; attempt += 1) {
      world().http.pass(attempt);
      world().http.loseAnswers(world().erp.capabilities.idempotency === "native" ? 2 : 1);
      [answer] = await submitOne(receipt("receipt-1@1", [[4, 1_000]]));
      world().http.heal();
    }
    expect(answer).toMatchObject({ kind: "done", costs: [{ movement: "line-1", totalCost: 1_000 }] });
    expect(await pieces(purchasing)).toEqual([["HAT", 10, 4]]);
    expect(await world().erp.stock("north")).toMatchObject([{ quantityMillionths: 4_000_000, value: 1_000 }]);
  });
}
