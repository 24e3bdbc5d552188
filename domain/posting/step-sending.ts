import { millisecondsBetween } from "#domain/calendar";
import { Invalid, Throttled, Unavailable } from "#domain/failures";
import type { SentStep } from "./plan-steps.ts";

/** A "no" that an adapter of an ERP can tell by what it read, before anything is written. */
export class Refused extends Error {
  override readonly name = "Refused";
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

export const notSent = { kind: "unavailable", message: "not sent: a send before it was not answered; send it again" } as const;

/** Certainly not applied. `throttled`: the ERP asks for patience, and for how long where it says so. */
export interface Unapplied {
  readonly kind: "unavailable";
  readonly message: string;
  readonly throttled?: boolean;
  readonly retryAfterSeconds?: number;
}

const faultCharactersMax = 400;

/** The answer of a step for which nothing was written, by what was thrown. `erp`: its name in a sentence. */
export function unapplied(error: unknown, erp = "the ERP"): Unapplied {
  if (error instanceof Throttled) {
    const { message, retryAfterSeconds } = error;
    return { kind: "unavailable", throttled: true, message, ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }) };
  }
  if (error instanceof Unavailable) return { kind: "unavailable", message: `${erp} cannot be used: ${error.message}` };
  if (error instanceof Invalid) return { kind: "unavailable", message: error.message };
  return { kind: "unavailable", message: `nothing was sent to ${erp}: ${faultOf(error)}` };
}

/** The answer of a step that could not be planned: it is refused and comes to the desk, and holds up none that goes with it. */
export function unplanned(error: unknown): { readonly kind: "refused"; readonly code: string; readonly message: string } {
  if (error instanceof Refused) return { kind: "refused", code: error.code, message: error.message };
  if (error instanceof RangeError) return { kind: "refused", code: "amount-out-of-range", message: error.message };
  if (error instanceof Invalid) return { kind: "refused", code: "unreadable", message: error.message };
  return { kind: "refused", code: "cannot-plan", message: `the adapter cannot plan this document: ${faultOf(error)}; nothing was sent` };
}

/** What nobody foresaw, told by its name. */
export function faultOf(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}`.slice(0, faultCharactersMax) : "a fault without a name";
}

/** The entity in whose books a step is. */
export const entityOfStep = (step: SentStep): string => (step.kind === "post" ? step.document.entity : step.entity);

type Unsent = typeof notSent | { readonly kind: "skipped" };

/**
 * Groups of steps on their way into an ERP that takes several at once. Steps at the same place of their groups go together, so that a reversal
 * is there before what follows it; nothing follows an answer that leaves open what became of a step, and within a group nothing follows a
 * step that is not done.
 */
export interface StepSending<Answer> {
  /** What goes together next; none at the end. */
  next(): readonly SentStep[];
  /** Of those that went, in their order. */
  answered(given: readonly Answer[]): void;
  /** An answer per step: what was not reached is skipped after a refusal, and not sent after anything else. */
  answers(): (Answer | Unsent)[][];
}

export function openStepSending<Answer extends { readonly kind: string }>(groups: readonly (readonly SentStep[])[]): StepSending<Answer> {
  const answers: (Answer | Unsent)[][] = groups.map(() => []);
  let place = 0;
  let isStopped = false;
  const going = () =>
    groups.flatMap((group, index) => {
      const step = group[place];
      const mine = answers[index] ?? [];
      return step !== undefined && mine.every(({ kind }) => kind === "done") ? [{ mine, step }] : [];
    });
  return {
    next: () => (isStopped ? [] : going().map(({ step }) => step)),
    answered(given) {
      for (const [position, { mine }] of going().entries()) mine.push(given[position] ?? notSent);
      isStopped = given.some(({ kind }) => kind === "unknown" || kind === "unavailable");
      place += 1;
    },
    answers: () =>
      groups.map((group, index) => {
        const mine = answers[index] ?? [];
        const unsent: Unsent = mine.some(({ kind }) => kind === "refused") ? { kind: "skipped" } : notSent;
        return group.map((_, at) => mine[at] ?? unsent);
      }),
  };
}

/** Sends groups within `milliseconds` in all. `send` takes the steps that go together next, and is told what is left of the time. */
export async function sendGroups<Answer extends { readonly kind: string }>(
  groups: readonly (readonly SentStep[])[],
  clock: { now(): string },
  milliseconds: number,
  send: (steps: readonly SentStep[], left: () => number) => Promise<readonly Answer[]>,
): Promise<(Answer | Unsent)[][]> {
  const begun = clock.now();
  const left = () => milliseconds - millisecondsBetween(begun, clock.now());
  const sending = openStepSending<Answer>(groups);
  for (let steps = sending.next(); steps.length > 0; steps = sending.next()) sending.answered(await send(steps, left));
  return sending.answers();
}
