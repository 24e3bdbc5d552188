import type { SourceKey } from "#domain/identity";

/**
 * Sort keys of the lineage. Read in descending order a transaction gives exceptions, then plans (outcome, take-overs and plan of the
 * last number first), then documents, then approvals: plans before facts. Return reservations come between exceptions and plans, so that
 * a reservation whose end is not seen yet still counts beside the facts that ended it.
 */
export function documentItemKey(source: SourceKey, contentHash: string): string {
  return `D#${source}#${contentHash}`;
}

export function planKey(connection: string, number: number): string {
  return `P#${connection}#${String(number).padStart(6, "0")}`;
}

export function takeOverKey(connection: string, number: number, take: number): string {
  return `${planKey(connection, number)}#T${String(take).padStart(4, "0")}`;
}

export function outcomeKey(connection: string, number: number): string {
  return `${planKey(connection, number)}#R`;
}

/** `cause` is hashed to a short, safe part by the caller. */
export function exceptionKey(exceptionClass: string, causeHash: string, occurrence: number): string {
  return `X#${exceptionClass}#${causeHash}#${String(occurrence).padStart(4, "0")}`;
}

export function closureKey(exceptionItemKey: string): string {
  return `${exceptionItemKey}#C`;
}

/** `step` counts from 1. */
export function escalationKey(exceptionItemKey: string, step: number): string {
  return `${exceptionItemKey}#E${String(step).padStart(4, "0")}`;
}

/** `number` counts the retries of an exception from 1. */
export function retryKey(exceptionItemKey: string, number: number): string {
  return `${exceptionItemKey}#T${String(number).padStart(4, "0")}`;
}

export function erasureKey(exceptionItemKey: string): string {
  return `${exceptionItemKey}#Z`;
}

/** The exception that a closure, an escalation or a retry is about. */
export function exceptionKeyOf(itemKey: string): string {
  return itemKey.slice(0, itemKey.lastIndexOf("#"));
}

/** `hash` names the exact change that is to be approved; `occurrence` counts the times it was asked for. */
export function approvalKey(hash: string, occurrence: number): string {
  return `A#${hash}#${String(occurrence).padStart(4, "0")}`;
}

export function approvalDecisionKey(approvalItemKey: string): string {
  return `${approvalItemKey}#D`;
}

/** `number` counts the return reservations of a sale from 1. */
export function reservationKey(number: number): string {
  return `V#${String(number).padStart(6, "0")}`;
}

export function reservationEndKey(reservationItemKey: string): string {
  return `${reservationItemKey}#E`;
}
