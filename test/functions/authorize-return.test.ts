import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { LineageItem } from "#domain/lineage";
import { consumedEnds } from "#functions/return-reservations";
import { returnAnswer } from "#functions/return-schemas";
import { captured, order, refund, shipped } from "../domain/ledger/sale-events.ts";
import { returnDesk, sale } from "./return-desk.ts";

let desk: ReturnType<typeof returnDesk>;
const placed = order({ A: { quantity: 2, gross: 5_000, tax: 500 } });
beforeEach(async () => {
  desk = returnDesk();
  await desk.states(placed, captured("p1", "09:05", 5_500), shipped("f1", "10:00", { A: 2 }));
});
afterEach(() => desk.close());

describe("a return of a known sale", () => {
  test("is answered with goods, refund and tenders, and is on record as a numbered reservation", async () => {
    const { status, json } = await desk.ask();
    expect(returnAnswer.safeParse(json).error?.issues).toBeUndefined();
    expect(status).toBe(200);
    expect(json).toEqual({
      kind: "linked",
      answer: "authorized",
      transaction: sale,
      authorization: expect.stringMatching(/^RA-[0-9A-V]{12}$/),
      state: "open",
      expiresAt: "2026-12-02T18:00:00.000Z",
      lines: [
        {
          request: 0,
          lineId: "A",
          item: "SHIRT",
          condition: "as-new",
          quantityMillionths: 1_000_000,
          value: { net: 2_500, taxes: [{ code: "IL", amount: 250 }] },
        },
      ],
      refusals: [],
      refund: {
        currency: "USD",
        net: 2_500,
        taxes: [{ code: "IL", amount: 250 }],
        shipping: { net: 0, taxes: [] },
        fees: [],
        settlesUnpaid: 0,
        notCovered: 0,
        payable: 2_750,
        tenders: [{ to: "original-tender", paymentId: "p1", tender: "shopify_payments", amount: 2_750, left: 2_750 }],
      },
    });
    const [reservation] = (await desk.view()).reservations;
    expect(reservation?.granted).toMatchObject({
      key: "V#000001",
      number: 1,
      client: "till",
      request: "r-1",
      place: "7",
      policyVersion: "v1",
      basis: [{ lineId: "A", sold: 2_000_000, neverLeft: 0, handedOver: 2_000_000, returned: 0, expected: 0, promised: 0 }],
    });
  });

  test("is found by whatever name the customer has", async () => {
    desk.names.set("#1001", [sale]);
    expect((await desk.ask({ sale: "#1001" })).json).toMatchObject({ answer: "authorized", transaction: sale });
  });

  test("is found however many files, rows and windows answer to the same name", async () => {
    desk.names.set("R-1", [...Array.from({ length: 30 }, (_, index) => `file:pos:${index}`), sale]);
    expect((await desk.ask({ sale: "R-1" })).json).toMatchObject({ answer: "authorized", transaction: sale });
  });

  test("by a name of several sales is a question back", async () => {
    desk.names.set("R-1", [sale, "sale:shopify:demo.example:2"]);
    const { status, json } = await desk.ask({ sale: "R-1" });
    expect([status, json.detail]).toEqual([409, `this name is that of several sales: send one of ${sale}, sale:shopify:demo.example:2`]);
  });

  test("is another one when another client gave it the same name", async () => {
    const [one, two] = [(await desk.ask()).json, (await desk.ask({}, "second")).json];
    expect([one.answer, two.answer, one.authorization === two.authorization]).toEqual(["authorized", "authorized", false]);
  });

  test("that is refused reserves nothing and is decided anew", async () => {
    desk.now = "2027-01-15T18:00:00.000Z";
    expect((await desk.ask()).json).toMatchObject({ answer: "refused", authorization: null, refusals: [{ reason: "return-window" }] });
    expect((await desk.view()).reservations).toEqual([]);
    desk.now = "2026-12-01T18:00:00.000Z";
    expect((await desk.ask()).json).toMatchObject({ answer: "authorized" });
  });

  test("that is allowed in part says what of it is not", async () => {
    const { json } = await desk.ask({ lines: [{ lineId: "A", quantityMillionths: 3_000_000, condition: "as-new" }] });
    expect(json).toMatchObject({
      answer: "partly-authorized",
      lines: [{ quantityMillionths: 2_000_000 }],
      refusals: [{ reason: "over-return", quantityMillionths: 1_000_000 }],
    });
  });

  test("whose facts contradict themselves is not guessed", async () => {
    await desk.statesBroken({ ...placed, version: "2" });
    expect((await desk.ask()).json).toMatchObject({
      answer: "refused",
      refusals: [{ reason: "sale-unclear", message: "the tax does not add up. Then ask again." }],
    });
  });

  test.each(["unavailable", "unknown"] as const)(
    "that was perhaps not recorded (%s) is asked for again, and counts once",
    async (answer) => {
      desk.inserting = answer;
      expect((await desk.ask()).status).toBe(503);
      desk.inserting = undefined;
      expect((await desk.ask()).json).toMatchObject({ answer: "authorized" });
      expect((await desk.view()).reservations).toHaveLength(1);
    },
  );

  test("waits for the expiry of an overdue one to be on record", async () => {
    await desk.ask({ lines: [{ lineId: "A", quantityMillionths: 2_000_000, condition: "as-new" }] });
    desk.now = "2026-12-03T18:00:00.000Z";
    desk.inserting = "unavailable";
    expect((await desk.ask({ request: "r-2" })).status).toBe(503);
    desk.inserting = undefined;
    expect((await desk.ask({ request: "r-2" })).json).toMatchObject({ answer: "authorized" });
    expect((await desk.view()).reservations.map(({ end }) => end?.how)).toEqual(["expired", undefined]);
  });

  test("of which others reserve every time gives up after a few tries", async () => {
    desk.inserting = "conflict";
    expect((await desk.ask()).status).toBe(503);
  });
});

test("a sale takes five hundred authorised returns, so that it stays readable", async () => {
  await desk.ask({ request: "first" });
  const [first] = (await desk.view()).reservations;
  const many = Array.from({ length: 499 }, (_, index): LineageItem[] => {
    const key = `V#${String(index + 2).padStart(6, "0")}`;
    const end = { type: "reservation-end", transaction: sale, key: `${key}#E`, at: desk.now, how: "cancelled", by: "till" } as const;
    return [{ ...first!.granted, key, number: index + 2, request: `r ${index}` }, end];
  });
  await desk.insert(many.flat());
  expect((await desk.ask({ request: "last" })).json).toMatchObject({ title: "Too many returns", status: 409 });
});

describe("a return that no sale is found for", () => {
  const lines = [{ item: "SHIRT", quantityMillionths: 1_000_000, condition: "as-new", amount: 1_500 }];

  test("is answered by the rule for blind returns", async () => {
    const expected = {
      kind: "blind",
      answer: "authorized",
      lines: [0],
      refusals: [],
      refund: { currency: "USD", payable: 1_500, to: "store-credit" },
    };
    expect((await desk.ask({ sale: undefined, lines })).json).toEqual(expected);
    expect((await desk.ask({ sale: "#9999", lines })).json).toEqual(expected);
  });

  test("and comes to too much, or is sent in, is refused", async () => {
    const dear = await desk.ask({ sale: undefined, lines: [{ ...lines[0], amount: 2_001 }] });
    expect(dear.json).toMatchObject({ kind: "blind", answer: "refused", refusals: [{ reason: "blind-limit" }] });
  });
});

describe("who may ask, and what", () => {
  test.each([
    ["nobody", {}, 401],
    ["reader", {}, 403],
    ["other", {}, 403],
    ["till", { place: "9" }, 403],
    ["till", { request: "" }, 422],
    ["till", { lines: [] }, 422],
    ["till", { lines: [{ quantityMillionths: 1_000_000, condition: "as-new" }] }, 422],
    ["till", { lines: [{ lineId: "A", quantityMillionths: 0, condition: "as-new" }] }, 422],
    ["till", { lines: [{ lineId: "A", quantityMillionths: 1, condition: "mint" }] }, 422],
    ["till", { customer: "x" }, 422],
    ["till", { sale: "x".repeat(60_000) }, 413],
  ])("%s with %j is %i", async (client, body, status) => {
    expect((await desk.ask(body, client)).status).toBe(status);
    expect((await desk.view()).reservations).toEqual([]);
  });
});

describe("a reservation ends", () => {
  const backFor = (authorization: string | undefined, id = "r1") => ({
    ...refund(id, "12:00", { lines: { A: { subtotal: 2_500, tax: 250, restock: "return" } }, money: { m1: 2_750 } }),
    occurredAt: "2026-12-01T19:00:00.000Z",
    ...(authorization === undefined ? {} : { authorization }),
  });

  test("by the fact that names it: the unit that came back is counted once, and the other one is free", async () => {
    const { authorization } = (await desk.ask({ lines: [{ lineId: "A", quantityMillionths: 2_000_000, condition: "as-new" }] })).json;
    await desk.states(backFor(authorization));
    expect(
      (await desk.ask({ request: "r-2", lines: [{ lineId: "A", quantityMillionths: 2_000_000, condition: "as-new" }] })).json,
    ).toMatchObject({
      answer: "partly-authorized",
      lines: [{ quantityMillionths: 1_000_000, value: { net: 2_500 } }],
      refusals: [{ reason: "over-return" }],
      refund: { payable: 2_750 },
    });
    expect((await desk.view()).reservations[0]?.end).toMatchObject({
      how: "consumed",
      by: "hub",
      event: "refund.issued:r1",
      lines: [{ lineId: "A", quantityMillionths: 1_000_000 }],
    });
  });

  test("not by a refund of the sale's own channel when it was made for a till", async () => {
    await desk.ask();
    await desk.states(backFor(undefined));
    expect(consumedEnds(await desk.view(), desk.now)).toEqual([]);
  });
});
