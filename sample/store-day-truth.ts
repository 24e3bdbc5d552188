import { type DayOptions, dayScenario } from "./day.ts";
import { type EntityId, stores } from "./retailer.ts";
import { cashTaken, drawerFloatCents, intoDrawer, registerEvenings, type TillStep } from "./till-steps.ts";

/** A drawer in the evening, cents. */
export interface DrawerTruth {
  readonly register: string;
  readonly expected: number;
  readonly counted: number;
  /** Counted less expected. */
  readonly overShort: number;
}

/** How a store's day stands when the desk is done, and what it did to the books beside its tickets. */
export interface StoreDayTruth {
  readonly store: string;
  readonly entity: EntityId;
  readonly state: "reconciled" | "received";
  /** Why it is not audited. */
  readonly waitsFor?: string;
  readonly drawers: readonly DrawerTruth[];
  /** What its tills moved, debit positive, cents; all 0 while nobody has audited the day. */
  readonly books: {
    readonly drawers: number;
    readonly safe: number;
    readonly bankInTransit: number;
    readonly bank: number;
    readonly cashOverShort: number;
    readonly pettyExpense: number;
  };
}

const nothing = { drawers: 0, safe: 0, bankInTransit: 0, bank: 0, cashOverShort: 0, pettyExpense: 0 };

/** The store days by addition over what the tills did: no fact, document or journal is looked at. */
export function storeDayTruth(options: DayOptions = {}): readonly StoreDayTruth[] {
  const { tickets, tills } = dayScenario(options);
  return ["0101", "0201", "0301"].map((store) => {
    const own = tills.filter((step) => step.store === store);
    const drawers = registerEvenings
      .filter((evening) => evening.store === store)
      .map(({ register, overShort }) => {
        const moved = own.filter((step) => step.register === register).reduce((total, step) => total + intoDrawer(step), 0);
        const expected = drawerFloatCents + cashTaken(tickets, store, register) + moved;
        return { register, expected, counted: expected + overShort, overShort };
      });
    const entity = stores[store]?.entity ?? "US1";
    if (store === "0201")
      return { store, entity, state: "received", waitsFor: "register 3 says nothing on this day", drawers, books: nothing };
    return { store, entity, state: "reconciled", drawers, books: booksOf(own, drawers) };
  });
}

function booksOf(steps: readonly TillStep[], drawers: readonly DrawerTruth[]): StoreDayTruth["books"] {
  const sum = (kind: TillStep["kind"]) => steps.reduce((total, step) => total + (step.kind === kind ? step.amount : 0), 0);
  const overShort = drawers.reduce((total, drawer) => total + drawer.overShort, 0);
  return {
    drawers: sum("loan") - sum("pickup") - sum("paid-out") + overShort,
    safe: sum("pickup") - sum("loan") - sum("bank-deposit"),
    bankInTransit: 0,
    // The bag has arrived.
    bank: sum("bank-deposit"),
    cashOverShort: -overShort,
    pettyExpense: sum("paid-out"),
  };
}
