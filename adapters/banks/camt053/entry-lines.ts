import { type Currency, isCurrency, type MinorUnits } from "#domain/money";
import {
  type BankReferences,
  type FoundLine,
  parseStatedAmount,
  plainNumbers,
  remittanceCharactersMax,
  statedDay,
} from "#domain/settlement";
import { all, at, type Element, referenceAt, textAt } from "./element.ts";

/** What lines of a statement have in common. */
export interface StatementHead {
  readonly account: string;
  readonly id: string;
  readonly currency: Currency;
}

export interface EntryLines {
  readonly lines: readonly FoundLine[];
  /** What the entry books, signed. */
  readonly amount: MinorUnits;
  /** True when the entry states several parts that do not come to it, or not in its currency: it is one line then. */
  readonly partsDiffer: boolean;
}

/**
 * The lines of a booked entry: one for each of its transaction details when these come to what it books, else one. Throws RangeError with
 * what cannot be read.
 */
export function entryLines(entry: Element, head: StatementHead): EntryLines {
  const amount = signedAmount(at(entry, "Amt"), textAt(entry, "CdtDbtInd"), head.currency);
  const details = all(entry, "NtryDtls").flatMap((group) => all(group, "TxDtls"));
  const parts = details.map((detail) => partAmount(detail, entry, head.currency));
  const split =
    details.length > 1 && parts.every((part) => part !== undefined) && parts.reduce<number>((sum, part) => sum + (part ?? 0), 0) === amount;
  if (!split)
    return {
      lines: [lineOf(entry, details.length === 1 ? details[0] : undefined, amount, head, 0)],
      amount,
      partsDiffer: details.length > 1,
    };
  return { lines: details.map((detail, index) => lineOf(entry, detail, parts[index]!, head, index + 1)), amount, partsDiffer: false };
}

/** Positive for CRDT, negative for DBIT, whether or not the entry is a reversal. */
export function signedAmount(element: Element | undefined, indicator: string | undefined, currency: Currency): MinorUnits {
  if (element === undefined) throw new RangeError("an amount (Amt) is missing");
  if (element.currency !== currency)
    throw new RangeError(`an amount is in ${JSON.stringify(element.currency?.slice(0, 10) ?? "")}, and the account in ${currency}`);
  const amount = parseStatedAmount(unpadded(element.text.trim(), currency), currency, plainNumbers);
  if (amount < 0) throw new RangeError("an amount is negative, which the format does not write");
  if (indicator !== "CRDT" && indicator !== "DBIT")
    throw new RangeError(`CdtDbtInd is ${JSON.stringify(indicator?.slice(0, 10) ?? "")}, neither CRDT nor DBIT`);
  return indicator === "DBIT" && amount !== 0 ? -amount : amount;
}

/** ISO 20022 amounts may carry up to five decimals; those that the currency has not must be zeros. */
function unpadded(text: string, currency: Currency): string {
  const padded = /^(\d+)(?:\.(\d*?)0+)?$/.exec(text);
  if (padded === null || !isCurrency(currency)) return text;
  return padded[2] === undefined || padded[2] === "" ? (padded[1] ?? text) : `${padded[1]}.${padded[2]}`;
}

/** What one detail of the entry moves; undefined when it does not say so in the account's currency. */
function partAmount(detail: Element, entry: Element, currency: Currency): MinorUnits | undefined {
  const amount = at(detail, "Amt") ?? at(detail, "AmtDtls", "TxAmt", "Amt");
  if (amount === undefined || amount.currency !== currency) return undefined;
  return signedAmount(amount, textAt(detail, "CdtDbtInd") ?? textAt(entry, "CdtDbtInd"), currency);
}

function lineOf(entry: Element, detail: Element | undefined, amount: MinorUnits, head: StatementHead, part: number): FoundLine {
  const bookedOn = dayAt(entry, "BookgDt") ?? dayAt(entry, "ValDt");
  if (bookedOn === undefined) throw new RangeError("the entry has neither a booking date nor a value date");
  const valueOn = dayAt(entry, "ValDt");
  const entryReference = referenceAt(entry, "AcctSvcrRef");
  const references = referencesOf(entry, detail);
  const remittance = remittanceOf(entry, detail);
  const party = amount < 0 ? "Cdtr" : "Dbtr";
  const parties = at(detail, "RltdPties");
  const counterparty = textAt(parties, party, "Nm") ?? textAt(parties, party, "Pty", "Nm");
  const counterpartyAccount = textAt(parties, `${party}Acct`, "Id", "IBAN") ?? textAt(parties, `${party}Acct`, "Id", "Othr", "Id");
  const bankCode = bankCodeOf(entry);
  const original = originalOf(detail, amount, head.currency);
  const charges = at(entry, "Chrgs", "TtlChrgsAndTaxAmt");
  return {
    // The bank's reference names an entry wherever it is stated; without one, the statement that holds it does.
    identity: {
      bookedOn,
      amount,
      currency: head.currency,
      part,
      ...(entryReference === undefined
        ? { statement: head.id, remittance: remittance ?? "", endToEndId: references.endToEndId ?? "" }
        : { entryReference }),
    },
    account: head.account,
    statementId: head.id,
    bookedOn,
    ...(valueOn === undefined ? {} : { valueOn }),
    amount,
    currency: head.currency,
    ...(textAt(entry, "RvslInd") === "true" ? { reversal: true } : {}),
    references,
    ...(remittance === undefined ? {} : { remittance }),
    ...(counterparty === undefined ? {} : { counterparty: counterparty.slice(0, 255) }),
    ...(counterpartyAccount === undefined ? {} : { counterpartyAccount: counterpartyAccount.slice(0, 255) }),
    ...(bankCode === undefined ? {} : { bankCode }),
    ...(original === undefined ? {} : { original }),
    ...(charges === undefined || charges.currency !== head.currency
      ? {}
      : { charges: { amount: signedAmount(charges, "CRDT", head.currency), currency: head.currency } }),
  };
}

function referencesOf(entry: Element, detail: Element | undefined): BankReferences {
  const refs = at(detail, "Refs");
  const stated = {
    endToEndId: referenceAt(refs, "EndToEndId"),
    bankReference: referenceAt(refs, "AcctSvcrRef") ?? referenceAt(entry, "AcctSvcrRef"),
    customerReference: referenceAt(refs, "PmtInfId") ?? referenceAt(entry, "NtryRef"),
    instructionId: referenceAt(refs, "InstrId"),
    transactionId: referenceAt(refs, "TxId"),
    mandateId: referenceAt(refs, "MndtId"),
    creditorReference: referenceAt(detail, "RmtInf", "Strd", "CdtrRefInf", "Ref"),
  };
  return Object.fromEntries(Object.entries(stated).filter(([, text]) => text !== undefined));
}

function remittanceOf(entry: Element, detail: Element | undefined): string | undefined {
  const unstructured = all(at(detail, "RmtInf"), "Ustrd").map(({ text }) => text);
  const texts = unstructured.length > 0 ? unstructured : [textAt(detail, "AddtlTxInf") ?? textAt(entry, "AddtlNtryInf") ?? ""];
  const remittance = texts.join(" ").replace(/\s+/g, " ").trim().slice(0, remittanceCharactersMax);
  return remittance === "" ? undefined : remittance;
}

function bankCodeOf(entry: Element): string | undefined {
  const code = at(entry, "BkTxCd");
  const domain = [textAt(code, "Domn", "Cd"), textAt(code, "Domn", "Fmly", "Cd"), textAt(code, "Domn", "Fmly", "SubFmlyCd")].filter(
    (part) => part !== undefined,
  );
  return (domain.length > 0 ? domain.join("/") : textAt(code, "Prtry", "Cd"))?.slice(0, 255);
}

/** The amount as the payer instructed it, when that was in another currency. */
function originalOf(
  detail: Element | undefined,
  amount: MinorUnits,
  currency: Currency,
): { amount: MinorUnits; currency: string } | undefined {
  const instructed = at(detail, "AmtDtls", "InstdAmt", "Amt");
  const other = instructed?.currency;
  if (instructed === undefined || other === undefined || other === currency || !isCurrency(other)) return undefined;
  return { amount: signedAmount(instructed, amount < 0 ? "DBIT" : "CRDT", other), currency: other };
}

/** `Dt` or the day of `DtTm`, as the bank states it. */
export function dayAt(element: Element | undefined, name: string): string | undefined {
  const text = textAt(element, name, "Dt") ?? textAt(element, name, "DtTm");
  return text === undefined ? undefined : statedDay(text);
}
