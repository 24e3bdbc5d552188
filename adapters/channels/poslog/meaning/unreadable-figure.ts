import type { Problem } from "#domain/exceptions";
import { parseScaled, type Scaled } from "#domain/money";

/** POSLog amounts carry up to four decimals. */
export const amountDecimals = 4;
export const quantityDecimals = 6;

/** A figure that keeps a ticket from being read: becomes its issue. */
export class UnreadableFigure extends Error {
  readonly class: Problem["class"];
  readonly code: string;
  readonly place: string;

  constructor(problemClass: Problem["class"], code: string, place: string, message: string) {
    super(message);
    this.class = problemClass;
    this.code = code;
    this.place = place;
  }
}

/** An amount at `amountDecimals`; "" throws as missing. `place` names it to people: "ExtendedAmount of line 3". */
export function readAmount(text: string, place: string): Scaled {
  return read(text, amountDecimals, place);
}

export function readQuantity(text: string, place: string): Scaled {
  return read(text, quantityDecimals, place);
}

export function readOptionalAmount(text: string, place: string): Scaled {
  return text === "" ? 0 : read(text, amountDecimals, place);
}

function read(text: string, decimals: number, place: string): Scaled {
  if (text === "") throw new UnreadableFigure("data.missing", "figure", place, `${place} is missing`);
  try {
    return parseScaled(text, decimals);
  } catch (error) {
    throw new UnreadableFigure("data.value", "figure", place, `${place}: ${error instanceof Error ? error.message : String(error)}`);
  }
}
