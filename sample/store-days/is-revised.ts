import type { Receipt, StoreTransaction } from "./store-day.ts";

/** Whether the till has stated something else under the same number since. */
export function isRevised({ register, sequence, revision = 0 }: Receipt, transactions: readonly StoreTransaction[]): boolean {
  return transactions.some(
    (each) => each.kind === "receipt" && each.register === register && each.sequence === sequence && (each.revision ?? 0) > revision,
  );
}
