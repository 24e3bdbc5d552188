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
