import { contentHash, sha256Hex } from "#domain/canonical";
import type { ExceptionClass, Problem } from "#domain/exceptions";
import { formatMinorUnits, isCurrency } from "#domain/money";
import type { FilePlace, FileProblem } from "./file-problem.ts";
import { treatmentOf } from "./gateway-types.ts";
import type { RowTreatment } from "./row-classes.ts";
import { type SettlementPayout, type SettlementRow, settlementPayoutSchema, settlementRowSchema } from "./settlement-row.ts";
import { shapeProblem } from "./shape-problem.ts";

const fileBounds = { rowsMax: 1_000_000, payoutsMax: 20_000 } as const;
const problemsToldMax = 100;

/** As ports/settlement-source says them; stated here so that the gate needs no port. */
interface IntakeSettings {
  readonly account: string;
  readonly currencies?: readonly string[];
}

interface IntakeHandlers {
  row(row: SettlementRow, place: FilePlace): void;
  payout(payout: SettlementPayout, place: FilePlace): void;
  problem(problem: FileProblem): void;
}

/** A row as a reader found it: the gate adds what all rows share, and the class of its type. */
export type FoundRow = Omit<SettlementRow, "source" | "account" | "class" | "nature" | "id" | "idFrom"> & {
  /** The source's own id; absent: derived from `identity`. */
  readonly id?: string;
  /** What never changes in the row, whichever file states it: the derived id is its hash. Needed without `id`. */
  readonly identity?: Readonly<Record<string, string | number>>;
  /** Looked up by `type` when absent; null: not listed. */
  readonly treatment?: RowTreatment | null;
};

export type FoundPayout = Omit<SettlementPayout, "source" | "account">;

/**
 * The gate that each row and payout of a file passes, whatever its format: one place where a row must add up, be in a currency of the
 * account, and be there once. What does not pass is named with its place and holds the file.
 */
export class SettlementIntake {
  readonly #source: string;
  readonly #settings: IntakeSettings;
  readonly #handlers: IntakeHandlers;
  readonly #bounds: { readonly rowsMax: number; readonly payoutsMax: number };
  /** Content by id, to tell a repeated row from another one that claims its id. */
  readonly #contentById = new Map<string, string>();
  readonly #occurrences = new Map<string, number>();
  readonly #payoutIds = new Map<string, string>();
  /** Σ of all amounts without their signs: below the exact range, so is every sum of some of them. */
  #turnover = 0;
  #rows = 0;
  #payouts = 0;
  #tooLarge = false;
  #duplicates = 0;
  #problems = 0;
  #held = false;

  constructor(
    source: string,
    settings: IntakeSettings,
    handlers: IntakeHandlers,
    bounds: { rowsMax: number; payoutsMax: number } = fileBounds,
  ) {
    this.#bounds = bounds;
    this.#source = source;
    this.#settings = settings;
    this.#handlers = handlers;
  }

  /** What rows and payouts of this file have in common. */
  get named(): { readonly source: string; readonly account: string } {
    return { source: this.#source, account: this.#settings.account };
  }

  /**
   * Tells a row, and answers what was told: nothing for a duplicate and for what is held. A fee of the row that is the payout itself is told
   * as a row of its own, since the payout's row posts nothing: what reaches the bank is without it.
   */
  row(found: FoundRow, place: FilePlace): readonly SettlementRow[] {
    if (this.#rows >= this.#bounds.rowsMax) {
      this.#refuseMore("rows", this.#bounds.rowsMax, place);
      return [];
    }
    const { id, identity, treatment, ...rest } = found;
    const treated = treatment === undefined ? treatmentOf(this.#source, found.type) : (treatment ?? undefined);
    const row: SettlementRow = {
      source: this.#source,
      account: this.#settings.account,
      id: id ?? this.#derivedId(identity ?? {}),
      idFrom: id === undefined ? "derived" : "stated",
      ...rest,
      ...treated,
    };
    if (!this.#acceptable(row, place) || this.#seen(row, place)) return [];
    const rows = row.nature === "payout" && row.gross !== row.net ? feeApart(row) : [row];
    for (const each of rows) {
      this.#rows++;
      this.#handlers.row(each, place);
    }
    return rows;
  }

  payout(found: FoundPayout, place: FilePlace): void {
    const payout: SettlementPayout = { source: this.#source, account: this.#settings.account, ...found };
    const what = `payout ${shown(payout.id)}`;
    if (!this.#inCurrency(payout.currency, what, place)) return;
    const invalid = settlementPayoutSchema.safeParse(payout);
    if (!invalid.success) {
      this.hold("data.value", "payout", `${what}: ${shapeProblem(invalid.error)}`, place);
      return;
    }
    const content = contentHash(payout);
    const before = this.#payoutIds.get(payout.id);
    if (before === content) return;
    if (before !== undefined) {
      this.hold(
        "data.duplicate",
        "payout-id",
        `${what} is stated twice with different content; ask the gateway for the report again`,
        place,
      );
      return;
    }
    this.#payoutIds.set(payout.id, content);
    if (this.#payouts >= this.#bounds.payoutsMax) {
      this.#refuseMore("payouts", this.#bounds.payoutsMax, place);
      return;
    }
    this.#payouts++;
    this.#handlers.payout(payout, place);
  }

  /** Tells what keeps the whole file from being taken in. `message` says what and what next, in lower case; the place comes before it. */
  hold(problemClass: ExceptionClass, code: string, message: string, place?: FilePlace, money?: Pick<Problem, "amount" | "currency">): void {
    this.#held = true;
    const where = place === undefined ? "" : `line ${place.line}${place.column === undefined ? "" : `, ${place.column}`}: `;
    const cause = place === undefined ? code : `${code} line ${place.line}${place.column === undefined ? "" : ` ${place.column}`}`;
    this.#tell({
      problem: { class: problemClass, code, cause, message: `${where}${message}. Nothing of the file is taken in.`, ...money },
      holds: "file",
      ...(place === undefined ? {} : { place }),
    });
  }

  /** A problem that a control of the domain found. */
  holdFor(problem: Problem, place?: FilePlace): void {
    this.#held = true;
    this.#tell({ problem, holds: "file", ...(place === undefined ? {} : { place }) });
  }

  /** Tells what a person should know although all of the file may be taken in. */
  note(problemClass: ExceptionClass, code: string, message: string, place: FilePlace): void {
    this.#tell({
      problem: { class: problemClass, code, cause: `${code} line ${place.line}`, message: `line ${place.line}: ${message}.` },
      holds: "nothing",
      place,
    });
  }

  summary(): { rows: number; payouts: number; duplicates: number; problems: number; held: boolean } {
    return { rows: this.#rows, payouts: this.#payouts, duplicates: this.#duplicates, problems: this.#problems, held: this.#held };
  }

  #acceptable(row: SettlementRow, place: FilePlace): boolean {
    const what = `row ${shown(row.id)} (${shown(row.type)})`;
    if (!this.#inCurrency(row.currency, what, place)) return false;
    const checked = settlementRowSchema.safeParse(row);
    if (!checked.success) {
      this.hold("data.value", "row", `${what}: ${shapeProblem(checked.error)}`, place);
      return false;
    }
    this.#turnover += [row.gross, row.net, ...row.fees.map(({ amount }) => amount)].reduce((sum, amount) => sum + Math.abs(amount), 0);
    if (!Number.isSafeInteger(this.#turnover)) {
      this.hold("data.value", "turnover", "the amounts of the file add up to more than can be added exactly: have it split by date", place);
      return false;
    }
    const off = row.gross - row.fees.reduce((sum, fee) => sum + fee.amount, 0) - row.net;
    if (off === 0) return true;
    const [gross, net, difference] = [row.gross, row.net, off].map((amount) => formatMinorUnits(amount, row.currency));
    this.hold(
      "money.amount-mismatch",
      "row-sum",
      `${what} has gross ${gross} and net ${net} ${row.currency}, and its fees leave ${difference} unexplained; ask the gateway for the report again`,
      place,
      { amount: off, currency: row.currency },
    );
    return false;
  }

  #inCurrency(currency: string, what: string, place: FilePlace): boolean {
    if (!isCurrency(currency)) {
      this.hold("data.value", "currency", `${what} is in ${shown(currency)}, which is no ISO 4217 currency`, place);
      return false;
    }
    const { currencies, account } = this.#settings;
    if (currencies === undefined || currencies.includes(currency)) return true;
    this.hold(
      "money.currency-mismatch",
      "account-currency",
      `${what} is in ${currency}, and ${account} settles in ${currencies.join(", ")}; drop the file for the account it belongs to, or add the currency to the account's settings`,
      place,
    );
    return false;
  }

  /** Says it once. */
  #refuseMore(what: string, max: number, place: FilePlace): void {
    if (!this.#tooLarge) this.hold("transport.too-large", what, `the file has more than ${max} ${what}: have it split by date`, place);
    this.#tooLarge = true;
  }

  #seen(row: SettlementRow, place: FilePlace): boolean {
    // Rows of one reader are built alike, so equal ones are equal as text.
    const content = sha256Hex(new TextEncoder().encode(JSON.stringify(row))).slice(0, 32);
    const before = this.#contentById.get(row.id);
    this.#contentById.set(row.id, content);
    if (before === undefined) return false;
    if (before === content) this.#duplicates++;
    else {
      this.hold(
        "data.duplicate",
        "row-id",
        `two rows of the file have the id ${shown(row.id)} and different content; ask the gateway for the report again`,
        place,
      );
    }
    return true;
  }

  /** Two rows that agree in everything are two rows: the second one is told apart by its number. */
  #derivedId(identity: Readonly<Record<string, string | number>>): string {
    const hash = contentHash(identity).slice(0, 32);
    const occurrence = (this.#occurrences.get(hash) ?? 0) + 1;
    this.#occurrences.set(hash, occurrence);
    return occurrence === 1 ? hash : `${hash}.${occurrence}`;
  }

  #tell(problem: FileProblem): void {
    if (++this.#problems <= problemsToldMax) this.#handlers.problem(problem);
  }
}

function feeApart(payout: SettlementRow): readonly SettlementRow[] {
  const { nature: _nature, presentment: _presentment, ...shared } = payout;
  return [
    { ...payout, fees: [], net: payout.gross },
    {
      ...shared,
      id: `${payout.id}.fee`,
      type: `${payout.type} fee`,
      class: "platform_fee",
      gross: payout.net - payout.gross,
      fees: [],
      net: payout.net - payout.gross,
    },
  ];
}

function shown(text: string): string {
  return text.slice(0, 60);
}
