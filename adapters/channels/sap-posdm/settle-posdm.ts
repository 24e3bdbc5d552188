import { isCurrency, type MinorUnits, parseMinorUnits } from "#domain/money";
import {
  brokenKey,
  heldTicket,
  ignoredTicket,
  type SettledTicket,
  type StatedTender,
  settleTicket,
  strayTicket,
  type TicketKey,
  type TicketPlace,
  TicketProblem,
  ticketProblemOf,
} from "#domain/pos-files";
import type { PosReadSettings } from "#ports/pos-format";
import { type JsonObject, listOf, textOf } from "./json-values.ts";
import { type PosdmLine, readPosdmLines, statedLine } from "./posdm-lines.ts";

/** SAP's code for a retail transaction with lines and tenders. */
const retailTransaction = "1001";
/** What is read, or says nothing of money; other objects in a transaction may. */
const knownFields = new Set(["RETAILLINEITEM", "TENDER", "DISCOUNT", "EXTENSIONS", "LOYALTY", "CUSTOMER"]);

/** What one transaction comes to. */
export function settlePosdm(transaction: JsonObject, place: TicketPlace, settings: PosReadSettings): SettledTicket {
  let key: TicketKey | undefined;
  try {
    const read = keyOf(transaction, settings);
    const broken = brokenKey(read);
    if (broken !== undefined)
      return strayTicket(settings.fileHash, place, new TicketProblem("data.missing", "identity", "identity", broken));
    key = read;
    const type = textOf(transaction, "TRANSTYPECODE", "TRANSACTIONTYPECODE");
    if (type !== retailTransaction) return otherTransaction(transaction, key, type);
    return settleTicket(key, ticketOf(transaction, key, settings), settings);
  } catch (error) {
    const problem = ticketProblemOf(error);
    return key === undefined ? strayTicket(settings.fileHash, place, problem) : heldTicket(key, problem, transaction);
  }
}

/** Signing on, totals and their kin move no goods; one that has lines or tenders is not guessed at. */
function otherTransaction(transaction: JsonObject, key: TicketKey, type: string): SettledTicket {
  const name = type === "" ? "no transaction type" : `transaction type ${type.slice(0, 20)}`;
  if (listOf(transaction, "RETAILLINEITEM", "TENDER").length === 0) return ignoredTicket(key, name);
  const what = `it is of ${name}, and has lines or tenders: only ${retailTransaction}, the retail transaction, is read`;
  return heldTicket(key, new TicketProblem("data.value", "transaction-type", "transaction-type", what), transaction);
}

function keyOf(transaction: JsonObject, settings: PosReadSettings): TicketKey {
  const named = textOf(transaction, "RETAILSTOREID");
  return {
    store: settings.storeNamed?.(named) ?? named,
    register: textOf(transaction, "WORKSTATIONID"),
    sequence: textOf(transaction, "TRANSNUMBER", "TRANSACTIONSEQUENCENUMBER"),
    businessDate: dayOf(textOf(transaction, "BUSINESSDAYDATE")),
  };
}

function ticketOf(transaction: JsonObject, key: TicketKey, settings: PosReadSettings) {
  refuseUnknownMoney(transaction);
  const currency = currencyOf(transaction, key, settings);
  const lines = readPosdmLines(transaction, currency);
  const tenders = listOf(transaction, "TENDER").map((tender) => tenderOf(tender, currency));
  const discounts = listOf(transaction, "DISCOUNT").flatMap((discount) => {
    const amount = Math.abs(amountOf(discount, "REDUCTIONAMOUNT", currency) ?? 0);
    return amount === 0 ? [] : [{ amount, promotion: textOf(discount, "BONUSBUYID", "DISCID", "DISCTYPECODE").slice(0, 255) }];
  });
  const offTicket = discounts.reduce((sum, { amount }) => sum + amount, 0);
  const paid = tenders.reduce((sum, { amount }) => sum + amount, 0);
  const before = discountsComeOff(lines, paid + offTicket);
  return {
    occurredAt: instantOf(transaction, key, settings),
    currency,
    taxesIncluded: undefined,
    lines: lines.map((line) => statedLine(line, before)),
    tenders,
    discounts,
  };
}

/**
 * Whether the sales amount of a line is the one before its discounts: tills write either. The reading in which lines and tenders tie is
 * taken; if none does, the amount after them, and the gate names the difference.
 */
function discountsComeOff(lines: readonly PosdmLine[], owed: MinorUnits): boolean {
  const sums = { after: 0, before: 0, tax: 0 };
  for (const { kind, amount, discounts, taxes } of lines) {
    const sign = kind === "return" ? -1 : 1;
    const off = discounts.reduce((sum, each) => sum + each.amount, 0);
    sums.after += sign * amount;
    sums.before += sign * (amount - off);
    sums.tax += sign * taxes.reduce((sum, each) => sum + each.amount, 0);
  }
  const ties = (net: number) => net === owed || net + sums.tax === owed;
  return !ties(sums.after) && ties(sums.before);
}

function tenderOf(tender: JsonObject, currency: string): StatedTender {
  const stated = textOf(tender, "TENDERCURRENCY");
  const type = textOf(tender, "TENDERTYPECODE") || "unknown";
  if (stated !== "" && stated !== currency) {
    const what = `tender ${type.slice(0, 20)} is in ${stated.slice(0, 10)}, and its amount in ${currency} is not stated`;
    throw new TicketProblem("money.currency-mismatch", "tender", `tender-currency:${type}`, what);
  }
  const amount = amountOf(tender, "TENDERAMOUNT", currency);
  if (amount === undefined)
    throw new TicketProblem("data.missing", "figure", `tender:${type}`, `tender ${type.slice(0, 20)} states no TENDERAMOUNT`);
  // Converters leave the quotation marks of the till's XML around the card's name.
  const cardBrand = extension(tender, "CARD", "CARDNAME")
    .replace(/&quot;/gi, "")
    .trim()
    .slice(0, 255);
  return { type: type.slice(0, 255), ...(cardBrand === "" ? {} : { cardBrand }), amount };
}

function currencyOf(transaction: JsonObject, { store }: TicketKey, settings: PosReadSettings): string {
  const currency =
    textOf(transaction, "TRANSCURRENCY", "TRANSACTIONCURRENCY") ||
    extension(transaction, "CURR", "BASECURR") ||
    settings.currencyOf?.(store) ||
    "";
  if (isCurrency(currency)) return currency;
  throw new TicketProblem("data.value", "currency", "currency", `${currency.slice(0, 20) || "nothing"} is no ISO 4217 currency`);
}

function instantOf(transaction: JsonObject, { store }: TicketKey, settings: PosReadSettings): string {
  const text = textOf(transaction, "ENDTIMESTAMP", "ENDDATETIMESTAMP", "BEGINTIMESTAMP", "BEGINDATETIMESTAMP");
  const [, day, hour, minute, second] = /^(\d{8})(\d{2})(\d{2})(\d{2})$/.exec(text) ?? [];
  if (day === undefined)
    throw new TicketProblem(
      "data.value",
      "time",
      "time",
      `its time ${JSON.stringify(text.slice(0, 40))} is not written like 20261127140322`,
    );
  const instant = settings.toInstant(store, `${dayOf(day)}T${hour}:${minute}:${second}`);
  if (instant !== undefined) return instant;
  const what = `the time zone of store ${store} is not known: add the store to the policies, release them and send the file again`;
  throw new TicketProblem("data.unmapped", "store", "store", what);
}

/** Money in objects that are not understood keeps the ticket from being booked short. */
function refuseUnknownMoney(transaction: JsonObject): void {
  for (const name of Object.keys(transaction)) {
    if (knownFields.has(name)) continue;
    const money = listOf(transaction, name).some((each) =>
      Object.entries(each).some(([field, value]) => /AM(?:OUN)?T$/.test(field) && !isZero(value)),
    );
    if (money)
      throw new TicketProblem(
        "data.value",
        "unknown-money",
        `unknown-money:${name.slice(0, 60)}`,
        `it has money in ${name.slice(0, 60)}, which is not read`,
      );
  }
}

function isZero(value: unknown): boolean {
  return typeof value !== "string" || /^[-+]?0*(?:\.0*)?$/.test(value.trim());
}

function extension(object: JsonObject, group: string, name: string): string {
  const found = listOf(object, "EXTENSIONS").find((each) => textOf(each, "FIELDGROUP") === group && textOf(each, "FIELDNAME") === name);
  return found === undefined ? "" : textOf(found, "FIELDVALUE");
}

function amountOf(object: JsonObject, name: string, currency: string): MinorUnits | undefined {
  const text = textOf(object, name);
  return text === "" ? undefined : parseMinorUnits(text, currency);
}

/** 20261127 as 2026-11-27; other texts as they are. */
function dayOf(text: string): string {
  return /^\d{8}$/.test(text) ? `${text.slice(0, 4)}-${text.slice(4, 6)}-${text.slice(6)}` : text.slice(0, 10);
}
