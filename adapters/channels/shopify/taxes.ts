import type { BusinessEvent } from "#domain/events";
import { allocate, type MinorUnits } from "#domain/money";
import type { Reading } from "./reading.ts";
import type { TaxLine } from "./schemas.ts";

export type Tax = Extract<BusinessEvent, { name: "order.placed" }>["lines"][number]["taxes"][number];

/** The taxes of one line as stated, each with its own liability. `indices` place the list within `field`. */
export function readTaxes(lines: readonly TaxLine[], reading: Reading, field: string, ...indices: number[]): Tax[] {
  return lines.map((line, index) => taxOf(line, reading.amount(line.price_set, line.price, field, ...indices, index)));
}

/**
 * A tax amount that is stated without its codes, told apart by the taxes that were charged: all of it under a single code, else in
 * proportion to them, so that the parts add up to it. Empty when there is nothing to tell, or nothing to tell it by.
 */
export function splitTax(total: MinorUnits, charged: readonly TaxLine[], reading: Reading, field: string, ...indices: number[]): Tax[] {
  const [first] = charged;
  if (total === 0 || first === undefined) return [];
  if (charged.every((line) => line.title === first.title && line.channel_liable === first.channel_liable)) return [taxOf(first, total)];
  const weights = charged.map((line, index) => Math.abs(reading.amount(line.price_set, line.price, field, ...indices, index)));
  if (reading.sum(weights, field) === 0) return [];
  return allocate(total, weights).map((amount, index) => taxOf(charged[index]!, amount));
}

function taxOf(line: TaxLine, amount: MinorUnits): Tax {
  return {
    code: line.title ?? "",
    ...(line.rate === undefined || line.rate === null ? {} : { rate: String(line.rate) }),
    amount,
    ...(line.channel_liable === undefined || line.channel_liable === null ? {} : { channelLiable: line.channel_liable }),
  };
}
