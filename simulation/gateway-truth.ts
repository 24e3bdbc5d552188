import type { SentFile } from "./file-senders.ts";

/** What a gateway and a bank say themselves of one day's money, minor units: added up from their files by no rule of the hub. */
export interface GatewayTruth {
  /** What the gateway kept of charges and refunds. */
  readonly fees: number;
  /** What it paid out: the net of every row that is in a payout. */
  readonly paidOut: number;
  /** What the bank's statements show. */
  readonly banked: number;
}

/** A file counts once, however often it was sent. */
export function gatewayTruth(files: readonly SentFile[]): GatewayTruth {
  const texts = new Set(files.filter(({ drop }) => drop === "settlement").map(({ bytes }) => new TextDecoder().decode(bytes)));
  const truth = { fees: 0, paidOut: 0, banked: 0 };
  for (const text of texts) {
    if (text.startsWith("<?xml")) {
      for (const [entry] of text.matchAll(/<Ntry>[\s\S]*?<\/Ntry>/g)) {
        const amount = cents(/<Amt [^>]*>([^<]*)</.exec(entry)?.[1] ?? "");
        truth.banked += entry.includes("<CdtDbtInd>DBIT<") ? -amount : amount;
      }
      continue;
    }
    const [head = "", ...rows] = text.trim().split("\n");
    const columns = head.split(",");
    for (const row of rows.map((line) => line.split(","))) {
      const cell = (column: string) => row[columns.indexOf(column)] ?? "";
      if (cell("Payout ID") !== "") truth.paidOut += cents(cell("Net"));
      if (cell("Type") === "charge" || cell("Type") === "refund") truth.fees += cents(cell("Fee"));
    }
  }
  return truth;
}

function cents(amount: string): number {
  return Math.round(Number(amount) * 100);
}
