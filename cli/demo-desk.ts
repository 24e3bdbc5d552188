import { storeDayTransaction } from "#domain/identity";
import { readStatedDocument } from "#domain/intake";
import { acceptDocument } from "#functions/accept-document";
import type { StoreDayAudit } from "#functions/audit-store-day";
import { readTransaction } from "#functions/read-transaction";
import { drain, type Hub } from "#hub";
import { type DeskStep, terminalBatches } from "#sample";
import { decideApproval } from "./decide-approvals.ts";

/** What a person did about a store day, and what came of it. */
export interface DeskOutcome {
  readonly store: string;
  readonly by: string;
  readonly did: string;
  readonly reason: string;
  readonly answer: string;
}

/** What the terminals say of the day, taken in as the API takes it in. How many batches there were. */
export async function stateTerminalBatches(hub: Hub, date: string): Promise<number> {
  const batches = terminalBatches({ date });
  for (const { terminal, document } of batches) {
    const read = readStatedDocument(document, terminal);
    if (read.kind === "refused") throw new RangeError(`the batch of ${terminal} is refused: ${read.errors[0]?.message}`);
    await acceptDocument({ documents: hub.documents, lineage: hub.lineage }, read.parsed, read.body, hub.clock.now());
  }
  return batches.length;
}

/** The store days of the sample as people work on them, through the same functions as `store-day` and `exceptions approve`. */
export async function workAtDesk(hub: Hub, date: string, steps: readonly DeskStep[]): Promise<DeskOutcome[]> {
  const outcomes: DeskOutcome[] = [];
  for (const step of steps) {
    // What was stated before is posted, or asks, before somebody looks again.
    await drain(hub);
    const { store, by, reason } = step;
    outcomes.push({ store, by, did: wordsOf(step), reason, answer: await take(hub, date, step) });
  }
  await drain(hub);
  return outcomes;
}

function wordsOf({ step, what, register, range }: DeskStep): string {
  switch (step) {
    case "waive":
      return what === "cards" ? `waives the card total of register ${register}` : `waives number ${range?.from} of register ${register}`;
    case "audit":
      return "audits the day";
    case "approve":
      return "approves over/short";
    case "reconcile":
      return "reconciles the day";
  }
}

async function take(hub: Hub, date: string, { store, step, by, reason, what, register, range }: DeskStep): Promise<string> {
  if (step === "approve") {
    const { approvals } = await readTransaction(hub.lineage, storeDayTransaction(store, date));
    const open = approvals.find(({ decision }) => decision === undefined);
    return open === undefined ? "nothing waits for an approval" : (await decideApproval(hub, open, "granted", by, reason)).message;
  }
  const waived = {
    ...(what === undefined ? {} : { what }),
    ...(register === undefined ? {} : { register }),
    ...(range === undefined ? {} : { range }),
  };
  return answerOf(await hub.auditStoreDay({ store, businessDate: date, step, by, reason, ...waived }));
}

function answerOf(answer: StoreDayAudit): string {
  switch (answer.outcome) {
    case "incomplete":
      return `not yet: ${answer.missing.map((text) => text.split(":")[0]).join("; ")}`;
    case "already-audited":
      return `audited before, by ${answer.by}`;
    case "audited":
    case "reopened":
    case "waived":
    case "reconciled":
    case "not-audited":
    case "not-missing":
    case "not-posted":
    case "not-begun":
    case "unknown-store":
    case "no-day":
      return answer.outcome.replace("-", " ");
  }
}
