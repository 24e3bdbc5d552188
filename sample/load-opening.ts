import { contentHash } from "#domain/canonical";
import type { BoundJournal, BoundStock, SentStep } from "#domain/posting";
import type { Erp } from "#ports/erp";
import type { EntityOpening } from "./opening.ts";

/**
 * Books an entity's opening balances and stock in its ERP, as its accountant would have done before the hub came: the keys begin with
 * "opening/" and are in no plan. Booking them again changes nothing. Throws when the ERP refuses.
 */
export async function loadOpening(erp: Erp, opening: EntityOpening, businessDate: string): Promise<void> {
  const answers = await erp.submit([[journalStep(opening, businessDate)], [stockStep(opening, businessDate)]]);
  for (const answer of answers.flat()) {
    if (answer.kind !== "done") throw new Error(`the opening of ${opening.entity} was not booked: ${JSON.stringify(answer)}`);
  }
}

function journalStep(opening: EntityOpening, businessDate: string): SentStep {
  const document: BoundJournal = {
    ...base(opening, businessDate, "opening-balances"),
    type: "journal",
    lines: opening.journal.map(({ account, debit, credit }) => ({
      role: "opening",
      dimensions: {},
      amount: debit - credit,
      account,
      functionalAmount: debit - credit,
    })),
  };
  return { kind: "post", key: document.key, erpKey: document.key, hash: contentHash(document), document };
}

function stockStep(opening: EntityOpening, businessDate: string): SentStep {
  const document: BoundStock = {
    ...base(opening, businessDate, "opening-stock"),
    type: "stock",
    movements: opening.stock.map(({ item, location, quantityMillionths, totalCost, inventoryAccount }, index) => ({
      id: String(index + 1),
      item,
      itemClass: "opening",
      location,
      quantityMillionths,
      counterRole: "opening",
      cost: "average",
      inventoryAccount,
      counterAccount: opening.stockCounterAccount,
      totalCost,
    })),
  };
  return { kind: "post", key: document.key, erpKey: document.key, hash: contentHash(document), document };
}

function base(opening: EntityOpening, businessDate: string, kind: string) {
  const key = `opening/${opening.entity}/${kind}`;
  const { entity, currency } = opening;
  return {
    key,
    kind,
    event: kind,
    entity,
    currency,
    businessDate,
    postingDate: businessDate,
    functionalCurrency: currency,
    policyVersion: "",
  };
}
