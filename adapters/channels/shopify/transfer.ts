import type { BusinessEvent } from "#domain/events";
import { eventKey } from "#domain/identity";
import type { Facts } from "./facts.ts";
import type { FetchedTransfer } from "./fetched-schemas.ts";
import { millionthsPerUnit } from "./fulfillment.ts";
import { nativeIdOf } from "./gid.ts";
import { toInstant } from "./instant.ts";
import { Reading } from "./reading.ts";
import { stated } from "./transaction.ts";

const underway = ["IN_TRANSIT", "PARTIALLY_RECEIVED", "RECEIVED"];

/** The facts of a transfer as it was read at `readAt`: a shipment is a fact once it is under way, and what of it has arrived another. */
export function readTransfer(found: FetchedTransfer, readAt: string): Facts {
  const transferId = nativeIdOf(found.id) ?? "";
  const reading = new Reading("inventory transfer", transferId, "");
  const missing = (field: string, trouble: string) => reading.fail("data.missing", field, [], trouble);
  if (found.shipments.pageInfo.hasNextPage) missing("shipments", "has more rows than one page holds");
  const events: BusinessEvent[] = [];
  for (const shipment of found.shipments.nodes) {
    if (!underway.includes(shipment.status)) continue;
    if (shipment.lineItems.pageInfo.hasNextPage) missing("shipments.lineItems", "has more rows than one page holds");
    if (!shipment.dateShipped) missing("shipments.dateShipped", "is not stated, though the shipment is under way");
    const shipmentId = nativeIdOf(shipment.id) ?? "0";
    const common = {
      schema: 1 as const,
      version: readAt,
      transferId,
      shipmentId,
      ...stated("origin", nativeIdOf(found.origin?.location?.id)),
      ...stated("destination", nativeIdOf(found.destination?.location?.id)),
    };
    const lines = shipment.lineItems.nodes.map((line) => ({ ...line, id: nativeIdOf(line.id) ?? "", item: line.inventoryItem?.sku ?? "" }));
    const shippedAt = toInstant(shipment.dateShipped ?? "") ?? readAt;
    events.push({
      name: "transfer.shipped",
      key: eventKey("transfer.shipped", shipmentId),
      ...common,
      occurredAt: shippedAt,
      lines: lines.map(({ id, item, quantity }) => ({ id, item, quantityMillionths: quantity * millionthsPerUnit })),
    });
    if (shipment.status === "IN_TRANSIT") continue;
    if (!shipment.dateReceived) missing("shipments.dateReceived", "is not stated, though goods have arrived");
    events.push({
      name: "transfer.received",
      key: eventKey("transfer.received", shipmentId),
      ...common,
      occurredAt: toInstant(shipment.dateReceived ?? "") ?? shippedAt,
      lines: lines.map(({ id, item, acceptedQuantity, rejectedQuantity }) => ({
        id,
        item,
        acceptedMillionths: acceptedQuantity * millionthsPerUnit,
        rejectedMillionths: rejectedQuantity * millionthsPerUnit,
      })),
    });
  }
  return {
    events: reading.broken ? [] : events,
    references: [{ type: "transfer", value: transferId }],
    problems: reading.problems,
  };
}
