import type { ApiClients } from "#ports/api-clients";
import type { Clock } from "#ports/clock";
import type { LineageStore } from "#ports/lineage-store";
import type { Metrics } from "#ports/metrics";
import type { References } from "#ports/references";
import { createApiDoor, jsonReply, problemReply } from "./api-door.ts";
import type { TransactionsAnswer } from "./api-schemas.ts";
import { findTransactions } from "./find-transactions.ts";
import type { HttpReply } from "./http-exchange.ts";
import { readWindows } from "./read-windows.ts";
import { storyOf } from "./transaction-story.ts";

export interface ShowTransactionDependencies {
  readonly apiClients: ApiClients;
  readonly lineage: LineageStore;
  readonly references: References;
  readonly clock: Clock;
  readonly metrics: Metrics;
}

export const transactionsMax = 20;
const referenceCharactersMax = 1_000;
/** Lambda answers with six megabytes at most. */
const answerBytesMax = 5_000_000;

/** GET /v1/transactions/{reference}: where a sale stands, the same for the till, customer service and finance. */
export function createHandler({ apiClients, lineage, references, clock, metrics }: ShowTransactionDependencies) {
  return createApiDoor(
    { apiClients, clock, metrics },
    { name: "show-transaction", permission: "read", rate: { perSecond: 20, capacity: 40 } },
    async ({ parameters: { reference = "" } }) => {
      if (!readable(reference))
        return problemReply(400, "No reference", `a reference has 1 to ${referenceCharactersMax} printable characters`);
      for (const name of spellings(reference)) {
        const views = await findTransactions({ lineage, references }, name, transactionsMax + 1);
        if (views.length > 0) {
          const stories = await Promise.all(
            views.slice(0, transactionsMax).map(async (view) => storyOf(view, await readWindows(lineage, view))),
          );
          return told({ reference: name, transactions: stories, more: views.length > transactionsMax });
        }
      }
      return problemReply(404, "Not known", `nothing is known under ${JSON.stringify(reference.slice(0, 200))}`);
    },
  );
}

/** A gateway may hand on the part of the path as it was written: what is not known under it may be known under its meaning. */
function spellings(reference: string): string[] {
  try {
    const decoded = decodeURIComponent(reference);
    return decoded !== reference && readable(decoded) ? [reference, decoded] : [reference];
  } catch {
    return [reference];
  }
}

function readable(reference: string): boolean {
  return reference.length <= referenceCharactersMax && /^[^\p{C}]+$/u.test(reference);
}

function told(answer: TransactionsAnswer): HttpReply {
  const reply = jsonReply(200, answer);
  if (new TextEncoder().encode(reply.body).byteLength <= answerBytesMax) return reply;
  return problemReply(
    422,
    "Too long to tell",
    `what is known under ${JSON.stringify(answer.reference.slice(0, 200))} is longer than ${answerBytesMax} bytes: the hub's own command \`lineage\` tells it`,
  );
}
