import { isDay } from "#domain/calendar";

/** The natural key of a transaction of a till, whichever format states it. */
export interface TicketKey {
  readonly store: string;
  readonly register: string;
  /** YYYY-MM-DD. */
  readonly businessDate: string;
  readonly sequence: string;
}

/** Longer stores, registers and numbers are no till's. */
export const keyCharactersMax = 40;

/** What is missing of a natural key, or too long in it, in words; undefined when it is whole. */
export function brokenKey(key: Partial<TicketKey>): string | undefined {
  const missing = (["store", "register", "sequence"] as const).filter((part) => (key[part] ?? "") === "");
  const parts: string[] = [...missing, ...(isDay(key.businessDate ?? "") ? [] : ["business day"])];
  if (parts.length > 0) return `has no readable ${parts.join(", ")}`;
  const long = [key.store, key.register, key.sequence].some((part) => (part ?? "").length > keyCharactersMax);
  return long ? `has an identity of more than ${keyCharactersMax} characters` : undefined;
}

/** The till's number of a transaction, within its store. */
export function numberOf({ register, businessDate, sequence }: TicketKey): string {
  return `${register}.${businessDate}.${sequence}`;
}

/** The till's number over all stores: what names a fact in a stream that is not its own. */
export function numberOverAll(key: TicketKey): string {
  return `${key.store}.${numberOf(key)}`;
}

/** For people. */
export function nameOf({ store, register, businessDate, sequence }: TicketKey): string {
  return `ticket ${sequence} of register ${register}, store ${store}, ${businessDate}`;
}
