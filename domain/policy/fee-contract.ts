import { type Currency, currencyExponent, type MinorUnits, multiplyScaled, parseScaled } from "#domain/money";

/** What a gateway keeps of a charge or refund by contract (c24): a share of its amount and a fixed part, from a day on. */
export interface FeeRate {
  /** Of the settled amount: that of `fixed` and of the rows that it holds for. */
  readonly currency: Currency;
  /** A share of the amount, a decimal string such as "0.029"; negative where it is given back. */
  readonly rate: string;
  /** Minor units of `currency`; negative where they are given back. */
  readonly fixed: MinorUnits;
  /** By how many minor units a fee may be off from the contract and still be this fee. */
  readonly toleranceMinorUnits: MinorUnits;
  /** Absent: charges. */
  readonly on?: "charge" | "refund" | undefined;
  /** As the report states them, in any letter case; absent: any. The rate that names most of the two holds. */
  readonly cardBrand?: string | undefined;
  readonly method?: string | undefined;
  /** First and last day, by the row's own day in the entity's time zone; without `to` until a later one of the same kind begins. */
  readonly from: string;
  readonly to?: string | undefined;
  readonly why: string;
}

export interface FeeContract {
  /**
   * Whether the gateway states what it keeps. "net-only": its rows state what it pays of a sale; what is missing is its fee as far as the
   * contract says so.
   */
  readonly states: "fees" | "net-only";
  readonly rates: readonly FeeRate[];
}

export interface FeeQuestion {
  /** What was charged (positive) or refunded (negative), minor units of `currency`. */
  readonly gross: MinorUnits;
  readonly currency: Currency;
  /** YYYY-MM-DD. */
  readonly day: string;
  readonly cardBrand?: string | undefined;
  readonly method?: string | undefined;
}

export interface ContractedFee {
  /** Positive when it costs the merchant. */
  readonly amount: MinorUnits;
  readonly toleranceMinorUnits: MinorUnits;
}

const rateDecimals = 6;

/** The fee that the contract gives for an amount, rounded half away from zero; undefined: the contract says nothing about it. */
export function contractedFee(contract: FeeContract | undefined, asked: FeeQuestion): ContractedFee | undefined {
  const rule = rateInForce(contract?.rates ?? [], asked);
  if (rule === undefined) return undefined;
  const decimals = currencyExponent(asked.currency);
  const share = multiplyScaled(Math.abs(asked.gross), decimals, parseScaled(rule.rate, rateDecimals), rateDecimals, decimals);
  return { amount: share + rule.fixed, toleranceMinorUnits: rule.toleranceMinorUnits };
}

/** Of the rates that hold: the one that names most, then the one that began last. */
function rateInForce(rates: readonly FeeRate[], { gross, currency, day, cardBrand, method }: FeeQuestion): FeeRate | undefined {
  const wanted = gross < 0 ? "refund" : "charge";
  let best: FeeRate | undefined;
  for (const rate of rates) {
    if (rate.currency !== currency || (rate.on ?? "charge") !== wanted) continue;
    if (rate.from > day || (rate.to !== undefined && rate.to < day)) continue;
    if (!allows(rate.cardBrand, cardBrand) || !allows(rate.method, method)) continue;
    if (best === undefined || precedes(rate, best)) best = rate;
  }
  return best;
}

function allows(named: string | undefined, stated: string | undefined): boolean {
  return named === undefined || named.toLowerCase() === stated?.toLowerCase();
}

function precedes(a: FeeRate, b: FeeRate): boolean {
  const named = ({ cardBrand, method }: FeeRate) => Number(cardBrand !== undefined) * 2 + Number(method !== undefined);
  return named(a) === named(b) ? a.from > b.from : named(a) > named(b);
}
