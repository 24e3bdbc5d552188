import { parseScaled, type Scaled } from "#domain/money";
import { TicketProblem } from "#domain/pos-files";

/** POSLog amounts carry up to four decimals. */
export const amountDecimals = 4;
export const quantityDecimals = 6;

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
  if (text === "") throw new TicketProblem("data.missing", "figure", place, `${place} is missing`);
  try {
    return parseScaled(text, decimals);
  } catch (error) {
    throw new TicketProblem("data.value", "figure", place, `${place}: ${error instanceof Error ? error.message : String(error)}`);
  }
}
