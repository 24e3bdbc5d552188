import type { SourceResource } from "./notice.ts";

// The sizes of the pages keep each query within the cost that one request may have (1,000 points); an object with more than a page holds
// is kept and not believed, by name.

const reverseLines = `lineItems(first: 50) {
  nodes {
    id
    fulfillmentLineItem { lineItem { id sku } }
    dispositions { id type quantity createdAt location { id } }
  }
  pageInfo { hasNextPage }
}`;

const returnQuery = `query ThroughlineReturn($id: ID!) {
  return(id: $id) {
    id name status createdAt requestApprovedAt closedAt
    order { id }
    decline { reason }
    returnLineItems(first: 100) {
      nodes {
        id quantity
        ... on ReturnLineItem {
          fulfillmentLineItem { lineItem { id sku } }
          restockingFee { id amountSet { shopMoney { amount currencyCode } } }
        }
      }
      pageInfo { hasNextPage }
    }
    returnShippingFees { id amountSet { shopMoney { amount currencyCode } } }
    exchangeLineItems(first: 50) {
      nodes { id quantity lineItem { id sku } }
      pageInfo { hasNextPage }
    }
    reverseFulfillmentOrders(first: 5) {
      nodes { id ${reverseLines} }
      pageInfo { hasNextPage }
    }
  }
}`;

const reverseFulfillmentOrderQuery = `query ThroughlineReverseFulfillmentOrder($id: ID!) {
  reverseFulfillmentOrder(id: $id) { id order { id } ${reverseLines} }
}`;

const inventoryTransferQuery = `query ThroughlineInventoryTransfer($id: ID!) {
  inventoryTransfer(id: $id) {
    id
    origin { location { id } }
    destination { location { id } }
    shipments(first: 5) {
      nodes {
        id status dateShipped dateReceived
        lineItems(first: 100) {
          nodes { id quantity acceptedQuantity rejectedQuantity inventoryItem { sku } }
          pageInfo { hasNextPage }
        }
      }
      pageInfo { hasNextPage }
    }
  }
}`;

/** What is read over GraphQL, because the REST Admin API does not know it: the query, and the field of `data` that answers. */
export const graphqlQueries: Readonly<
  Record<Exclude<SourceResource, "order">, { readonly type: string; readonly field: string; readonly query: string }>
> = {
  return: { type: "Return", field: "return", query: returnQuery },
  "reverse-fulfillment-order": {
    type: "ReverseFulfillmentOrder",
    field: "reverseFulfillmentOrder",
    query: reverseFulfillmentOrderQuery,
  },
  "inventory-transfer": { type: "InventoryTransfer", field: "inventoryTransfer", query: inventoryTransferQuery },
};
