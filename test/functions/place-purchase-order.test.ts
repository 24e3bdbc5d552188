import { describe, expect, test } from "vitest";
import type { PurchaseOrder } from "#domain/posting";
import { createHandler } from "#functions/place-purchase-order";
import { purchaseOrderAnswer } from "#functions/purchase-order-schemas";
import type { Erp, StepAnswer } from "#ports/erp";
import { apiHouse, buyer, read, request, till } from "./api-house.ts";

const body = {
  number: "PO-300",
  entity: "US1",
  vendor: "linen-mill",
  location: "dc-columbus",
  currency: "USD",
  orderedOn: "2026-11-27",
  lines: [{ item: "LINEN-THROW", quantity: "40.5", unitCost: "21.50" }],
};

const policy = { entities: { US1: { connection: "erp-us" } } };

/** A hub whose ERP answers orders in turn; none: it reaches no orders. */
function house(...answers: readonly StepAnswer[]) {
  const { ports, recorded } = apiHouse();
  const placed: PurchaseOrder[] = [];
  const left = [...answers];
  const purchasing = {
    place: async (order: PurchaseOrder) => {
      placed.push(order);
      return left.shift()!;
    },
  };
  const erp = (answers.length === 0 ? {} : { purchasing }) as unknown as Erp;
  const policies = { current: async () => policy };
  const handle = createHandler({ ...ports, policies: policies as never, erp: () => erp });
  return { placed, recorded, send: async (json: unknown, as = buyer) => read(await handle(request(as, { json }))) };
}

test("an order is placed in the ERP of its entity, in the domain's units, and answered with the ERP's number", async () => {
  const { send, placed, recorded } = house({ kind: "done", number: "P00007" });
  const reply = await send(body);
  expect(reply).toEqual({ status: 200, json: { number: "PO-300", entity: "US1", erpNumber: "P00007" } });
  expect(purchaseOrderAnswer.safeParse(reply.json).success).toBe(true);
  expect(placed).toEqual([{ ...body, lines: [{ item: "LINEN-THROW", quantityMillionths: 40_500_000, unitCost: 2_150 }] }]);
  expect(recorded).toEqual(['ApiRequests 1 count {"operation":"place-purchase-order","status":"200"}']);
});

describe("what the ERP does not take", () => {
  test.each<[StepAnswer, number, string, string]>([
    [{ kind: "refused", code: "unknown-vendor", message: "create it" }, 422, "Refused by the ERP", "unknown-vendor: create it"],
    [{ kind: "refused", code: "key-reused", message: "it differs" }, 409, "Number is taken", "key-reused: it differs"],
    [
      { kind: "unavailable", message: "it is down" },
      503,
      "Not available",
      "PO-300 was not placed: it is down; send the same again, it counts once",
    ],
    [
      { kind: "unknown", message: "no answer" },
      503,
      "Not available",
      "nobody can say yet whether PO-300 was placed: no answer; send the same again, it counts once",
    ],
  ])("is told with what to do next: %j", async (answer, status, title, detail) => {
    expect(await house(answer).send(body)).toEqual({ status, json: { title, status, detail } });
  });

  test("is told in bounds, and for how long to wait where the ERP says so", async () => {
    const { ports } = apiHouse();
    const answer: StepAnswer = { kind: "unavailable", throttled: true, retryAfterSeconds: 90, message: "x".repeat(5_000) };
    const policies = { current: async () => policy } as never;
    const erp = () => ({ purchasing: { place: async () => answer } }) as unknown as Erp;
    const reply = await createHandler({ ...ports, policies, erp })(request(buyer, { json: body }));
    expect([reply.status, reply.headers?.["retry-after"], reply.body.length < 700]).toEqual([503, "90", true]);
  });

  test.each<[StepAnswer, boolean | undefined]>([
    [{ kind: "unavailable", message: "it is down" }, true],
    [{ kind: "unknown", message: "no answer" }, true],
    [{ kind: "skipped" }, undefined],
    [{ kind: "refused", code: "unknown-vendor", message: "create it" }, undefined],
    [{ kind: "done", number: "P00007" }, undefined],
  ])("is the ERP's, and not the hub's, where it does not answer: %j", async (answer, upstream) => {
    const { ports } = apiHouse();
    const policies = { current: async () => policy } as never;
    const erp = () => ({ purchasing: { place: async () => answer } }) as unknown as Erp;
    expect((await createHandler({ ...ports, policies, erp })(request(buyer, { json: body }))).upstream).toBe(upstream);
  });

  test("is told where the hub reaches no orders of that ERP", async () => {
    expect(await house().send(body)).toMatchObject({
      status: 422,
      json: { detail: expect.stringMatching(/^no-purchase-orders: .*US1.*PO-300/) },
    });
  });
});

describe("a request that is no order reaches no ERP", () => {
  test.each([
    [{ ...body, number: "" }, 422, /^number /],
    [{ ...body, note: "please" }, 422, /note/],
    [{ ...body, currency: "USS" }, 422, /^currency /],
    [{ ...body, orderedOn: "2026-02-30" }, 422, /^orderedOn /],
    [{ ...body, lines: [] }, 422, /^lines /],
    [{ ...body, lines: [{ ...body.lines[0], quantity: 40 }] }, 422, /^lines\[0\]\.quantity /],
    [{ ...body, lines: [{ ...body.lines[0], unitCost: "21.505" }] }, 422, /^order PO-300: .*21\.505/],
    [{ ...body, entity: "CA1" }, 403, /order for this entity/],
  ])("%#", async (json, status, detail) => {
    const { send, placed } = house({ kind: "done", number: "P00007" });
    expect(await send(json)).toMatchObject({ status, json: { detail: expect.stringMatching(detail) } });
    expect(placed).toEqual([]);
  });

  test("of a client that may not order at all", async () => {
    const { send, placed } = house({ kind: "done", number: "P00007" });
    expect(await send(body, till)).toMatchObject({ status: 403, json: { detail: expect.stringContaining("place-purchase-orders") } });
    expect(placed).toEqual([]);
  });
});
