import type { BusinessEvent, EventOf } from "#domain/events";
import { eventKey } from "#domain/identity";
import type { Facts } from "./facts.ts";
import type { FetchedReturn, FetchedReverseOrder } from "./fetched-schemas.ts";
import { millionthsPerUnit } from "./fulfillment.ts";
import { nativeIdOf } from "./gid.ts";
import { toInstant } from "./instant.ts";
import { Reading } from "./reading.ts";

type Disposition = EventOf<"return.received">["disposition"];

const dispositions: Readonly<Record<string, Disposition>> = {
  RESTOCKED: "restocked",
  NOT_RESTOCKED: "not-restocked",
  PROCESSING_REQUIRED: "processing",
  MISSING: "missing",
};

const statuses = ["REQUESTED", "OPEN", "CLOSED", "DECLINED", "CANCELED"];

/**
 * The facts of a return as it was read at `readAt`. It states no time of change, so what may still change (its lines and fees) takes the
 * reading as its version. It states no time of a decline or a cancellation either: they are dated by its closing, else by its request.
 */
export function readReturn(found: FetchedReturn, readAt: string): Facts {
  const id = nativeIdOf(found.id) ?? "";
  const orderId = nativeIdOf(found.order.id) ?? "";
  const reading = new Reading("return", id, found.returnShippingFees[0]?.amountSet.shopMoney.currencyCode ?? feeCurrency(found) ?? "");
  const references = [{ type: "return" as const, value: id }];
  if (!statuses.includes(found.status)) reading.fail("data.value", "status", [], `is none of ${statuses.join(", ")}`);
  for (const [field, { pageInfo }] of [
    ["returnLineItems", found.returnLineItems],
    ["exchangeLineItems", found.exchangeLineItems],
    ["reverseFulfillmentOrders", found.reverseFulfillmentOrders],
  ] as const) {
    if (pageInfo.hasNextPage) tooMany(field, reading);
  }
  const fees = readFees(found, reading);
  const lines = found.returnLineItems.nodes.map((line) => ({
    id: nativeIdOf(line.id) ?? "",
    ...lineOf(line.fulfillmentLineItem),
    quantityMillionths: line.quantity * millionthsPerUnit,
  }));
  const receipts = found.reverseFulfillmentOrders.nodes.flatMap((order) => readReceipts(order, orderId, id, reading));
  if (reading.broken) return { events: [], references, problems: reading.problems };

  const createdAt = toInstant(found.createdAt)!;
  const approvedAt = found.requestApprovedAt ? toInstant(found.requestApprovedAt)! : createdAt;
  const endedAt = found.closedAt ? toInstant(found.closedAt)! : createdAt;
  const common = { schema: 1 as const, version: readAt, orderId, returnId: id };
  const events: BusinessEvent[] = [
    {
      name: "return.requested",
      key: eventKey("return.requested", id),
      ...common,
      occurredAt: createdAt,
      ...(found.name ? { returnName: found.name } : {}),
      lines,
    },
  ];
  if (found.requestApprovedAt || found.status === "OPEN" || found.status === "CLOSED") {
    const currency = fees.length === 0 ? {} : { currency: reading.currency };
    events.push({
      name: "return.authorized",
      key: eventKey("return.authorized", id),
      ...common,
      occurredAt: approvedAt,
      lines,
      ...currency,
      fees,
    });
  }
  events.push(...receipts);
  if (found.exchangeLineItems.nodes.length > 0) events.push(exchangeOf(found, common, approvedAt));
  if (found.status === "DECLINED") {
    const reason = found.decline?.reason;
    events.push({
      name: "return.rejected",
      key: eventKey("return.rejected", id),
      ...common,
      occurredAt: endedAt,
      ...(reason ? { reason } : {}),
    });
  }
  if (found.status === "CANCELED")
    events.push({ name: "return.cancelled", key: eventKey("return.cancelled", id), ...common, occurredAt: endedAt });
  if (found.status === "CLOSED") events.push({ name: "return.closed", key: eventKey("return.closed", id), ...common, occurredAt: endedAt });
  return { events, references, problems: [] };
}

/** What came back, where the notice names the warehouse's order and not the return. */
export function readReverseFulfillmentOrder(found: FetchedReverseOrder): Facts {
  const reading = new Reading("reverse fulfillment order", nativeIdOf(found.id) ?? "", "");
  const events = readReceipts(found, nativeIdOf(found.order.id) ?? "", undefined, reading);
  return { events: reading.broken ? [] : events, references: [], problems: reading.problems };
}

/** A receipt never changes once it was made: its own time is its version, whichever way it is read. */
function readReceipts(
  order: Pick<FetchedReverseOrder, "lineItems">,
  orderId: string,
  returnId: string | undefined,
  reading: Reading,
): EventOf<"return.received">[] {
  if (order.lineItems.pageInfo.hasNextPage) tooMany("reverseFulfillmentOrders.lineItems", reading);
  return order.lineItems.nodes.flatMap((line) =>
    line.dispositions.map((each): EventOf<"return.received"> => {
      const receiptId = nativeIdOf(each.id) ?? "";
      const at = toInstant(each.createdAt)!;
      const disposition = Object.hasOwn(dispositions, each.type) ? dispositions[each.type] : undefined;
      if (disposition === undefined) {
        reading.fail("data.value", "dispositions[].type", [], `is none of ${Object.keys(dispositions).join(", ")}`);
      }
      const location = nativeIdOf(each.location?.id);
      return {
        name: "return.received",
        schema: 1,
        key: eventKey("return.received", receiptId || "0"),
        version: at,
        occurredAt: at,
        orderId,
        ...(returnId === undefined ? {} : { returnId }),
        receiptId,
        ...lineOf(line.fulfillmentLineItem),
        quantityMillionths: each.quantity * millionthsPerUnit,
        disposition: disposition ?? "processing",
        ...(location === undefined ? {} : { location }),
      };
    }),
  );
}

function exchangeOf(found: FetchedReturn, common: { schema: 1; version: string; orderId: string; returnId: string }, occurredAt: string) {
  return {
    name: "exchange.arranged" as const,
    key: eventKey("exchange.arranged", common.returnId),
    ...common,
    occurredAt,
    lines: found.exchangeLineItems.nodes.map((line) => {
      const lineId = nativeIdOf(line.lineItem?.id);
      return {
        id: nativeIdOf(line.id) ?? "",
        ...(lineId === undefined ? {} : { lineId }),
        item: line.lineItem?.sku ?? "",
        quantityMillionths: line.quantity * millionthsPerUnit,
      };
    }),
  };
}

function readFees(found: FetchedReturn, reading: Reading): EventOf<"return.authorized">["fees"] {
  const fee = (kind: "restocking" | "shipping", field: string) => (each: FetchedReturn["returnShippingFees"][number], index: number) => {
    const { amount, currencyCode } = each.amountSet.shopMoney;
    const minorUnits = reading.amount({ shop_money: { amount, currency_code: currencyCode } }, undefined, field, index);
    if (minorUnits < 0) reading.fail("data.value", field, [index], "is negative");
    return { id: nativeIdOf(each.id) ?? "", kind, amount: minorUnits };
  };
  const restocking = found.returnLineItems.nodes.flatMap(({ restockingFee }) => (restockingFee ? [restockingFee] : []));
  return [
    ...restocking.map(fee("restocking", "restockingFee[].amountSet")),
    ...found.returnShippingFees.map(fee("shipping", "returnShippingFees[].amountSet")),
  ];
}

function feeCurrency(found: FetchedReturn): string | undefined {
  return found.returnLineItems.nodes.find(({ restockingFee }) => restockingFee)?.restockingFee?.amountSet.shopMoney.currencyCode;
}

function lineOf(line: FetchedReturn["returnLineItems"]["nodes"][number]["fulfillmentLineItem"]): { lineId?: string; item: string } {
  const lineId = nativeIdOf(line?.lineItem.id);
  return { ...(lineId === undefined ? {} : { lineId }), item: line?.lineItem.sku ?? "" };
}

function tooMany(field: string, reading: Reading): void {
  reading.fail("data.missing", field, [], "has more rows than one page holds");
}
