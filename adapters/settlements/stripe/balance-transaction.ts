import { type RowTreatment, type SettlementRow, treatmentOf } from "#domain/settlement";

/**
 * How a balance transaction is treated: by its reporting category; where an older object has none, by its type, and an adjustment by what
 * it adjusts. Null when neither is listed.
 */
export function balanceTransactionTreatment(category: string | undefined, type: string, sourceId: string | undefined): RowTreatment | null {
  if (category !== undefined) return treatmentOf("stripe", category) ?? null;
  const isDispute = type === "adjustment" && /^(?:dp|du)_/.test(sourceId ?? "");
  return treatmentOf("stripe", isDispute ? "dispute" : type) ?? null;
}

/** The source of a balance transaction is what caused it: ch_ or py_ a payment, re_ a refund, dp_ or du_ a dispute, po_ a payout. */
export function balanceTransactionReferences(treatment: RowTreatment | null, sourceId: string | undefined): SettlementRow["references"] {
  if (sourceId === undefined) return {};
  if (/^(?:ch|py)_/.test(sourceId)) return { paymentId: sourceId };
  return {
    pspReference: sourceId,
    ...(treatment?.nature === "refund" ? { refundId: sourceId } : {}),
    ...(treatment?.class === "dispute" ? { disputeId: sourceId } : {}),
  };
}
