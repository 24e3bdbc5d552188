import type { BankReferences } from "./bank-line.ts";

/** A line of a statement among others of its account, booking day, currency and amount. */
export interface DeliveredLine {
  /** The line's stream. */
  readonly line: string;
  /** Instant at which it came on record first. */
  readonly arrivedAt: string;
  /** The format it came in. */
  readonly source: string;
  readonly statementId: string;
  readonly references: BankReferences;
  /** Words of its text that may be references, in upper case. */
  readonly words: readonly string[];
  /** A person said that it is another line's movement. */
  readonly isGivenUp: boolean;
}

/** `same`: certainly the movement of that line, which came first. `doubtful`: perhaps; a person must say. */
export type SameMovement = { readonly kind: "same" | "doubtful"; readonly as: string };

interface Movement {
  readonly lines: DeliveredLine[];
  /** Lines that may be this movement: at most one of a statement is. */
  readonly doubted: DeliveredLine[];
}

/** References shorter than this may be counters of a file. */
const referenceCharactersMin = 4;

/**
 * Which of these lines, all of one account, day, currency and amount, show a movement that another one shows already: one statement
 * delivered in two formats, or statements that overlap. Lines of one statement are never the same movement: its balances count both. The
 * answer does not depend on the order in which the lines are given.
 */
export function sameMovements(delivered: readonly DeliveredLine[]): ReadonlyMap<string, SameMovement> {
  const found = new Map<string, SameMovement>();
  const movements: Movement[] = [];
  for (const line of [...delivered].sort((a, b) => compareText(a.arrivedAt, b.arrivedAt) || compareText(a.line, b.line))) {
    const possible = movements
      .filter(({ lines, doubted }) => ![...lines, ...doubted].some((other) => isOfOneStatement(line, other)))
      .map((movement) => ({ movement, likeness: likenessTo(line, movement.lines) }))
      .filter(({ likeness }) => likeness !== "different")
      .sort((a, b) => strength[b.likeness] - strength[a.likeness]);
    const [best] = possible;
    if (best === undefined) {
      movements.push({ lines: [line], doubted: [] });
      continue;
    }
    const as = best.movement.lines[0]!.line;
    if (best.likeness !== "unclear" || line.isGivenUp) {
      best.movement.lines.push(line);
      found.set(line.line, { kind: "same", as });
    } else {
      best.movement.doubted.push(line);
      movements.push({ lines: [line], doubted: [] });
      found.set(line.line, { kind: "doubtful", as });
    }
  }
  return found;
}

type Likeness = "reference" | "words" | "unclear" | "different";
const strength: Readonly<Record<Likeness, number>> = { reference: 3, words: 2, unclear: 1, different: 0 };

/** As like as the most telling of a movement's lines; different when one of them is, unless a reference says otherwise. */
function likenessTo(line: DeliveredLine, lines: readonly DeliveredLine[]): Likeness {
  const all = lines.map((other) => likenessOf(line, other));
  if (all.includes("reference")) return "reference";
  if (all.includes("different")) return "different";
  return all.includes("words") ? "words" : "unclear";
}

/**
 * A reference that the bank or the payer gave one payment decides. Words alone decide only between two formats, which state one day each:
 * within one format, equal words on one day may be two payments of one customer.
 */
function likenessOf(a: DeliveredLine, b: DeliveredLine): Likeness {
  const isOneFormat = a.source === b.source;
  const [bankA, bankB] = [bankGiven(a), bankGiven(b)];
  if (meets(bankA, bankB)) return "reference";
  if (isOneFormat && bankA.size > 0 && bankB.size > 0) return "different";
  const [payerA, payerB] = [payerGiven(a), payerGiven(b)];
  if (meets(payerA, payerB)) return "reference";
  const { endToEndId } = a.references;
  if (endToEndId !== undefined && b.references.endToEndId !== undefined) return "different";
  const [saysA, saysB] = [says(a), says(b)];
  if (isOneFormat) return saysA.size > 0 && saysB.size > 0 && !meets(saysA, saysB) ? "different" : "unclear";
  // Formats put one reference in different places, or only in the text.
  if (meets(new Set([...bankA, ...payerA]), saysB) || meets(new Set([...bankB, ...payerB]), saysA)) return "reference";
  return saysA.size > 0 && saysB.size > 0 && (isWithin(saysA, saysB) || isWithin(saysB, saysA)) ? "words" : "unclear";
}

function isOfOneStatement(a: DeliveredLine, b: DeliveredLine): boolean {
  return a.source === b.source && a.statementId === b.statementId;
}

function bankGiven({ references: { bankReference, transactionId } }: DeliveredLine): Set<string> {
  return telling([bankReference, transactionId]);
}

function payerGiven({ references: { endToEndId, instructionId } }: DeliveredLine): Set<string> {
  return telling([endToEndId, instructionId]);
}

function says({ references, words }: DeliveredLine): Set<string> {
  return telling([...Object.values(references), ...words]);
}

function telling(values: readonly (string | undefined)[]): Set<string> {
  return new Set(values.flatMap((value) => (value === undefined || value.length < referenceCharactersMin ? [] : [value.toUpperCase()])));
}

function meets(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  return [...a].some((value) => b.has(value));
}

function isWithin(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  return [...a].every((value) => b.has(value));
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
