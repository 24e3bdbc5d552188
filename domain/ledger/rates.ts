import type { RateQuestion } from "#domain/events";

/** "EUR:USD": what a problem about a missing rate is coded as, and what to do. */
export function rateMissing({ from, to, day }: RateQuestion, waits: string) {
  return {
    class: "money.fx-rate-missing",
    code: `${from}:${to}`,
    cause: `${from}:${to}:${day}`,
    currency: from,
    message: `no rate from ${from} to ${to} is known for ${day}: ${waits} waits for it. Add it to the fxRates of the policies; the document posts by itself.`,
  } as const;
}
