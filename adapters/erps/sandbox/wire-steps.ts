import type { BoundJournal, BoundMovement, BoundStock, PlanStep } from "#domain/posting";

/** What the ERP takes. */
const memoCharactersMax = 500;

/** A step as `POST /v1/batches` takes it; the same plan step always gives the same bytes. */
export function wireStep(step: PlanStep, company: string): object {
  if (step.kind === "reverse") {
    return { type: "reversal", key: step.erpKey, company, reverses: step.reverses, postingDate: step.postingDate };
  }
  const document = step.document;
  const head = {
    key: step.erpKey,
    company,
    businessDate: document.businessDate,
    postingDate: document.postingDate,
    memo: `${document.kind} ${document.event}${document.pair === undefined ? "" : ` pair ${document.pair}`}`.slice(0, memoCharactersMax),
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
      dimensions: line.dimensions,
    })),
  };
}

function stock(document: BoundStock): object {
  return { movements: document.movements.map(movement) };
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
