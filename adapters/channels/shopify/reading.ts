import type { ExceptionClass, Problem } from "#domain/exceptions";
import { type Currency, formatMinorUnits, isCurrency, type MinorUnits, parseMinorUnits, sum } from "#domain/money";
import type { Decimal, MoneySet } from "./schemas.ts";

const textCharactersMax = 255;

/**
 * Reads the amounts of one resource in one currency and collects what is wrong with it. A trouble never stops the reading: the value
 * read instead is 0, and `broken` says that no fact may be stated from it.
 */
export class Reading {
  readonly problems: Problem[] = [];
  /** True when a value is missing or unreadable (and not when the figures only fail to add up). */
  broken = false;
  private readonly resource: string;
  private readonly id: string;
  readonly currency: Currency;

  constructor(resource: string, id: string, currency: Currency) {
    this.resource = resource;
    this.id = id;
    this.currency = currency;
  }

  /** An amount that must be stated: the shop money of the set, else the plain field of an old payload. `field` holds "[]" per index. */
  amount(set: MoneySet, plain: Decimal | null | undefined, field: string, ...indices: number[]): MinorUnits {
    return this.optionalAmount(set, plain, field, ...indices) ?? this.fail("data.missing", field, indices, "is not stated");
  }

  /** Undefined when neither is stated. */
  optionalAmount(set: MoneySet, plain: Decimal | null | undefined, field: string, ...indices: number[]): MinorUnits | undefined {
    const money = set?.shop_money;
    const decimal = money?.amount ?? plain;
    if (decimal === undefined || decimal === null) return undefined;
    const stated = money?.currency_code ?? money?.currency;
    if (stated !== undefined && stated !== null && stated !== this.currency) {
      return this.fail("money.currency-mismatch", field, indices, `is stated in another currency than ${this.currency}`);
    }
    try {
      return parseMinorUnits(String(decimal), this.currency);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      return this.fail("data.value", field, indices, `is no exact amount of ${this.currency}`);
    }
  }

  /** What the customer saw or paid, where a set states it in another currency; undefined when it states none, or none that can be read. */
  customerMoney(set: MoneySet): { readonly currency: Currency; readonly amount: MinorUnits } | undefined {
    const money = set?.presentment_money;
    const currency = money?.currency_code ?? money?.currency;
    if (set?.shop_money === undefined || money?.amount === undefined || currency === undefined || currency === null) return undefined;
    if (currency === this.currency || !isCurrency(currency)) return undefined;
    try {
      return { currency, amount: parseMinorUnits(String(money.amount), currency) };
    } catch (error) {
      if (error instanceof RangeError) return undefined;
      throw error;
    }
  }

  /** The exact sum of amounts that belong to `field`. */
  sum(amounts: readonly MinorUnits[], field: string): MinorUnits {
    try {
      return sum(amounts);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      return this.fail("data.value", field, [], "adds up to more than can be held exactly");
    }
  }

  /** unit × count, exactly. */
  times(unit: MinorUnits, count: number, field: string, index: number): MinorUnits {
    const product = unit * count;
    return Number.isSafeInteger(product) ? product : this.fail("data.value", field, [index], "is more than can be held exactly");
  }

  /** A rule of the channel's own figures: both must be equal to the cent. */
  check(rule: string, stated: MinorUnits, computed: MinorUnits, statedName: string, computedName: string): void {
    if (this.broken || stated === computed) return;
    const figures = `${statedName} is ${this.format(stated)} and ${computedName} is ${this.format(computed)}`;
    this.problems.push({
      ...this.problem("money.amount-mismatch", rule, rule, `${figures}: they must be equal. Have it corrected at the source`),
      amount: stated - computed,
      currency: this.currency,
    });
  }

  fail(exceptionClass: ExceptionClass, field: string, indices: readonly number[], trouble: string): 0 {
    this.broken = true;
    const path = fieldPath(field, indices);
    const advice = exceptionClass === "data.missing" ? "Have the source send it complete" : "Compare it with the source";
    this.problems.push(this.problem(exceptionClass, field, path, `${path} ${trouble}. ${advice}`));
    return 0;
  }

  private problem(exceptionClass: ExceptionClass, code: string, place: string, message: string): Problem {
    return {
      class: exceptionClass,
      code,
      cause: `shopify ${this.resource} ${this.id} ${place}`,
      message: `Shopify ${this.resource} ${this.id}: ${message}.`,
    };
  }

  private format(amount: MinorUnits): string {
    return `${formatMinorUnits(amount, this.currency)} ${this.currency}`;
  }
}

/** "line_items[].tax_lines[].price" with 3 and 0 is "line_items[3].tax_lines[0].price". */
function fieldPath(field: string, indices: readonly number[]): string {
  let next = 0;
  return field.replaceAll("[]", (brackets) => (next < indices.length ? `[${indices[next++]}]` : brackets));
}

/** A label for people, cut to what an event carries. */
export function clipped(label: string): string {
  return label.length <= textCharactersMax ? label : label.slice(0, textCharactersMax).toWellFormed();
}
