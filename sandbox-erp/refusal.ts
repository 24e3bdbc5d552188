/**
 * Every way in which the service says no, with its HTTP status when it concerns a whole request. `openapi.json` lists the same codes.
 * A step of a batch that is refused answers its code inside a 200.
 */
export const refusalCodes = {
  "invalid-json": 400,
  "invalid-request": 400,
  "invalid-step": 422,
  unauthorized: 401,
  "not-found": 404,
  "unknown-company": 404,
  "unknown-document": 404,
  "unknown-account": 422,
  "account-inactive": 422,
  "missing-dimension": 422,
  "method-not-allowed": 405,
  "currency-fixed": 409,
  "periods-overlap": 409,
  "too-large": 413,
  "key-reused": 409,
  "already-reversed": 409,
  "not-reversible": 422,
  "company-mismatch": 422,
  "period-closed": 422,
  "unknown-vendor": 422,
  "unknown-location": 422,
  "unknown-item": 422,
  "invalid-order": 422,
  "unknown-purchase-order": 422,
  "not-ordered": 422,
  "other-location": 422,
  "over-receipt": 422,
  unbalanced: 422,
  "currency-mismatch": 422,
  "amount-out-of-range": 422,
  throttled: 429,
  "internal-error": 500,
  "storage-busy": 503,
} as const;

export type RefusalCode = keyof typeof refusalCodes;

/** A "no" with its reason: the message says what, which and what next. Nothing was applied. */
export class Refusal extends Error {
  override readonly name = "Refusal";
  readonly code: RefusalCode;

  constructor(code: RefusalCode, message: string) {
    super(message);
    this.code = code;
  }

  get status(): number {
    return refusalCodes[this.code];
  }
}
