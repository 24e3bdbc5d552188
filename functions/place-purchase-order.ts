import { mayOrderFor } from "#domain/access";
import { fieldErrors } from "#domain/intake";
import type { PurchaseOrder } from "#domain/posting";
import type { ApiClients } from "#ports/api-clients";
import type { Clock } from "#ports/clock";
import type { Erp, StepAnswer } from "#ports/erp";
import type { Metrics } from "#ports/metrics";
import type { PolicyStore } from "#ports/policy-store";
import { createApiDoor, jsonReply, problemReply } from "./api-door.ts";
import type { HttpReply } from "./http-exchange.ts";
import { type PurchaseOrderAnswer, purchaseOrderText, readPurchaseOrder } from "./purchase-order-schemas.ts";

export interface PlacePurchaseOrderDependencies {
  readonly apiClients: ApiClients;
  readonly policies: PolicyStore;
  /** The ERP behind a connection; Invalid for an unknown one. */
  readonly erp: (connection: string) => Erp | Promise<Erp>;
  readonly clock: Clock;
  readonly metrics: Metrics;
}

export const orderBodyBytesMax = 100_000;
const messageCharactersMax = 500;
const againAfterSeconds = 5;
const againAfterSecondsMax = 3_600;

/**
 * POST /v1/purchase-orders: places an order in the ERP of its entity, which keeps it (0068). Its number is its key there: the same order again, for
 * example after a lost answer, is answered as the first time, and one that was cut off is taken further.
 */
export function createHandler({ apiClients, policies, erp, clock, metrics }: PlacePurchaseOrderDependencies) {
  return createApiDoor(
    { apiClients, clock, metrics },
    {
      name: "place-purchase-order",
      permission: "place-purchase-orders",
      rate: { perSecond: 5, capacity: 10 },
      bodyBytesMax: orderBodyBytesMax,
    },
    async ({ client, json }) => {
      const order = read(json);
      if ("problem" in order) return problemReply(422, "Not a purchase order", order.problem);
      const { entity, number } = order;
      if (!mayOrderFor(client, entity)) return problemReply(403, "Not permitted", "this client is not registered to order for this entity");
      const { entities } = await policies.current();
      const connection = Object.hasOwn(entities, entity) ? entities[entity]?.connection : undefined;
      if (connection === undefined) return problemReply(422, "Not a purchase order", `no entity ${entity} in the policies: send its id`);
      const { purchasing } = await erp(connection);
      if (purchasing === undefined) {
        const detail = `no-purchase-orders: the hub reaches no purchase orders in the ERP of ${entity}: place ${number} there`;
        return problemReply(422, "Refused by the ERP", detail);
      }
      return replyFor(order, await purchasing.place(order));
    },
  );
}

function read(json: unknown): PurchaseOrder | { readonly problem: string } {
  const parsed = purchaseOrderText.safeParse(json);
  if (!parsed.success) {
    return {
      problem: fieldErrors(parsed.error.issues, "")
        .map(({ field, message }) => `${field || "the body"} ${message}`)
        .join("; "),
    };
  }
  try {
    return readPurchaseOrder(parsed.data);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return { problem: `order ${parsed.data.number}: ${error.message}` };
  }
}

function replyFor({ number, entity }: PurchaseOrder, answer: StepAnswer): HttpReply {
  switch (answer.kind) {
    case "done":
      return jsonReply(200, { number, entity, erpNumber: answer.number } satisfies PurchaseOrderAnswer);
    case "refused": {
      const detail = `${answer.code}: ${answer.message}`.slice(0, messageCharactersMax);
      return answer.code === "key-reused" ? problemReply(409, "Number is taken", detail) : problemReply(422, "Refused by the ERP", detail);
    }
    case "unavailable": {
      const seconds = Math.min(Math.max(answer.retryAfterSeconds ?? againAfterSeconds, 1), againAfterSecondsMax);
      return { ...again(`${number} was not placed`, answer.message, seconds), upstream: true };
    }
    case "unknown":
      return { ...again(`nobody can say yet whether ${number} was placed`, answer.message, againAfterSeconds), upstream: true };
    case "skipped":
      return again(`${number} was not placed`, "the ERP left it out", againAfterSeconds);
  }
}

function again(what: string, why: string, seconds: number): HttpReply {
  const detail = `${what}: ${why.slice(0, messageCharactersMax)}; send the same again, it counts once`;
  return problemReply(503, "Not available", detail, { "retry-after": String(seconds) });
}
