import { cumulativeShare, type MinorUnits } from "#domain/money";

/** How value came to stand on a card: paid for, or given as one of the elections says. */
export type Issuance = "sold" | "concession" | "promotion" | "expense";

/** What a use of the balance is made of; `promotional` and `owed` add up to it. */
export interface TakenValue {
  readonly owed: MinorUnits;
  readonly promotional: MinorUnits;
  /** Of what the card was sold below its face. */
  readonly discount: MinorUnits;
}

/**
 * What stands on one card or credit, and where it came from. Promotional value is used first: it is nobody's claim, and the rest of the
 * card is. The discount of a card sold below its face follows the part of that face that is used, so that the last use takes the cent.
 */
export class StoredBalance {
  #owed: MinorUnits = 0;
  #promotional: MinorUnits = 0;
  #face: MinorUnits = 0;
  #discount: MinorUnits = 0;
  #used: MinorUnits = 0;
  /** True once anything was put on it: before that nobody can say what is too much. */
  known = false;

  get left(): MinorUnits {
    return this.#owed + this.#promotional;
  }

  add(amount: MinorUnits, issuance: Issuance, soldFor: MinorUnits | undefined): void {
    this.known = true;
    if (issuance === "promotion") this.#promotional += amount;
    else this.#owed += amount;
    if (soldFor === undefined || soldFor >= amount) return;
    this.#face += amount;
    this.#discount += amount - soldFor;
  }

  /** More than is left makes it negative: a sale took it all the same, and what is added later makes up for it first. */
  take(amount: MinorUnits): TakenValue {
    const promotional = Math.min(amount, this.#promotional);
    const owed = amount - promotional;
    this.#promotional -= promotional;
    this.#owed -= owed;
    const before = Math.min(this.#used, this.#face);
    this.#used += owed;
    const now = Math.min(this.#used, this.#face);
    if (this.#face === 0) return { owed, promotional, discount: 0 };
    const share = (used: MinorUnits) => cumulativeShare(this.#discount, used, this.#face);
    return { owed, promotional, discount: share(now) - share(before) };
  }

  /** Value that can no longer be used and stays owed: the holder's claim lives on, and so does the discount that waits for it. */
  freeze(amount: MinorUnits): void {
    const promotional = Math.min(amount, this.#promotional);
    this.#promotional -= promotional;
    this.#owed -= amount - promotional;
  }
}
