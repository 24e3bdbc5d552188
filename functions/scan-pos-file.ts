import type { Problem } from "#domain/exceptions";
import {
  businessDatesMax,
  type ControlTotals,
  type CutterStanding,
  checkControlTotals,
  chunksMax,
  openChunkCutter,
  openControlTotals,
  type PosManifest,
  tallyBatch,
  tallyTransaction,
  UnreadablePosFile,
} from "#domain/store-day";
import type { PosSink, PosTransaction } from "#ports/pos-format";

const fileProblemsMax = 50;

/** What the archive's manifest states of a file. */
export interface StatedTotals {
  readonly transactionCount?: string | undefined;
  readonly transactionAmount?: string | undefined;
}

/** All that a scan knows, in plain data. */
export interface ScanStanding {
  readonly transactions: number;
  readonly control: ControlTotals;
  readonly delivered?: ControlTotals | undefined;
  readonly failure?: Problem | undefined;
  readonly businessDates: readonly string[];
  readonly problems: readonly Problem[];
  readonly cutter: CutterStanding;
}

export function newScan(stated: StatedTotals | undefined, failure: Problem | undefined): ScanStanding {
  return {
    transactions: 0,
    control: openControlTotals(),
    delivered: stated === undefined ? undefined : headerTotals(stated),
    failure,
    businessDates: [],
    problems: [],
    cutter: { chunks: [], preambles: [], beyond: false },
  };
}

export interface PosFileScan {
  readonly sink: PosSink;
  /** Runs a push; what cannot be read becomes the file's issue, and the rest of the file is only hashed. */
  attempt(run: () => void): void;
  failed(): boolean;
  transactions(): number;
  /** Why nothing of the file may be taken in, but for its own control totals. */
  problems(): readonly Problem[];
  controlTotals(): readonly Problem[];
  /** What cannot be read. */
  issues(): readonly Problem[];
  result(): Pick<PosManifest, "transactions" | "chunks" | "preambles" | "businessDates">;
  standing(): ScanStanding;
}

/** What one pass learns of a POS file; it goes on from where another one stood. `onTransaction` hears of each one once it is counted. */
export function openScan(from: ScanStanding, file: string, onTransaction: (found: PosTransaction) => void): PosFileScan {
  let { control, delivered, failure, transactions } = from;
  const businessDates = new Set(from.businessDates);
  const problems = [...from.problems];
  const cutter = openChunkCutter(from.cutter);
  const sink: PosSink = {
    preamble: (text: string) => cutter.preamble(text),
    problem(problem: Problem) {
      if (problems.length < fileProblemsMax) problems.push(problem);
    },
    transaction(found: PosTransaction) {
      transactions++;
      if (found.businessDate !== undefined && businessDates.size < businessDatesMax) businessDates.add(found.businessDate);
      const voided = voidedIn(found);
      const unreadable = found.total === undefined && found.ignored === undefined && voided === undefined;
      control = tallyTransaction(control, found.total, unreadable, found.tenders, voided);
      if (delivered !== undefined) delivered = tallyTransaction(delivered, found.total, unreadable, found.tenders, voided);
      cutter.add(found);
      onTransaction(found);
    },
    batchOpened() {
      control = tallyBatch(control, undefined);
    },
    batchClosed(stated: Parameters<typeof tallyBatch>[1]) {
      control = tallyBatch(control, stated ?? {});
    },
  };

  return {
    sink,
    attempt(run) {
      if (failure !== undefined) return;
      try {
        run();
      } catch (error) {
        if (!(error instanceof UnreadablePosFile)) throw error;
        failure = unreadable(file, error, transactions);
      }
    },
    failed: () => failure !== undefined,
    transactions: () => transactions,
    problems: () => [
      ...problems,
      ...(cutter.tooMany() ? [tooMany(file, transactions)] : []),
      ...(delivered === undefined ? [] : checkControlTotals(delivered)),
    ],
    controlTotals: () => checkControlTotals(control),
    issues: () => (failure === undefined ? [] : [failure]),
    result: () => ({ transactions, ...cutter.cut(), businessDates: [...businessDates].sort() }),
    standing: () => ({
      transactions,
      control,
      delivered,
      failure,
      businessDates: [...businessDates],
      problems: [...problems],
      cutter: cutter.standing(),
    }),
  };
}

/** What a manifest states of a file counts like a batch header in front of it. */
function headerTotals({ transactionCount, transactionAmount }: StatedTotals): ControlTotals {
  return tallyBatch(tallyBatch(openControlTotals(), undefined), {
    ...(transactionCount === undefined ? {} : { transactionCount }),
    ...(transactionAmount === undefined ? {} : { transactionAmount }),
  });
}

/** What no workflow could take in at once. */
function tooMany(file: string, transactions: number): Problem {
  return {
    class: "transport.too-large",
    code: "too-many",
    cause: "too-many",
    message: `${file.slice(0, 120)} holds ${transactions} transactions, more than ${chunksMax} parts of a file can carry. Nothing of it is taken in. Ask the store system for it in several files.`,
  };
}

/** What the ticket that a post-void undoes came to, where the void says so. */
function voidedIn({ document }: PosTransaction): { readonly amount: number; readonly currency: string } | undefined {
  const voided = document?.events.find((event) => event.name === "ticket.voided");
  return voided?.total === undefined ? undefined : { amount: voided.total, currency: voided.currency };
}

function unreadable(file: string, error: UnreadablePosFile, transactions: number): Problem {
  return {
    class: error.code === "too-large" || error.code === "too-deep" ? "transport.too-large" : "transport.parse",
    code: error.code,
    cause: `${error.code}:${error.byteOffset}`,
    message: `${file.slice(0, 120)} cannot be read from ${error.message} ${transactions} whole transactions stand before it.`,
  };
}
