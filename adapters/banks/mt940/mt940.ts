import { NotText, StreamingText } from "#domain/csv";
import type { MinorUnits } from "#domain/money";
import { BankIntake, UnreadableSettlementFile } from "#domain/settlement";
import type { BankFileSummary, BankHandlers, BankReadSettings, BankStatementFormat, BankStatementReader } from "#ports/bank-statement";
import { readInformation } from "./information.ts";
import { type Balance, readBalance, readStatementLine, type StatementLine } from "./statement-line.ts";

const lineCharactersMax = 4_096;
const fieldCharactersMax = 20_000;

/**
 * SWIFT MT940, with or without its envelope, in UTF-8 or Windows-1252. Each message is a statement, or a page of one, that leads from its
 * opening balance (:60F:, :60M:) to its closing one (:62F:, :62M:).
 */
export const mt940: BankStatementFormat = {
  name: "mt940",
  recognises(head) {
    const text = new TextDecoder("windows-1252").decode(head);
    return /(?:^|[\r\n])\s*(?:\{1:[^\r\n]*|:20:[^\r\n]*)/.test(text) && /[\r\n]:(?:25P?|28C|60[FM]):/.test(text);
  },
  open: (settings, handlers) => new Mt940Reader(settings, handlers),
};

/** What Dutch banks write before each message: the message type, the BIC of sender and receiver, each on a line of its own. */
const headerOfBank = /^(?::?9\d{2}:?|[A-Z]{6}[A-Z0-9]{2}(?:[A-Z0-9]{3})?)$/;

interface Message {
  readonly line: number;
  account: string | undefined;
  number: string | undefined;
  opening: Balance | undefined;
  closing: Balance | undefined;
  sum: MinorUnits;
  lines: number;
}

interface Field {
  readonly tag: string;
  readonly line: number;
  value: string;
}

class Mt940Reader implements BankStatementReader {
  readonly #intake: BankIntake;
  readonly #text = new StreamingText("utf-8-or-windows-1252");
  #rest = "";
  #line = 0;
  #field: Field | undefined;
  #message: Message | undefined;
  /** A statement line waits for the information that may follow it. */
  #waiting: { readonly stated: StatementLine; readonly line: number } | undefined;
  #sawMessage = false;
  #sawAnything = false;

  constructor(settings: BankReadSettings, handlers: BankHandlers) {
    this.#intake = new BankIntake("mt940", settings, handlers);
  }

  push(bytes: Uint8Array): void {
    this.#read(this.#decoded(() => this.#text.push(bytes)));
  }

  end(): BankFileSummary {
    this.#read(this.#decoded(() => this.#text.end()));
    if (this.#rest !== "") this.#textLine(this.#rest);
    this.#rest = "";
    this.#endField();
    if (!this.#sawAnything) throw new UnreadableSettlementFile("empty", 1, "the file is empty; ask the bank for it again");
    if (!this.#sawMessage) throw new UnreadableSettlementFile("columns", 1, "the file has no :20: field: this is no MT940 statement");
    this.#endMessage();
    return this.#intake.summary();
  }

  #decoded(decode: () => string): string {
    try {
      return decode();
    } catch (error) {
      if (!(error instanceof NotText)) throw error;
      throw new UnreadableSettlementFile(
        "encoding",
        this.#line + 1,
        "the bytes from here on are no text in the file's encoding; ask the bank for it again",
        error,
      );
    }
  }

  #read(text: string): void {
    const lines = (this.#rest + text).split("\n");
    this.#rest = lines.pop() ?? "";
    for (const line of lines) this.#textLine(line);
    if (this.#rest.length > lineCharactersMax)
      throw new UnreadableSettlementFile(
        "too-large",
        this.#line + 1,
        `a line has more than ${lineCharactersMax} characters: this is no MT940 statement`,
      );
  }

  #textLine(text: string): void {
    this.#line++;
    const line = text.replace(/\r$/, "");
    if (line.length > lineCharactersMax)
      throw new UnreadableSettlementFile(
        "too-large",
        this.#line,
        `the line has more than ${lineCharactersMax} characters: this is no MT940 statement`,
      );
    if (line.trim() === "") return;
    this.#sawAnything = true;
    const inEnvelope = /^\{(?:1|2|3):.*\{4:\s*$/.exec(line) !== null || /^\{4:\s*$/.test(line);
    const [, tag, value = ""] = /^:(\d{2}[A-Z]?):(.*)$/s.exec(line) ?? [];
    if (tag !== undefined) {
      this.#endField();
      this.#field = { tag, line: this.#line, value };
    } else if (inEnvelope || /^\{[123]:/.test(line)) this.#endField();
    else if (line === "-" || /^-\}/.test(line)) {
      this.#endField();
      this.#endMessage();
    } else if (this.#field !== undefined) {
      this.#field.value += `\n${line}`;
      if (this.#field.value.length > fieldCharactersMax) {
        throw new UnreadableSettlementFile(
          "too-large",
          this.#field.line,
          `the field :${this.#field.tag}: has more than ${fieldCharactersMax} characters`,
        );
      }
    } else if (this.#message === undefined && headerOfBank.test(line.trim())) return;
    else this.#intake.hold("data.value", "text", "there is text outside of a field; ask the bank for the file again", { line: this.#line });
  }

  #endField(): void {
    const field = this.#field;
    this.#field = undefined;
    if (field === undefined) return;
    try {
      this.#readField(field);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      this.#intake.hold("data.value", "value", `${error.message}; ask the bank for the statement again`, {
        line: field.line,
        column: `:${field.tag}:`,
      });
    }
  }

  #readField({ tag, line, value }: Field): void {
    if (tag === "20") {
      this.#endMessage();
      this.#sawMessage = true;
      this.#message = { line, account: undefined, number: undefined, opening: undefined, closing: undefined, sum: 0, lines: 0 };
      return;
    }
    const message = this.#message;
    if (message === undefined) throw new RangeError("the field stands before the :20: of a statement");
    if (tag === "86") {
      if (this.#waiting !== undefined) this.#tell(message, value);
      return;
    }
    if (this.#waiting !== undefined) this.#tell(message, "");
    if (tag === "25" || tag === "25P") message.account = value.split("\n")[0]!.replace(/\s+/g, "");
    else if (tag === "28" || tag === "28C") message.number = value.trim();
    else if (tag === "60F" || tag === "60M") message.opening = readBalance(value);
    else if (tag === "62F" || tag === "62M") message.closing = readBalance(value);
    else if (tag === "61") {
      const { opening } = message;
      if (opening === undefined) throw new RangeError("a line stands before the opening balance, whose currency it needs");
      if (message.closing !== undefined) throw new RangeError("a line stands behind the closing balance");
      const stated = readStatementLine(value, opening.currency);
      message.sum += stated.amount;
      this.#waiting = { stated, line };
    }
  }

  #tell(message: Message, information: string): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if (waiting === undefined) return;
    const { stated, line } = waiting;
    const { account, id, currency } = headOf(message);
    const said = readInformation(information);
    const remittance = said.remittance ?? stated.supplement;
    const references = {
      ...said.references,
      ...(stated.bankReference === undefined ? {} : { bankReference: stated.bankReference }),
      ...(stated.customerReference === undefined ? {} : { customerReference: stated.customerReference }),
    };
    message.lines++;
    this.#intake.line(
      {
        identity: {
          statement: id,
          bookedOn: stated.bookedOn,
          valueOn: stated.valueOn,
          amount: stated.amount,
          currency,
          code: stated.code,
          customerReference: stated.customerReference ?? "",
          bankReference: stated.bankReference ?? "",
          information,
        },
        account,
        statementId: id,
        bookedOn: stated.bookedOn,
        valueOn: stated.valueOn,
        amount: stated.amount,
        currency,
        ...(stated.reversal ? { reversal: true } : {}),
        references,
        ...(remittance === undefined ? {} : { remittance }),
        ...(said.counterparty === undefined ? {} : { counterparty: said.counterparty }),
        ...(said.counterpartyAccount === undefined ? {} : { counterpartyAccount: said.counterpartyAccount }),
        bankCode: stated.code,
      },
      { line, column: ":61:" },
    );
  }

  #endMessage(): void {
    const message = this.#message;
    if (message === undefined) return;
    const place = { line: message.line, column: ":20:" };
    try {
      if (this.#waiting !== undefined) this.#tell(message, "");
      this.#message = undefined;
      const { account, id, currency } = headOf(message);
      const { opening, closing, sum, lines } = message;
      if (closing === undefined)
        throw new UnreadableSettlementFile(
          "truncated",
          message.line,
          `statement ${id} has no closing balance (:62F:): it was cut off; transfer the file again`,
        );
      if (closing.currency !== currency) throw new RangeError(`the statement opens in ${currency} and closes in ${closing.currency}`);
      this.#intake.statement(
        {
          account,
          id,
          ...(message.number === undefined ? {} : { sequence: message.number }),
          currency,
          opening: { amount: opening!.amount, on: opening!.on },
          closing: { amount: closing.amount, on: closing.on },
          lines,
        },
        sum,
        place,
      );
    } catch (error) {
      this.#message = undefined;
      this.#waiting = undefined;
      if (!(error instanceof RangeError)) throw error;
      this.#intake.hold("data.value", "statement", `${error.message}; ask the bank for the statement again`, place);
    }
  }
}

/** Statement numbers begin anew each year, so the opening balance's year is part of the id. */
function headOf({ account, number, opening }: Message): { account: string; id: string; currency: string } {
  if (account === undefined || account === "") throw new RangeError("the statement names no account (:25:)");
  if (opening === undefined) throw new RangeError("the statement has no opening balance (:60F:)");
  if (number === undefined || number === "") throw new RangeError("the statement has no number (:28C:)");
  return { account, id: `${opening.on.slice(0, 4)}-${number}`, currency: opening.currency };
}
