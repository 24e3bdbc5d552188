import { formatMinorUnits } from "#domain/money";
import { electionFor, type Policy } from "#domain/policy";
import { cardTotalsOf } from "./card-totals.ts";
import type { DayFacts, RegisterDay, Waiver } from "./day-facts.ts";
import { drawersOf } from "./drawers.ts";
import { countOf, gapsBetween, rangesOf, rangesText, rangesWithout, type SequenceRange } from "./sequence-ranges.ts";

/** What a store day still lacks before it can be audited. */
export interface OpenPoint {
  /**
   * "sequence": numbers are missing between those that came. "silent": a register of the policies says nothing. "tickets": numbers of tickets
   * that came and are held. "count": a drawer that nobody has counted. "cards": terminals and tickets say different card totals.
   */
  readonly kind: "sequence" | "silent" | "tickets" | "count" | "cards";
  readonly register?: string;
  /** Of "sequence" and "tickets". */
  readonly ranges?: readonly SequenceRange[];
  readonly currency?: string;
  /** Of "cards": stated less tendered, minor units. */
  readonly difference?: number;
  /** What is missing, for the person who reads it. */
  readonly text: string;
  readonly next: string;
}

/** Every point that nobody has waived. Empty: the day is complete. */
export function openPoints(facts: DayFacts, policy: Policy, store: string, businessDate: string): OpenPoint[] {
  const points: OpenPoint[] = [];
  for (const register of facts.registers.values()) points.push(...pointsOfNumbers(register, facts.waivers));
  points.push(...silentRegisters(facts, policy, store), ...uncounted(facts, policy, store, businessDate), ...cardDifferences(facts));
  return points;
}

/** The numbers that are missing of a register: between the first and the last that came, without those that were waived. */
export function missingNumbers({ register, seen }: RegisterDay, waivers: readonly Waiver[]): SequenceRange[] {
  return rangesWithout(gapsBetween(seen), waivedNumbers(register, waivers));
}

/** Numbers of tickets that came in a file and are not in the day's totals: something holds them, or they are on their way. */
export function heldTickets({ register, tickets, tallies }: RegisterDay, waivers: readonly Waiver[]): SequenceRange[] {
  const tallied = rangesOf(tallies.flatMap(({ sequence }) => (/^\d{1,15}$/.test(sequence) ? [Number(sequence)] : [])));
  return rangesWithout(rangesWithout(tickets, tallied), waivedNumbers(register, waivers));
}

function pointsOfNumbers(register: RegisterDay, waivers: readonly Waiver[]): OpenPoint[] {
  const points: OpenPoint[] = [];
  const name = register.register;
  const missing = missingNumbers(register, waivers);
  if (missing.length > 0) {
    points.push({
      kind: "sequence",
      register: name,
      ranges: missing,
      text: `register ${name} lacks ${numbersText(missing)}`,
      next: "ask the store system for the file again, or waive the numbers with a reason",
    });
  }
  const held = heldTickets(register, waivers);
  if (held.length > 0) {
    points.push({
      kind: "tickets",
      register: name,
      ranges: held,
      text: `register ${name} has tickets that came and are not in the day: ${numbersText(held)}`,
      next: "look at their exceptions, have the store system correct them, or waive the numbers with a reason",
    });
  }
  return points;
}

function silentRegisters({ registers, waivers }: DayFacts, policy: Policy, store: string): OpenPoint[] {
  const known = Object.hasOwn(policy.stores, store) ? (policy.stores[store]?.registers ?? []) : [];
  return known
    .filter((register) => !registers.has(register) && !waivers.some((waiver) => waiver.what === "sequence" && waiver.register === register))
    .map((register) => ({
      kind: "silent" as const,
      register,
      text: `register ${register} says nothing on this day`,
      next: "ask the store system for its file, or waive the register with a reason",
    }));
}

function uncounted(facts: DayFacts, policy: Policy, store: string, businessDate: string): OpenPoint[] {
  const entity = Object.hasOwn(policy.stores, store) ? policy.stores[store]?.entity : undefined;
  if (entity === undefined) return [];
  if (electionFor(policy, "drawerCount", { entity, day: businessDate, about: { channel: "pos" } }) === "optional") return [];
  const open = drawersOf(facts, policy, store, businessDate).filter(
    ({ register, count, taken, moved }) =>
      count === undefined &&
      (taken !== 0 || moved !== 0) &&
      !facts.waivers.some((each) => each.what === "count" && each.register === register),
  );
  return open.map(({ register, tender, currency, expected }) => ({
    kind: "count" as const,
    register,
    currency,
    text: `nobody has counted ${tender} ${currency} of register ${register}: ${formatMinorUnits(expected, currency)} are expected`,
    next: "have the drawer counted and the count sent, or waive the count with a reason",
  }));
}

function cardDifferences(facts: DayFacts): OpenPoint[] {
  return cardTotalsOf(facts)
    .filter(
      ({ difference, register }) => difference !== 0 && !facts.waivers.some((each) => each.what === "cards" && each.register === register),
    )
    .map(({ register, currency, stated, tendered, difference }) => ({
      kind: "cards" as const,
      ...(register === undefined ? {} : { register }),
      currency,
      difference,
      text: `card terminals ${register === undefined ? "of the store" : `of register ${register}`} state ${formatMinorUnits(stated, currency)} ${currency}, and the tickets come to ${formatMinorUnits(tendered, currency)}: a difference of ${formatMinorUnits(difference, currency)}`,
      next: "find the ticket or the batch that is missing, or waive the difference with a reason",
    }));
}

function waivedNumbers(register: string, waivers: readonly Waiver[]): SequenceRange[] {
  return waivers.flatMap((waiver) => {
    if (waiver.what !== "sequence" || waiver.register !== register) return [];
    return [waiver.range ?? { from: 0, to: Number.MAX_SAFE_INTEGER }];
  });
}

function numbersText(ranges: readonly SequenceRange[]): string {
  const count = countOf(ranges);
  return `${count} transaction number${count === 1 ? "" : "s"} (${rangesText(ranges)})`;
}
