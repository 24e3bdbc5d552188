import type { Facts } from "./facts.ts";
import { clipped } from "./reading.ts";
import type { TenderTransaction } from "./schemas.ts";

/**
 * A second view of a payment that is a fact already: it states no event, only the gateway's own name of the payment, by which a
 * settlement row is matched to its sale.
 */
export function readTenderTransaction(tender: TenderTransaction): Facts {
  const reference = tender.remote_reference;
  return { events: [], references: reference ? [{ type: "gateway-reference", value: clipped(reference) }] : [], problems: [] };
}
