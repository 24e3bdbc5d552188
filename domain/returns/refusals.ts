/** Why goods may not come back, or not as asked. */
export const refusalReasons = [
  "unknown-line",
  "not-returnable",
  "final-sale",
  "place",
  "currency",
  "return-window",
  "condition",
  "reserved",
  "not-delivered",
  "over-return",
  "sale-unclear",
  "blind-not-taken",
  "blind-limit",
] as const;
export type RefusalReason = (typeof refusalReasons)[number];

export interface Refusal {
  /** Index of the requested line. */
  readonly request: number;
  readonly reason: RefusalReason;
  /** How much of it is refused, in millionths. */
  readonly quantityMillionths: number;
  /** What, why and what next, for the person at the counter. No personal data. */
  readonly message: string;
}

export function refusal(request: number, reason: RefusalReason, quantityMillionths: number, message: string): Refusal {
  return { request, reason, quantityMillionths, message };
}
