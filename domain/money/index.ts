export { currencyExponent, isCurrency } from "./currency.ts";
export type { FixedRate } from "./exchange.ts";
export { atRate } from "./exchange.ts";
export type { Currency, MinorUnits } from "./minor-units.ts";
export { allocate, cumulativeShare, formatMinorUnits, parseMinorUnits, splitByAmounts, sum } from "./minor-units.ts";
export type { Scaled } from "./scaled.ts";
export { multiplyScaled, parseScaled, rateOfFraction, rateOfPercent, roundCumulatively, roundScaled } from "./scaled.ts";
