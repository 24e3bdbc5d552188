import * as z from "zod/mini";
import { toInstant } from "./instant.ts";

// The shapes of what the GraphQL Admin API answers to graphql-queries.ts, and nothing more.

const gid = z.string().check(z.maxLength(255));
const timestamp = z.custom<string>((value) => typeof value === "string" && toInstant(value) !== undefined);
const quantity = z.int().check(z.nonnegative(), z.maximum(1_000_000_000));
const sku = z.nullish(z.string().check(z.maxLength(255)));
const pageInfo = z.object({ hasNextPage: z.boolean() });
const connection = <Node extends z.ZodMiniType>(node: Node) => z.object({ nodes: z.array(node).check(z.maxLength(250)), pageInfo });
const money = z.object({ shopMoney: z.object({ amount: z.string().check(z.maxLength(40)), currencyCode: z.string() }) });
const fulfilledLine = z.nullish(z.object({ lineItem: z.object({ id: gid, sku }) }));

const disposition = z.object({ id: gid, type: z.string(), quantity, createdAt: timestamp, location: z.nullish(z.object({ id: gid })) });
const reverseFulfillmentOrder = {
  id: gid,
  lineItems: connection(
    z.object({ id: gid, fulfillmentLineItem: fulfilledLine, dispositions: z.array(disposition).check(z.maxLength(250)) }),
  ),
};

export const returnSchema = z.object({
  id: gid,
  name: z.nullish(z.string()),
  status: z.string(),
  createdAt: timestamp,
  requestApprovedAt: z.nullish(timestamp),
  closedAt: z.nullish(timestamp),
  order: z.object({ id: gid }),
  decline: z.nullish(z.object({ reason: z.nullish(z.string()) })),
  returnLineItems: connection(
    z.object({
      id: gid,
      quantity,
      fulfillmentLineItem: fulfilledLine,
      restockingFee: z.nullish(z.object({ id: gid, amountSet: money })),
    }),
  ),
  returnShippingFees: z.array(z.object({ id: gid, amountSet: money })).check(z.maxLength(250)),
  exchangeLineItems: connection(z.object({ id: gid, quantity, lineItem: z.nullish(z.object({ id: gid, sku })) })),
  reverseFulfillmentOrders: connection(z.object(reverseFulfillmentOrder)),
});

export const reverseFulfillmentOrderSchema = z.object({ ...reverseFulfillmentOrder, order: z.object({ id: gid }) });

const place = z.nullish(z.object({ location: z.nullish(z.object({ id: gid })) }));

export const inventoryTransferSchema = z.object({
  id: gid,
  origin: place,
  destination: place,
  shipments: connection(
    z.object({
      id: gid,
      status: z.string(),
      dateShipped: z.nullish(timestamp),
      dateReceived: z.nullish(timestamp),
      lineItems: connection(
        z.object({
          id: gid,
          quantity,
          acceptedQuantity: quantity,
          rejectedQuantity: quantity,
          inventoryItem: z.nullish(z.object({ sku })),
        }),
      ),
    }),
  ),
});

export type FetchedReturn = z.infer<typeof returnSchema>;
export type FetchedReverseOrder = z.infer<typeof reverseFulfillmentOrderSchema>;
export type FetchedTransfer = z.infer<typeof inventoryTransferSchema>;
