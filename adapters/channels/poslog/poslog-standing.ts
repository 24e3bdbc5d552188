/** What a batch has stated so far. */
export interface OpenBatch {
  transactionCount?: string;
  transactionAmount?: string;
  readonly tenders: { type: string; amount: string }[];
}

export type BatchField = "transactionCount" | "transactionAmount" | "type" | "amount";

/** A POSLog behind one of its transactions, for a reader that goes on there. */
export interface PoslogStanding {
  /** Names of the elements that are open. */
  readonly around: readonly string[];
  /** Of the next character, as the parser counts them. */
  readonly line: number;
  readonly column: number;
  /** Of the next transaction. */
  readonly ordinal: number;
  /** Of the file, by name. */
  readonly dialect: string;
  readonly batch?: OpenBatch & { readonly depth: number };
  /** Of which the text comes next. */
  readonly batchField?: BatchField;
}

export function parsePoslogStanding(text: string): PoslogStanding {
  return JSON.parse(text) as PoslogStanding;
}
