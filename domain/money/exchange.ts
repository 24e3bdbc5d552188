import { currencyExponent } from "./currency.ts";
import type { Currency, MinorUnits } from "./minor-units.ts";
import { multiplyScaled, parseScaled } from "./scaled.ts";

/** Decimals of a rate that count. */
const rateDecimals = 8;

/** A rate that is recorded as a fact: how many units of `to` one unit of `from` is, a decimal string. */
export interface FixedRate {
  readonly from: Currency;
  readonly to: Currency;
  readonly rate: string;
}

/** Minor units of `from` as minor units of `to`, rounded once, half away from zero. */
export function atRate(amount: MinorUnits, { from, to, rate }: FixedRate): MinorUnits {
  return multiplyScaled(amount, currencyExponent(from), parseScaled(rate, rateDecimals), rateDecimals, currencyExponent(to));
}
