import { formatMinorUnits } from "#domain/money";
import { electionFor, type Policy, ticketRuleFor } from "#domain/policy";
import { cardTotalsOf } from "./card-totals.ts";
import type { DayFacts, RegisterDay, Waiver } from "./day-facts.ts";
import { drawersOf } from "./drawers.ts";
import { countOf, gapsBetween, rangesOf, rangesText, rangesWithout, type SequenceRange } from "./sequence-ranges.ts";

/** What a store day still lacks before it can be audited. */
export interface OpenPoint {
  /**
   * "sequence": numbers are missing between those that came. "silent": a register of the policies says nothing. "tickets": numbers of tickets
   * that came and are held. "count": a drawer that nobody has counted. "after-count": cash that was taken after its drawer's last count, so that no
   * count of the day has it. "cards": terminals and tickets say different card totals.
   */
  readonly kind: "sequence" | "silent" | "tickets" | "count" | "after-count" | "cards";
  readonly register?: string;
  /** Of "sequence" and "tickets". */
  readonly ranges?: readonly SequenceRange[];
  /** Of "tickets", of tills whose numbers are no whole numbers. */
  readonly names?: readonly string[];
  readonly tender?: string;
  readonly currency?: string;
  /** Of "count": what is expected. Of "after-count": what was taken. Minor units. */
  readonly amount?: number;
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
  points.push(...silentRegisters(facts, policy, store), ...uncounted(facts, policy, store, businessDate));
  if (registerOpen(policy, store, businessDate) === "error") points.push(...afterCounts(facts, policy, store, businessDate));
  points.push(...cardDifferences(facts, policy, businessDate));
  return points;
}

/** What policy only warns of: the day can be audited all the same. */
export function dayWarnings(facts: DayFacts, policy: Policy, store: string, businessDate: string): OpenPoint[] {
  return registerOpen(policy, store, businessDate) === "warning" ? afterCounts(facts, policy, store, businessDate) : [];
}

function registerOpen(policy: Policy, store: string, businessDate: string) {
  return ticketRuleFor(policy, "register-open", { store, businessDate, currency: "" }).severity;
}

/** The numbers that are missing of a register: between the first and the last that came, without those that were waived. */
export function missingNumbers({ register, seen }: RegisterDay, waivers: readonly Waiver[]): SequenceRange[] {
  return rangesWithout(gapsBetween(seen), waivedNumbers(register, waivers));
}

/**
 * Numbers of tickets that came in a file and are not in the day's totals: something holds them, or they are on their way. One that was held and
 * came again as what is no ticket is none of them.
 */
export function heldTickets({ register, tickets, control, tallies }: RegisterDay, waivers: readonly Waiver[]): SequenceRange[] {
  const tallied = rangesOf(tallies.flatMap(({ sequence }) => (/^\d{1,15}$/.test(sequence) ? [Number(sequence)] : [])));
  return rangesWithout(rangesWithout(tickets, [...tallied, ...control]), waivedNumbers(register, waivers));
}

/** The same of tills whose numbers are no whole numbers. */
function heldNames({ register, named, tallies }: RegisterDay, waivers: readonly Waiver[]): string[] {
  const out = new Set(tallies.map(({ sequence }) => sequence));
  for (const waiver of waivers) {
    if (waiver.what === "sequence" && waiver.register === register) for (const name of waiver.names ?? []) out.add(name);
  }
  return named.filter((name) => !out.has(name));
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
  const names = heldNames(register, waivers);
  if (held.length + names.length > 0) {
    const which = [...(held.length === 0 ? [] : [numbersText(held)]), ...(names.length === 0 ? [] : [namesText(names)])].join(" and ");
    points.push({
      kind: "tickets",
      register: name,
      ranges: held,
      ...(names.length === 0 ? {} : { names }),
      text: `register ${name} has tickets that came and are not in the day: ${which}`,
      next: "look at their exceptions, have the store system correct them, or waive the numbers with a reason",
    });
  }
  return points;
}

function silentRegisters({ registers, waivers }: DayFacts, policy: Policy, store: string): OpenPoint[] {
  const known = Object.hasOwn(policy.stores, store) ? (policy.stores[store]?.registers ?? []) : [];
  return known
    .filter((register) => !registers.has(register) && !waivers.some((waiver) => waivesSilence(waiver, register)))
    .map((register) => ({
      kind: "silent" as const,
      register,
      text: `register ${register} says nothing on this day`,
      next: "ask the store system for its file, or waive the register with a reason",
    }));
}

function waivesSilence({ what, register, range, ranges = [], names = [] }: Waiver, silent: string): boolean {
  return what === "sequence" && register === silent && range === undefined && ranges.length + names.length === 0;
}

function uncounted(facts: DayFacts, policy: Policy, store: string, businessDate: string): OpenPoint[] {
  const entity = Object.hasOwn(policy.stores, store) ? policy.stores[store]?.entity : undefined;
  if (entity === undefined) return [];
  if (electionFor(policy, "drawerCount", { entity, day: businessDate, about: { channel: "pos" } }) === "optional") return [];
  const open = drawersOf(facts, policy, store, businessDate).filter(
    ({ register, tender, currency, count, taken, moved, expected }) =>
      count === undefined &&
      (taken !== 0 || moved !== 0) &&
      !facts.waivers.some((each) => each.what === "count" && waivesAmount(each, { register, tender, currency, amount: expected })),
  );
  return open.map(({ register, tender, currency, expected }) => ({
    kind: "count" as const,
    register,
    tender,
    currency,
    amount: expected,
    text: `nobody has counted ${tender} ${currency} of register ${register}: ${formatMinorUnits(expected, currency)} are expected`,
    next: "have the drawer counted and the count sent, or waive the count with a reason",
  }));
}

/** Whoever sells for cash once its drawer was counted for the last time has a register open that was closed. */
function afterCounts(facts: DayFacts, policy: Policy, store: string, businessDate: string): OpenPoint[] {
  return drawersOf(facts, policy, store, businessDate).flatMap(({ register, tender, currency, count, after }): OpenPoint[] => {
    if (count === undefined || after.tickets === 0) return [];
    const amount = after.taken;
    if (facts.waivers.some((each) => each.what === "after-count" && waivesAmount(each, { register, tender, currency, amount }))) return [];
    return [
      {
        kind: "after-count",
        register,
        tender,
        currency,
        amount,
        text: `register ${register} has ${after.tickets} ticket${after.tickets === 1 ? "" : "s"} with ${formatMinorUnits(amount, currency)} ${currency} in ${tender} after its last count at ${count.at}: no count of the day has it`,
        next: "have the drawer counted again and the count sent, or waive it with a reason: the next opening count is held to it",
      },
    ];
  });
}

/** A waiver covers what was open when it was stated: another amount is another question. */
function waivesAmount(
  waiver: Waiver,
  open: { readonly register: string | undefined; readonly tender?: string; readonly currency: string; readonly amount: number },
): boolean {
  if (waiver.register !== open.register) return false;
  return (waiver.amounts ?? []).some(
    ({ tender, currency, amount }) => tender === open.tender && currency === open.currency && amount === open.amount,
  );
}

function cardDifferences(facts: DayFacts, policy: Policy, businessDate: string): OpenPoint[] {
  return cardTotalsOf(facts, policy, businessDate)
    .filter(
      ({ difference, register, currency }) =>
        difference !== 0 &&
        !facts.waivers.some((each) => each.what === "cards" && waivesAmount(each, { register, currency, amount: difference })),
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
    return waiver.ranges ?? (waiver.range === undefined ? [] : [waiver.range]);
  });
}

function numbersText(ranges: readonly SequenceRange[]): string {
  const count = countOf(ranges);
  return `${count} transaction number${count === 1 ? "" : "s"} (${rangesText(ranges)})`;
}

function namesText(names: readonly string[]): string {
  const shown = names.slice(0, 20).join(", ");
  return `${names.length} ticket${names.length === 1 ? "" : "s"} (${shown}${names.length > 20 ? `, and ${names.length - 20} more` : ""})`;
}
