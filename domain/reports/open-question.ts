/** What the desk has open of a settlement row or payout: why it does not agree, whose it is, and until when. */
export interface OpenQuestion {
  /** Of a variance its reason, such as "missing" or "fee"; else the code of its exception. */
  readonly reason: string;
  readonly owner: string;
  readonly dueAt: string;
}
