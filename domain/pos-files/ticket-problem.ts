import { CellProblem } from "#domain/csv";
import type { Problem } from "#domain/exceptions";

/** Something that keeps a ticket from being read: becomes its issue. `message` completes "ticket 12 of register 3, …: ". */
export class TicketProblem extends Error {
  override readonly name = "TicketProblem";
  readonly class: Problem["class"];
  readonly code: string;
  override readonly cause: string;

  constructor(problemClass: Problem["class"], code: string, cause: string, message: string) {
    super(message);
    this.class = problemClass;
    this.code = code;
    this.cause = cause;
  }
}

/** An error of reading a ticket as its problem; any other one is a fault of ours and is thrown again. */
export function ticketProblemOf(error: unknown): TicketProblem {
  if (error instanceof TicketProblem) return error;
  if (error instanceof CellProblem) {
    const where = error.column === undefined ? "" : `column ${JSON.stringify(error.column)}: `;
    return new TicketProblem(error.problemClass, error.code, `${error.code}:${error.column ?? ""}`, `${where}${error.message}`);
  }
  if (error instanceof RangeError) return new TicketProblem("data.value", "figure", "range", error.message);
  throw error;
}
