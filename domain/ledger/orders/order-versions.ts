import type { BusinessEvent, EventOf } from "#domain/events";
import type { Problem } from "#domain/exceptions";
import type { MinorUnits } from "#domain/money";

type Order = EventOf<"order.placed">;

/** Every version of an order that is known, the oldest first: what was owed when money came, though a later edit made it less. */
export class OrderVersions {
  readonly #versions: readonly Order[];

  constructor(contents: readonly BusinessEvent[]) {
    this.#versions = contents
      .filter((event) => event.name === "order.placed")
      .sort((a, b) => (a.version < b.version ? -1 : a.version > b.version ? 1 : 0));
  }

  /** By how much the order in force at that instant came to more than it does now; not negative. Versions are the source's instants. */
  moreAt(instant: string): MinorUnits {
    const now = this.#versions.at(-1);
    const then = this.#versions.findLast((order) => order.version <= instant) ?? this.#versions[0];
    return now === undefined || then === undefined ? 0 : Math.max(then.totals.total - now.totals.total, 0);
  }

  /** An order keeps its currency for life. */
  currencyProblem(): Problem | undefined {
    const now = this.#versions.at(-1);
    const other = this.#versions.find((order) => order.currency !== now?.currency);
    if (now === undefined || other === undefined) return undefined;
    return {
      class: "money.currency-mismatch",
      code: "order-currency-changed",
      cause: now.key,
      event: now.key,
      currency: now.currency,
      message: `order ${now.orderName} was in ${other.currency} and is in ${now.currency} now. An order keeps its currency: ask the source which is true.`,
    };
  }
}
