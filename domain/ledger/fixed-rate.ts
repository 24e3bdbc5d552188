import { type Currency, currencyExponent, type MinorUnits, multiplyScaled, parseScaled } from "#domain/money";

/** Decimals of a rate that count. */
const rateDecimals = 8;

/** A rate that is recorded as a fact: how many units of `to` one unit of `from` is, a decimal string. */
export interface FixedRate {
  readonly from: Currency;
  readonly to: Currency;
  readonly rate: string;
}

/** Minor units of `from` as minor units of `to`, rounded once. */
export function atRate(amount: MinorUnits, { from, to, rate }: FixedRate): MinorUnits {
  return multiplyScaled(amount, currencyExponent(from), parseScaled(rate, rateDecimals), rateDecimals, currencyExponent(to));
}
