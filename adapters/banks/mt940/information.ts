import { type BankReferences, remittanceCharactersMax } from "#domain/settlement";

/** What the information to the account owner (:86:) says of a line, in whichever of its customs the bank follows. */
export interface Information {
  readonly references: BankReferences;
  readonly remittance: string | undefined;
  readonly counterparty: string | undefined;
  readonly counterpartyAccount: string | undefined;
}

type Found = { -readonly [Key in keyof Information]: Information[Key] };

/**
 * Reads the three customs that are spread: German subfields ("166?00TRANSFER?20EREF+…?32NAME"), Dutch and Nordic code words
 * ("/EREF/…/REMI/USTD//…/NAME/…/"), and plain text. What it cannot tell apart stays in the remittance.
 */
export function readInformation(text: string): Information {
  const lines = text.split("\n");
  const joined = lines.join("");
  if (/^\d{3}\?/.test(joined)) return germanSubfields(joined);
  if (/^\/[A-Z]{4}\//.test(joined)) return codeWords(joined);
  return { references: {}, remittance: clipped(lines.join(" ")), counterparty: undefined, counterpartyAccount: undefined };
}

function germanSubfields(text: string): Information {
  const fields = new Map(
    text
      .slice(4)
      .split("?")
      .map((field) => [field.slice(0, 2), field.slice(2)] as const),
  );
  const values = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => fields.get(String(from + index)) ?? "");
  // Subfields break words at their 27th character, but a mark always begins one.
  const remittance = [...values(20, 29), ...values(60, 63)].map((value) => (/^[A-Z]{3,4}\+/.test(value) ? ` ${value}` : value)).join("");
  const name = values(32, 33).join("").trim();
  const account = (fields.get("38") ?? fields.get("31") ?? "").trim();
  const found = sepaMarks(remittance);
  return {
    ...found,
    counterparty: name === "" ? undefined : name.slice(0, 255),
    counterpartyAccount: account === "" ? undefined : account.slice(0, 255),
  };
}

const marks = { EREF: "endToEndId", KREF: "customerReference", MREF: "mandateId" } as const;

/** "EREF+id MREF+mandate SVWZ+text": each mark reaches to the next one. */
function sepaMarks(text: string): Found {
  const parts = text.split(/(?=\b(?:EREF|KREF|MREF|CRED|DEBT|SVWZ|ABWA|ABWE|IBAN|BIC)\+)/);
  const references: Record<string, string> = {};
  const remittance: string[] = [];
  for (const part of parts) {
    const [, mark, value = ""] = /^(EREF|KREF|MREF|CRED|DEBT|SVWZ|ABWA|ABWE|IBAN|BIC)\+(.*)$/s.exec(part) ?? [];
    if (mark === undefined) remittance.push(part);
    else if (mark === "SVWZ") remittance.push(value);
    else if (mark in marks) setReference(references, marks[mark as keyof typeof marks], value);
  }
  return { references, remittance: clipped(remittance.join(" ")), counterparty: undefined, counterpartyAccount: undefined };
}

const words = { EREF: "endToEndId", PREF: "customerReference", MARF: "mandateId", IREF: "instructionId" } as const;
const knownWord = /\/(EREF|PREF|MARF|IREF|REMI|NAME|IBAN|BIC|TRTP|TRCD|CNTP|ORDP|BENM|CSID|ISDT|ULTD|ULTC|ULTB|PURP|RTRN|ADDR|SVCL)\//;

/** "/WORD/value/WORD/value": a value reaches to the next known word and may hold slashes itself. */
function codeWords(text: string): Information {
  const pieces = text.split(new RegExp(knownWord, "g"));
  const references: Record<string, string> = {};
  let remittance: string | undefined;
  let counterparty: string | undefined;
  let counterpartyAccount: string | undefined;
  for (let at = 1; at < pieces.length; at += 2) {
    const word = pieces[at] ?? "";
    const value = (pieces[at + 1] ?? "").replace(/\/+$/, "").trim();
    if (word === "REMI") remittance = clipped(value.replace(/^USTD\/\/|^STRD\/CUR\//, ""));
    else if (word === "NAME") counterparty = value.slice(0, 255) || undefined;
    else if (word === "IBAN") counterpartyAccount = value.slice(0, 255) || undefined;
    else if (word === "CNTP") {
      // ING: account/BIC/name/city.
      const [account = "", , name = ""] = value.split("/");
      counterpartyAccount = account.slice(0, 255) || undefined;
      counterparty = name.slice(0, 255) || undefined;
    } else if (word in words) setReference(references, words[word as keyof typeof words], value);
  }
  return { references, remittance: remittance ?? clipped(text), counterparty, counterpartyAccount };
}

function setReference(references: Record<string, string>, name: string, value: string): void {
  const text = value.trim();
  if (text !== "" && !/^(?:NONREF|NOTPROVIDED)$/i.test(text)) references[name] = text.slice(0, 255);
}

function clipped(text: string): string | undefined {
  const clean = text.replace(/\s+/g, " ").trim().slice(0, remittanceCharactersMax);
  return clean === "" ? undefined : clean;
}
