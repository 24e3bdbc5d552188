import { SaxesParser } from "saxes";
import { NotText, StreamingText } from "#domain/csv";
import { isCurrency, type MinorUnits } from "#domain/money";
import { BankIntake, type FilePlace, UnreadableSettlementFile } from "#domain/settlement";
import type { BankFileSummary, BankHandlers, BankReadSettings, BankStatementFormat, BankStatementReader } from "#ports/bank-statement";
import { all, at, type Element, textAt } from "./element.ts";
import { dayAt, entryLines, type StatementHead, signedAmount } from "./entry-lines.ts";

const depthMax = 40;
/** Elements of one entry with all its details. */
const elementsMax = 500_000;
const textCharactersMax = 20_000;
/** Characters without any markup: bounds attributes, comments and CDATA sections too. */
const stretchMax = 1_048_576;
const pieceCharacters = 65_536;

/** ISO 20022 camt.053, whatever its version: local names agree in all that is read. */
export const camt053: BankStatementFormat = {
  name: "camt.053",
  recognises(head) {
    const text = new TextDecoder("windows-1252").decode(head);
    return /^(?:\u00ef\u00bb\u00bf)?\s*</.test(text) && /<(?:[\w.-]+:)?BkToCstmrStmt[\s>/]/.test(text);
  },
  open: (settings, handlers) => new Camt053Reader(settings, handlers),
};

/** The statement that is open: its own elements, and what its entries came to. */
interface OpenStatement {
  readonly line: number;
  readonly own: Element[];
  head: StatementHead | undefined;
  sum: MinorUnits;
  lines: number;
}

class Camt053Reader implements BankStatementReader {
  readonly #intake: BankIntake;
  readonly #text = new StreamingText("utf-8-or-windows-1252");
  readonly #parser = new SaxesParser({ xmlns: false, position: true });
  /** From the root to the element that is open, by local name. */
  readonly #path: string[] = [];
  /** The element of the statement that is being collected, and what is open inside it. */
  readonly #open: Element[] = [];
  #elements = 0;
  #sinceMarkup = 0;
  #statement: OpenStatement | undefined;
  #sawMessage = false;
  #sawAnything = false;

  constructor(settings: BankReadSettings, handlers: BankHandlers) {
    this.#intake = new BankIntake("camt.053", settings, handlers);
    this.#listen();
  }

  push(bytes: Uint8Array): void {
    this.#guard(() => this.#write(this.#text.push(bytes)));
  }

  end(): BankFileSummary {
    this.#guard(() => this.#write(this.#text.end()));
    if (!this.#sawAnything) throw new UnreadableSettlementFile("empty", 1, "the file is empty; ask the bank for it again");
    if (this.#path.length > 0)
      throw new UnreadableSettlementFile(
        "truncated",
        this.#parser.line,
        "the file ends within an element: it was cut off; transfer it again",
      );
    this.#guard(() => void this.#parser.close());
    if (!this.#sawMessage) throw new UnreadableSettlementFile("columns", 1, "the file has no BkToCstmrStmt: this is no camt.053 statement");
    return this.#intake.summary();
  }

  #write(text: string): void {
    if (/\S/.test(text)) this.#sawAnything = true;
    for (let from = 0; from < text.length; from += pieceCharacters) {
      const piece = text.slice(from, from + pieceCharacters);
      this.#sinceMarkup += piece.length;
      this.#parser.write(piece);
      if (this.#sinceMarkup > stretchMax) throw this.#unreadable("too-large", `more than ${stretchMax} characters without an element`);
    }
  }

  #listen(): void {
    const parser = this.#parser;
    parser.on("xmldecl", ({ encoding }) => {
      if (encoding !== undefined && !/^(?:utf-?8|utf-?16(?:le|be)?|us-ascii|iso-8859-1|iso-8859-15|windows-1252)$/i.test(encoding)) {
        throw this.#unreadable("encoding", `the file says it is ${encoding.slice(0, 40)}; ask the bank for UTF-8`);
      }
    });
    parser.on("doctype", () => {
      throw this.#unreadable("doctype", "the file has a DOCTYPE, which no statement has: it is refused");
    });
    parser.on("opentag", ({ name, attributes }) => {
      this.#sinceMarkup = 0;
      this.#opened(localName(name), attributes.Ccy);
    });
    parser.on("closetag", () => {
      this.#sinceMarkup = 0;
      this.#closed();
    });
    const text = (value: string) => {
      const element = this.#open.at(-1);
      if (element === undefined) return;
      element.text += value;
      if (element.text.length > textCharactersMax)
        throw this.#unreadable("too-large", `${element.name} has more than ${textCharactersMax} characters`);
    };
    parser.on("text", text);
    parser.on("cdata", text);
  }

  #opened(name: string, currency: string | undefined): void {
    this.#path.push(name);
    if (this.#path.length > depthMax) throw this.#unreadable("too-deep", `elements are nested more than ${depthMax} deep`);
    if (name === "BkToCstmrStmt" && this.#path.length <= 3) this.#sawMessage = true;
    if (this.#statement === undefined) {
      if (name === "Stmt" && this.#path.at(-2) === "BkToCstmrStmt") {
        this.#statement = { line: this.#parser.line, own: [], head: undefined, sum: 0, lines: 0 };
      }
      return;
    }
    if (++this.#elements > elementsMax) throw this.#unreadable("too-large", `an entry has more than ${elementsMax} elements`);
    const element: Element = { name, currency, line: this.#parser.line, children: [], text: "" };
    this.#open.at(-1)?.children.push(element);
    this.#open.push(element);
  }

  #closed(): void {
    this.#path.pop();
    const statement = this.#statement;
    if (statement === undefined) return;
    const element = this.#open.pop();
    if (element === undefined) {
      this.#statement = undefined;
      this.#told({ line: statement.line, column: "Stmt" }, () => this.#closeStatement(statement));
      return;
    }
    if (this.#open.length > 0) return;
    this.#elements = 0;
    if (element.name === "Ntry") this.#told({ line: element.line, column: "Ntry" }, () => this.#entry(statement, element));
    else statement.own.push(element);
  }

  #entry(statement: OpenStatement, entry: Element): void {
    statement.head ??= headOf(statement.own);
    const status = textAt(entry, "Sts", "Cd") ?? textAt(entry, "Sts");
    // Pending and informational entries are in no booked balance; they come again when they are booked.
    if (status !== "BOOK") {
      if (status !== "PDNG" && status !== "INFO" && status !== "FUTR")
        throw new RangeError(`the entry's status (Sts) is ${JSON.stringify(status?.slice(0, 10) ?? "")}, none of BOOK, PDNG, INFO, FUTR`);
      return;
    }
    const { lines, amount, partsDiffer } = entryLines(entry, statement.head);
    statement.sum += amount;
    const place = { line: entry.line, column: "Ntry" };
    if (partsDiffer) {
      this.#intake.note(
        "money.amount-mismatch",
        "batch",
        "the entry's details do not come to what it books, or not in the account's currency: it is taken as one line",
        place,
      );
    }
    for (const line of lines) {
      statement.lines++;
      this.#intake.line(line, place);
    }
  }

  #closeStatement({ line, own, head: known, sum, lines }: OpenStatement): void {
    const head = known ?? headOf(own);
    const place = { line, column: "Stmt" };
    const opening = balanceOf(own, ["OPBD", "PRCD", "ITBD"], head.currency, "first");
    const closing = balanceOf(own, ["CLBD", "ITBD"], head.currency, "last");
    if (opening === undefined || closing === undefined) {
      this.#intake.hold(
        "source.control-total",
        "balances",
        `statement ${head.id.slice(0, 60)} has no ${opening === undefined ? "opening (OPBD)" : "closing (CLBD)"} balance, so nothing proves it whole; ask the bank for a statement with balances`,
        place,
      );
    }
    const period = own.find(({ name }) => name === "FrToDt");
    const from = textAt(period, "FrDtTm")?.slice(0, 10);
    const to = textAt(period, "ToDtTm")?.slice(0, 10);
    const sequence = textAt(own.find(({ name }) => name === "ElctrncSeqNb")) ?? textAt(own.find(({ name }) => name === "LglSeqNb"));
    this.#intake.statement(
      {
        account: head.account,
        id: head.id,
        ...(sequence === undefined ? {} : { sequence }),
        currency: head.currency,
        ...(opening === undefined ? {} : { opening }),
        ...(closing === undefined ? {} : { closing }),
        ...(from === undefined ? {} : { from }),
        ...(to === undefined ? {} : { to }),
        lines,
      },
      sum,
      place,
    );
  }

  /** A RangeError says what of a statement or an entry cannot be read: the file is held, and the rest is still looked at. */
  #told(place: FilePlace, run: () => void): void {
    try {
      run();
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      this.#intake.hold("data.value", "value", `${error.message}; ask the bank for the statement again`, place);
    }
  }

  #guard(run: () => void): void {
    try {
      run();
    } catch (error) {
      if (error instanceof UnreadableSettlementFile) throw error;
      if (error instanceof NotText)
        throw this.#unreadable("encoding", "the bytes from here on are no text in the file's encoding; ask the bank for UTF-8", error);
      const message = error instanceof Error ? error.message : String(error);
      // The parser's own errors begin with line:column; anything else is a fault of ours and must not look like a bad file.
      const parsed = /^\d+:\d+: (.*)$/s.exec(message);
      if (parsed === null) throw error;
      throw this.#unreadable("malformed", `${parsed[1]?.slice(0, 200)} Transfer the file again, or ask the bank for it`, error);
    }
  }

  #unreadable(code: UnreadableSettlementFile["code"], message: string, cause?: unknown): UnreadableSettlementFile {
    return new UnreadableSettlementFile(code, this.#parser.line, message, cause);
  }
}

function headOf(own: readonly Element[]): StatementHead {
  const account = own.find(({ name }) => name === "Acct");
  const number = textAt(account, "Id", "IBAN") ?? textAt(account, "Id", "Othr", "Id");
  if (number === undefined) throw new RangeError("the statement names no account (Acct/Id)");
  const id = textAt(own.find(({ name }) => name === "Id"));
  if (id === undefined) throw new RangeError("the statement has no Id");
  const currency =
    textAt(account, "Ccy") ??
    at(
      own.find(({ name }) => name === "Bal"),
      "Amt",
    )?.currency ??
    "";
  if (!isCurrency(currency))
    throw new RangeError(`the account's currency ${JSON.stringify(currency.slice(0, 10))} is no ISO 4217 currency`);
  return { account: number.replace(/\s+/g, ""), id, currency };
}

/** The balance of the first of these types that the statement has: an intermediate one (ITBD) begins and ends a page of it. */
function balanceOf(
  own: readonly Element[],
  types: readonly string[],
  currency: string,
  which: "first" | "last",
): { amount: MinorUnits; on: string } | undefined {
  const balances = own.filter(({ name }) => name === "Bal");
  for (const type of types) {
    const found = balances.filter((balance) => (textAt(balance, "Tp", "CdOrPrtry", "Cd") ?? "") === type);
    // A page that begins in the middle has two intermediate balances; one that has a single one does not say which it is.
    const balance = which === "first" ? found[0] : found.at(-1);
    if (balance === undefined || (type === "ITBD" && found.length < 2 && balances.length < 2)) continue;
    const on = dayAt(balance, "Dt");
    if (on === undefined) throw new RangeError(`the ${type} balance has no date`);
    return { amount: signedAmount(all(balance, "Amt")[0], textAt(balance, "CdtDbtInd"), currency), on };
  }
  return undefined;
}

function localName(name: string): string {
  return name.slice(name.indexOf(":") + 1);
}
