import { cumulativeShare, type MinorUnits } from "#domain/money";
import type { Share } from "#domain/policy";

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
  readonly #breakage: Share | undefined;
  #redeemed: MinorUnits = 0;
  #recognised: MinorUnits = 0;
  /** True once anything was put on it: before that nobody can say what is too much. */
  known = false;

  /** `breakage`: the share of what is put on it that is expected never to be used; absent: that is not estimated. */
  constructor(breakage?: Share) {
    this.#breakage = breakage;
  }

  /** What its holder may still claim. */
  get owed(): MinorUnits {
    return this.#owed;
  }

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
    this.#redeemed += owed;
    const now = Math.min(this.#used, this.#face);
    if (this.#face === 0) return { owed, promotional, discount: 0 };
    const share = (used: MinorUnits) => cumulativeShare(this.#discount, used, this.#face);
    return { owed, promotional, discount: share(now) - share(before) };
  }

  /** Value that goes without a use. */
  lapse(amount: MinorUnits): TakenValue {
    const taken = this.take(amount);
    this.#redeemed -= taken.owed;
    return taken;
  }

  /**
   * Value that can no longer be used and stays owed: the holder's claim lives on, and so does the discount that waits for it. Answers what
   * of it is owed.
   */
  freeze(amount: MinorUnits): MinorUnits {
    const promotional = Math.min(amount, this.#promotional);
    this.#promotional -= promotional;
    this.#owed -= amount - promotional;
    return amount - promotional;
  }

  /**
   * c15: by how much the breakage that counts as earned has moved since it was last asked for. It grows in proportion to use, and is never
   * more than what is left: whoever uses more than was expected of holders takes it back.
   */
  breakage(): MinorUnits {
    const before = this.#recognised;
    this.#recognised = this.#earned();
    return this.#recognised - before;
  }

  #earned(): MinorUnits {
    const left = Math.max(this.#owed, 0);
    if (this.#breakage === undefined || !this.known || left === 0) return 0;
    const face = this.#redeemed + left;
    const neverUsed = cumulativeShare(face, this.#breakage.part, this.#breakage.whole);
    const expected = face - neverUsed;
    return Math.min(expected === 0 ? 0 : cumulativeShare(neverUsed, Math.min(this.#redeemed, expected), expected), left);
  }
}
