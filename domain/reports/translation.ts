import { addDays } from "#domain/calendar";
import {
  type Currency,
  cumulativeShare,
  currencyExponent,
  type MinorUnits,
  multiplyScaled,
  parseScaled,
  type Scaled,
  sum,
} from "#domain/money";
import { type ExchangeRate, exchangeRateFor, roles } from "#domain/policy";
import { debitBalance, groupBy, type LedgerLine } from "./ledger-line.ts";

/** Decimals of a rate that count. */
const rateDecimals = 8;

export interface TranslationQuestion {
  readonly lines: readonly LedgerLine[];
  /** What the group reports in. */
  readonly currency: Currency;
  /** YYYY-MM-DD: the day of the closing rates. */
  readonly closingDay: string;
  readonly fxRates: readonly ExchangeRate[];
  /** The role of an account, for a line that the hub did not post; undefined: none of the chart, taken for equity. */
  readonly roleOf: (account: string) => string | undefined;
  readonly adjustmentAccount: (entity: string) => string;
  /** Of two entities: whether a leg between them is posted in one of the books alone. */
  readonly isInFlight: (a: string, b: string) => boolean;
}

/** A rate that was used, or is wanted: of a currency in that of the group. */
export interface TranslationRate {
  readonly of: Currency;
  readonly kind: "closing" | "average" | "historical";
  /** The closing or historical day, YYYY-MM-DD; the month of an average, YYYY-MM. */
  readonly on: string;
}

export interface Translation {
  /** The lines in the currency of the group, each entity balanced by its translation adjustment. */
  readonly lines: readonly LedgerLine[];
  readonly used: readonly (TranslationRate & { readonly rate: string })[];
  /** Without these nothing is translated. */
  readonly missing: readonly TranslationRate[];
}

/**
 * The books of entities in other currencies as the group's (ASC 830-30): assets and liabilities at the closing rate, income and expense at the average
 * of their month (over its days that have a rate, to the closing day), equity at the rate of the day on which it was booked. What that leaves
 * of each entity is its translation adjustment. What two entities say of each other is taken at the figure of the one that keeps its books in
 * the group's currency, with the difference in the adjustment too, so that it eliminates; while a leg is in flight it is left as it is.
 */
export function translate(question: TranslationQuestion): Translation {
  const { lines, currency, closingDay } = question;
  const used = new Map<string, TranslationRate & { readonly rate: string; readonly scaled: Scaled }>();
  const missing = new Map<string, TranslationRate>();
  const translated: LedgerLine[] = lines.filter((line) => line.currency === currency);
  const foreign = lines.filter((line) => line.currency !== currency);
  for (const [, group] of groupBy(foreign, (line) => groupName(line, rateKind(line)))) {
    const [first] = group;
    if (first === undefined) continue;
    const wanted = rateKind(first);
    const name = JSON.stringify(wanted);
    const scaled = used.get(name)?.scaled ?? rateOf(wanted, question);
    if (scaled === undefined) {
      missing.set(name, wanted);
      continue;
    }
    used.set(name, { ...wanted, rate: rateText(scaled), scaled });
    const from = currencyExponent(first.currency);
    const amount = multiplyScaled(debitBalance(group), from, scaled, rateDecimals, currencyExponent(currency));
    translated.push(lineOf(first, amount, currency));
  }
  const rates = [...used.values()].map(({ scaled: _, ...rate }) => rate).sort(byName);
  if (missing.size > 0) return { lines: [], used: rates, missing: [...missing.values()].sort(byName) };
  const abroad = new Set(foreign.map(({ entity }) => entity));
  return { lines: balanced([...translated, ...agreed(translated, abroad, question)], abroad, question), used: rates, missing: [] };

  function rateKind({ currency: of, account, role, businessDate }: LedgerLine): TranslationRate {
    // What the ERP holds from before the hub has no role of the hub's list: its account says what it is.
    const side = (roles[role] ?? roles[question.roleOf(account) ?? ""])?.side;
    switch (side) {
      case "asset":
      case "contra-asset":
      case "liability":
      case "asset-or-liability":
        return { of, kind: "closing", on: closingDay };
      case "revenue":
      case "contra-revenue":
      case "expense":
      case "contra-expense":
      case "income-or-expense":
        return { of, kind: "average", on: (businessDate ?? closingDay).slice(0, 7) };
      case "equity":
      case undefined:
        return { of, kind: "historical", on: businessDate ?? closingDay };
    }
  }
}

/** Decimals are cut where the rate has no more. */
function rateText(scaled: Scaled): string {
  const digits = String(scaled).padStart(rateDecimals + 1, "0");
  const fraction = digits.slice(-rateDecimals).replace(/0+$/, "");
  return `${digits.slice(0, -rateDecimals)}${fraction === "" ? "" : `.${fraction}`}`;
}

function byName(a: TranslationRate, b: TranslationRate): number {
  return JSON.stringify([a.of, a.kind, a.on]) < JSON.stringify([b.of, b.kind, b.on]) ? -1 : 1;
}

function groupName({ entity, account, role, dimensions }: LedgerLine, rate: TranslationRate): string {
  return JSON.stringify([entity, account, role, dimensions.counterparty ?? null, rate]);
}

function rateOf({ of, kind, on }: TranslationRate, { currency, closingDay, fxRates }: TranslationQuestion): Scaled | undefined {
  const onDay = (day: string) => {
    const found = exchangeRateFor({ fxRates }, { from: of, to: currency, day });
    return found === undefined ? undefined : parseScaled(found.rate, rateDecimals);
  };
  if (kind !== "average") return onDay(on);
  const known: Scaled[] = [];
  for (let day = `${on}-01`; day.startsWith(on) && day <= closingDay; day = addDays(day, 1)) {
    const rate = onDay(day);
    if (rate !== undefined) known.push(rate);
  }
  return known.length === 0 ? undefined : cumulativeShare(sum(known), 1, known.length);
}

function lineOf({ entity, account, role, dimensions }: LedgerLine, amount: MinorUnits, currency: Currency): LedgerLine {
  const sides = { debit: Math.max(amount, 0), credit: Math.max(0 - amount, 0) };
  return { entity, currency, account, role, dimensions, ...sides, reversal: false };
}

const balances: ReadonlySet<string> = new Set(["due-from", "due-to"]);

/**
 * What is left between two entities when both legs are in the books comes of the rates alone: the books that were translated give way. What
 * they owe each other and what they sold each other are two matters.
 */
function agreed(lines: readonly LedgerLine[], abroad: ReadonlySet<string>, { currency, isInFlight }: TranslationQuestion): LedgerLine[] {
  const entities = new Set(lines.map(({ entity }) => entity));
  const within = lines.filter(
    ({ role, dimensions: { counterparty } }) =>
      roles[role]?.class === "intercompany" && counterparty !== undefined && entities.has(counterparty),
  );
  const matter = ({ entity, role, dimensions }: LedgerLine) =>
    JSON.stringify([...[entity, dimensions.counterparty ?? ""].sort(), balances.has(role)]);
  return groupBy(within, matter).flatMap(([, dealings]): LedgerLine[] => {
    const left = debitBalance(dealings);
    const gives = dealings.find(({ entity }) => abroad.has(entity));
    if (left === 0 || gives === undefined || isInFlight(gives.entity, gives.dimensions.counterparty ?? "")) return [];
    return [lineOf(gives, 0 - left, currency)];
  });
}

/** Each entity that was translated, with what its books are out of balance by as the translation adjustment. */
function balanced(
  lines: readonly LedgerLine[],
  abroad: ReadonlySet<string>,
  { currency, adjustmentAccount }: TranslationQuestion,
): LedgerLine[] {
  const adjustments = [...abroad].flatMap((entity): LedgerLine[] => {
    const amount = 0 - debitBalance(lines.filter((line) => line.entity === entity));
    if (amount === 0) return [];
    const name = { account: adjustmentAccount(entity), role: "translation-adjustment", dimensions: { entity } };
    return [lineOf({ entity, currency, debit: 0, credit: 0, reversal: false, ...name }, amount, currency)];
  });
  return [...lines, ...adjustments];
}
