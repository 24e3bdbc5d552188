import { pairsOf } from "#domain/ledger";
import type { BoundJournal, BoundLine, BoundMovement, BoundStock, SentStep } from "#domain/posting";

/** This ERP mirrors every correction alike, and shows in the memo what it stands for. */
const correctionMemo = { negative: "negative posting", "credit-note": "credit note" } as const;

/** What the ERP takes. */
const memoCharactersMax = 500;

/** A step as `POST /v1/batches` takes it; the same plan step always gives the same bytes. */
export function wireStep(step: SentStep, company: string): object {
  if (step.kind === "reverse") {
    const { erpKey: key, reverses, postingDate, correctionStyle } = step;
    return { type: "reversal", key, company, reverses, postingDate, ...(correctionStyle && { memo: correctionMemo[correctionStyle] }) };
  }
  const document = step.document;
  const head = {
    key: step.erpKey,
    company,
    businessDate: document.businessDate,
    postingDate: document.postingDate,
    memo: `${document.kind} ${document.event}${pairsOf(document.pair)
      .map(({ pair }) => ` pair ${pair}`)
      .join("")}`.slice(0, memoCharactersMax),
    contentHash: step.hash,
    functionalCurrency: document.functionalCurrency,
  };
  return document.type === "journal" ? { type: "journal", ...head, ...journal(document) } : { type: "stock", ...head, ...stock(document) };
}

function journal(document: BoundJournal): object {
  return {
    currency: document.currency,
    lines: document.lines.map((line) => ({
      account: line.account,
      role: line.role,
      amount: line.amount,
      functionalAmount: line.functionalAmount,
      dimensions: dimensionsOf(line),
    })),
  };
}

/** This ERP tells tax days apart by dimensions of the line. */
function dimensionsOf({ dimensions, amends }: BoundLine): Readonly<Record<string, string>> {
  return amends === undefined ? dimensions : { ...dimensions, "tax-date": amends.taxDate, "tax-date-original": amends.originalDate };
}

function stock(document: BoundStock): object {
  const { purchaseOrder, movements } = document;
  return { ...(purchaseOrder === undefined ? {} : { purchaseOrder }), movements: movements.map(movement) };
}

function movement(movement: BoundMovement): object {
  return {
    id: movement.id,
    item: movement.item,
    location: movement.location,
    quantityMillionths: movement.quantityMillionths,
    ...(movement.totalCost === undefined ? {} : { totalCost: movement.totalCost }),
    inventoryAccount: movement.inventoryAccount,
    counterAccount: movement.counterAccount,
    inventoryRole: "inventory",
    counterRole: movement.counterRole,
    dimensions: { location: movement.location, "item-class": movement.itemClass, ...movement.counterDimensions },
  };
}
