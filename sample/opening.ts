import { catalogue } from "./catalogue.ts";
import { type EntityId, locations, stores } from "./retailer.ts";
import { drawerFloatCents } from "./till-steps.ts";

/** An account of the ERP's chart that the policies do not name, because no posting of the hub goes there. */
export interface OpeningAccount {
  readonly account: string;
  readonly name: string;
  readonly side: "asset" | "liability" | "equity";
}

export interface OpeningStock {
  readonly item: string;
  readonly location: string;
  readonly quantityMillionths: number;
  /** For the whole quantity, minor units of the entity's currency. */
  readonly totalCost: number;
  /** The inventory account of this location. */
  readonly inventoryAccount: string;
}

/** What an entity brings into the day: for the ERP, without any step of the hub. All amounts are minor units of `currency`. */
export interface EntityOpening {
  readonly entity: EntityId;
  readonly currency: "USD" | "CAD";
  /** Accounts that must exist beside those of the policies. */
  readonly accounts: readonly OpeningAccount[];
  /** Balanced: money in the bank and in the drawers against equity and what is owed on gift cards. */
  readonly journal: readonly { readonly account: string; readonly memo: string; readonly debit: number; readonly credit: number }[];
  /** The other side of the stock receipts. */
  readonly stockCounterAccount: string;
  readonly stock: readonly OpeningStock[];
}

const openingEquityAccount = "3000";

const bank: Record<EntityId, number> = { US1: 18_450_000, US2: 4_210_000, CA1: 3_675_000 };
/** Change for the drawers in each store's safe. */
const safeCents = 50_000;
const registers: Record<EntityId, number> = { US1: 2, US2: 2, CA1: 1 };
/** Sold in earlier years and not redeemed yet. */
const giftCards: Record<EntityId, number> = { US1: 640_000, US2: 0, CA1: 0 };
/** Pieces of every item that lie at a location in the morning. */
const pieces: Record<string, number> = { "dc-columbus": 120, "store-boston": 24, "store-austin": 18, "store-toronto": 15 };

/** Opening stock and equity of every entity, as of the morning of the day. */
export const sampleOpening: readonly EntityOpening[] = (["US1", "US2", "CA1"] as const).map((entity) => {
  const currency = entity === "CA1" ? "CAD" : "USD";
  const drawers = drawerFloatCents * registers[entity];
  const stock = Object.entries(locations)
    .filter(([, location]) => location.entity === entity)
    .flatMap(([location]) =>
      catalogue.map((item) => {
        const count = pieces[location] ?? 0;
        return {
          item: item.sku,
          location,
          quantityMillionths: count * 1_000_000,
          totalCost: count * (currency === "CAD" ? item.costCad : item.costUsd),
          inventoryAccount: location === "dc-columbus" ? "1410" : "1400",
        };
      }),
    );
  return {
    entity,
    currency,
    accounts: [{ account: openingEquityAccount, name: "Members' equity", side: "equity" }],
    journal: [
      { account: "1010", memo: "Bank balance", debit: bank[entity], credit: 0 },
      { account: "1060", memo: `Change in the drawers of ${storesOf(entity)}`, debit: drawers, credit: 0 },
      { account: "1050", memo: `Change in the safe of ${storesOf(entity)}`, debit: safeCents, credit: 0 },
      ...(giftCards[entity] === 0 ? [] : [{ account: "2150", memo: "Gift cards outstanding", debit: 0, credit: giftCards[entity] }]),
      { account: openingEquityAccount, memo: "Opening equity", debit: 0, credit: bank[entity] + drawers + safeCents - giftCards[entity] },
    ],
    stockCounterAccount: openingEquityAccount,
    stock,
  };
});

/** Pieces of an item at a location in the morning. */
export function openingPieces(location: string): number {
  return pieces[location] ?? 0;
}

function storesOf(entity: EntityId): string {
  return Object.entries(stores)
    .filter(([, store]) => store.entity === entity)
    .map(([id]) => `store ${id}`)
    .join(", ");
}
