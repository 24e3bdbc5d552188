import type { Slot } from "./cursor.ts";
import { names } from "./element-names.ts";

/** Where the parts of a transaction's name go: its own, or that of a link to another one. */
export interface IdentitySlots {
  readonly store: Slot;
  readonly register: Slot;
  readonly sequence: Slot;
  readonly businessDay: Slot;
  readonly transactionId: Slot;
}

/** Undefined for an element that is no part of a name. */
export function identitySlot(code: number, slots: IdentitySlots): Slot | undefined {
  switch (code) {
    case names.RetailStoreID:
    case names.BusinessUnit:
      return slots.store;
    case names.WorkstationID:
      return slots.register;
    case names.SequenceNumber:
      return slots.sequence;
    case names.BusinessDayDate:
      return slots.businessDay;
    case names.TransactionID:
      return slots.transactionId;
    default:
      return undefined;
  }
}
