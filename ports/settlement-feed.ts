/**
 * What of a gateway's API is read, and where the reading stands. `since`, YYYY-MM-DD: what happened on this day or later, and payouts of this day
 * or later; days may be read again, as rows have their own ids. `payout`: one payout by the gateway's id of it, and the rows that are in it.
 */
export type SettlementPageRequest = {
  /** The shop or account whose money is read, as its access is kept. */
  readonly shop: string;
  /** Of the page before; absent: the first page. */
  readonly cursor?: string;
} & ({ readonly since: string } | { readonly payout: string });

/**
 * - page: the answer's bytes as they came, a file of the feed's format. `next` is absent on the last page.
 * - refused: no access, or the gateway did not accept it; `reason` says which and what to configure, without a secret.
 * - wait: the gateway asks for patience, seconds.
 * - too-large: more bytes than are read.
 */
export type SettlementPageAnswer =
  | { readonly kind: "page"; readonly body: Uint8Array; readonly next?: string }
  | { readonly kind: "refused"; readonly reason: string }
  | { readonly kind: "wait"; readonly seconds: number }
  | { readonly kind: "too-large"; readonly bytes: number };

/** Reads settlement rows and payouts from a gateway's API, page by page. Reading has no effect: asking again is harmless. */
export interface SettlementFeed {
  /** The gateway, as in SettlementSource.source. */
  readonly source: string;
  /** The format of its pages: a SettlementSource.name. */
  readonly format: string;
  /**
   * A payout that the gateway does not know is a page without it. Throws Unavailable when there was no answer, half of one, or one about something
   * else, RangeError for a day, an id or a cursor that is none.
   */
  fetchPage(request: SettlementPageRequest): Promise<SettlementPageAnswer>;
}
