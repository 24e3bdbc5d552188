import * as z from "zod/mini";
import { addDays, businessDateIn, millisecondsBetween } from "#domain/calendar";
import type { Problem } from "#domain/exceptions";
import { Invalid, Unavailable, UnknownOutcome } from "#domain/failures";
import { chainOf, type ExceptionItem, type TransactionView } from "#domain/lineage";
import { erpAgreement, hubKeptAccounts, lastCutOverDay, type Policy } from "#domain/policy";
import { deletedInErp, driftOf, isManual, manualJournal, postingDateOfManual, standingInErp } from "#domain/posting";
import type { Clock } from "#ports/clock";
import type { DocumentStore } from "#ports/document-store";
import type { Erp, ErpJournal } from "#ports/erp";
import type { LineageStore } from "#ports/lineage-store";
import type { PolicyStore } from "#ports/policy-store";
import {
  createReadBackRecord,
  manualJournalsStream,
  masterDataStream,
  type ReadBackPosition,
  readBackPositionSchema,
} from "./erp-read-back-record.ts";
import { readInBatches } from "./read-in-batches.ts";
import { readTransaction } from "./read-transaction.ts";

export interface ReadBackErpDependencies {
  readonly erp: (connection: string) => Erp | Promise<Erp>;
  readonly lineage: LineageStore;
  readonly documents: DocumentStore;
  readonly policies: PolicyStore;
  readonly clock: Clock;
}

const inputSchema = z.object({
  /** A look from the beginning, whenever the last one was: its place is answered, not recorded. Absent: the daily one. */
  now: z.optional(z.literal(true)),
  /** The `next` of the call before, of a look by hand. */
  after: z.optional(readBackPositionSchema),
});

export interface ErpReadBack {
  /** done: every ERP was read. continues: the time of one call was over. not-due: the last look is less than a day old. */
  readonly outcome: "done" | "continues" | "not-due";
  readonly journals: number;
  readonly transactions: number;
  /** Connections that could not be read, and why; the desk was told, and the next call reads them again. */
  readonly failed: readonly { readonly connection: string; readonly reason: string }[];
  /** Of a look by hand that continues. */
  readonly next?: ReadBackPosition;
}

/** Posting dates that are looked at: this period and the last one, whose books may still be changed. */
const windowDays = 62;
const everyHours = 20;
const journalsPerPage = 500;
const transactionsPerPage = 250;
const keysPerLookUp = 500;
const seenMax = 1_000;
/** What was posted this long ago shows in every look-up. */
const visibleAfterMilliseconds = 900_000;
const beginsWithinMilliseconds = 480_000;

const books = "books ";
const record = "record";

/**
 * Reads back what the ERPs hold, once a day: their master data, which must agree with the policies; their journals, of which those under our
 * keys must say what was posted and the others must leave the hub's accounts alone; and whether everything that was posted is there still. What
 * differs is an exception, opened once and closed when a later look finds it gone. Nothing is posted or changed. A call begins no page later
 * than eight minutes after its start, and the next one goes on; an ERP that does not answer holds no other.
 */
export function createHandler(dependencies: ReadBackErpDependencies) {
  const { lineage, policies, clock } = dependencies;
  const onRecord = createReadBackRecord(dependencies);

  return async function readBackErp(input: unknown): Promise<ErpReadBack> {
    const parsed = inputSchema.safeParse(input);
    if (!parsed.success) throw new Invalid("read-back-erp takes {now?: true, after?}: after is the `next` of the call before");
    const { now: byHand = false, after } = parsed.data;
    const policy = await policies.current();
    const startedAt = clock.now();
    const begun = byHand ? (after ?? newPosition(policy, startedAt)) : dailyPosition(policy, await onRecord.position(), startedAt);
    const counts = { journals: 0, transactions: 0 };
    const failed: { connection: string; reason: string }[] = [];
    if (begun === undefined) return { outcome: "not-due", ...counts, failed };
    const pass: Pass = { policy, begunAt: begun.begunAt, counts, position: begun, fail };
    while (pass.position.job !== "") {
      if (millisecondsBetween(startedAt, clock.now()) > beginsWithinMilliseconds) {
        if (!byHand) await onRecord.reached(pass.position);
        return { outcome: "continues", ...counts, failed, ...(byHand ? { next: pass.position } : {}) };
      }
      await nextPage(pass);
    }
    for (const connection of pass.position.connections) if (!pass.position.failed.includes(connection)) await troubleIsOver(connection);
    if (!byHand) await onRecord.reached(pass.position);
    return { outcome: "done", ...counts, failed };

    async function fail(connection: string, error: unknown): Promise<void> {
      const isOutage = error instanceof Unavailable || error instanceof UnknownOutcome || error instanceof Invalid;
      const reason = isOutage ? error.message : `${(error as Error).name}: ${(error as Error).message}`;
      failed.push({ connection, reason });
      pass.position = { ...pass.position, failed: [...pass.position.failed, connection] };
      await tellTrouble(connection, reason);
    }
  };

  /** One page of the job that the position names, and the position behind it. */
  async function nextPage(pass: Pass): Promise<void> {
    const { job } = pass.position;
    if (job === record) return await lookAtRecord(pass);
    const entity = job.slice(books.length);
    const connection = pass.policy.entities[entity]?.connection;
    if (connection === undefined || pass.position.failed.includes(connection)) return endJob(pass);
    try {
      await lookAtBooks(pass, entity, connection);
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      await pass.fail(connection, error);
      endJob(pass);
    }
  }

  async function lookAtBooks(pass: Pass, entity: string, connection: string): Promise<void> {
    const { policy, begunAt, position } = pass;
    const erp = await dependencies.erp(connection);
    if (position.after === undefined) await lookAtMasterData(erp, policy, entity, connection, begunAt);
    const from = firstDay(policy, entity, begunAt);
    const page = await erp.journals({ entity, from }, position.after, journalsPerPage);
    pass.counts.journals += page.journals.length;
    await compare(page.journals, connection);
    const manual = page.journals.filter((journal) => isManual(journal) && journal.postingDate > openedOn(policy, entity));
    const accounts = hubKeptAccounts(policy, entity);
    const problems = manual.flatMap((journal) => manualJournal(journal, accounts) ?? []);
    const stream = manualJournalsStream(connection, entity);
    if (problems.length > 0) await onRecord.found(await readTransaction(lineage, stream), problems, () => false, connection);
    const seen = [...position.seen, ...problems.map(({ cause }) => cause)].slice(0, seenMax);
    if (page.next !== undefined) {
      pass.position = { ...position, after: page.next, seen };
      return;
    }
    // Those that the whole reading did not meet are gone, or count no more; what is older than the look was not read.
    const all = seen.length < seenMax;
    const isGone = ({ cause }: ExceptionItem) => all && !seen.includes(cause) && postingDateOfManual(cause) >= from;
    await onRecord.found(await readTransaction(lineage, stream), [], isGone, connection);
    endJob(pass);
  }

  async function lookAtMasterData(erp: Erp, policy: Policy, entity: string, connection: string, now: string): Promise<void> {
    const data = await erp.masterData(entity);
    await onRecord.masterData(connection, entity, data);
    const problems = erpAgreement(policy, entity, data, now).map(
      ({ kind, value, advice }): Problem => ({ class: "erp.master-data", code: kind, cause: value, message: `${value}. ${advice}` }),
    );
    const stream = await readTransaction(lineage, masterDataStream(connection, entity));
    await onRecord.found(stream, problems, ({ class: name }) => name === "erp.master-data", connection);
  }

  /** Journals under our keys against the plans of their transactions, which are read after them: what was posted meanwhile is no drift. */
  async function compare(journals: readonly ErpJournal[], connection: string): Promise<void> {
    const byTransaction = Map.groupBy(
      journals.filter((journal) => !isManual(journal)),
      ({ key }) => key.split("/")[0] ?? "",
    );
    for (const view of await readInBatches(lineage, [...byTransaction.keys()], (each) => each)) {
      const { plans, outcomes } = chainOf(view, connection);
      const standing = standingInErp(plans, outcomes);
      if (standing === undefined) continue;
      const held = byTransaction.get(view.transaction) ?? [];
      const problems = held.flatMap((journal) => driftOf(journal, standing) ?? []);
      const keys = held.map(({ key }) => key);
      const lookedAt = ({ class: name, cause }: ExceptionItem) => name === "erp.drift" && keys.includes(cause.split(" ")[0] ?? "");
      await onRecord.found(view, problems, lookedAt, connection);
    }
  }

  /** A page of the record: whether what stands in the ERPs by it is there still. */
  async function lookAtRecord(pass: Pass): Promise<void> {
    const { position, begunAt } = pass;
    const page = await lineage.transactions(position.after, transactionsPerPage);
    pass.counts.transactions += page.transactions.length;
    const views = await readInBatches(lineage, page.transactions, (view) => (view.chains.size === 0 ? undefined : view));
    for (const connection of position.connections) {
      if (pass.position.failed.includes(connection)) continue;
      try {
        await lookUp(views, connection, addDays(begunAt.slice(0, 10), -windowDays));
      } catch (error) {
        if (!(error instanceof Error)) throw error;
        await pass.fail(connection, error);
      }
    }
    if (page.next === undefined) endJob(pass);
    else pass.position = { ...pass.position, after: page.next };
  }

  async function lookUp(views: readonly TransactionView[], connection: string, from: string): Promise<void> {
    const looks = views.flatMap((view) => {
      const { plans, outcomes } = chainOf(view, connection);
      const standing = standingInErp(plans, outcomes);
      const live = [...(standing?.live.values() ?? [])].filter(({ document }) => document.postingDate >= from);
      if (standing === undefined || live.length === 0) return [];
      return millisecondsBetween(standing.since, clock.now()) < visibleAfterMilliseconds ? [] : [{ view, live, standing }];
    });
    const keys = looks.flatMap(({ live }) => live.map(({ erpKey }) => erpKey));
    const present = new Set<string>();
    const erp = keys.length === 0 ? undefined : await dependencies.erp(connection);
    for (let start = 0; erp !== undefined && start < keys.length; start += keysPerLookUp) {
      const asked = keys.slice(start, start + keysPerLookUp);
      for (const [index, found] of (await erp.find(asked)).entries()) if (found !== undefined) present.add(asked[index] ?? "");
    }
    for (const { view, live, standing } of looks) {
      const missing = live.filter(({ erpKey }) => !present.has(erpKey));
      const keys = missing.map(({ erpKey }) => erpKey);
      const lookedFor = new Set(live.map(({ erpKey }) => erpKey));
      const lookedAt = ({ class: name, code, cause, connection: of }: ExceptionItem) => {
        if (name !== "erp.drift" || of !== connection) return false;
        // What stands by the record and is older than the look was not looked for.
        if (code === "deleted") return lookedFor.has(cause) || !standing.live.has(cause);
        // What was changed first and deleted then is deleted.
        return keys.includes(cause.split(" ")[0] ?? "");
      };
      await onRecord.found(view, missing.map(deletedInErp), lookedAt, connection);
    }
  }

  async function tellTrouble(connection: string, reason: string): Promise<void> {
    const problem: Problem = {
      class: "erp.unavailable",
      code: "read-back",
      cause: connection,
      message: `the books behind ${connection} could not be read back: ${reason.slice(0, 300)}. Nothing is lost: the next look reads them again.`,
    };
    await onRecord.found(await readTransaction(lineage, troubleStream(connection)), [problem], () => false, connection);
  }

  async function troubleIsOver(connection: string): Promise<void> {
    await onRecord.found(await readTransaction(lineage, troubleStream(connection)), [], ({ code }) => code === "read-back", connection);
  }
}

interface Pass {
  readonly policy: Policy;
  readonly begunAt: string;
  readonly counts: { journals: number; transactions: number };
  position: ReadBackPosition;
  readonly fail: (connection: string, error: unknown) => Promise<void>;
}

function troubleStream(connection: string): string {
  return manualJournalsStream(connection, "all");
}

/** The books of each entity, and at the end the record. */
function jobsOf(policy: Policy, connections: readonly string[]): string[] {
  const entities = Object.entries(policy.entities).filter(([, { connection }]) => connections.includes(connection));
  return [...entities.map(([entity]) => `${books}${entity}`).sort(), record];
}

function newPosition(policy: Policy, begunAt: string, only?: readonly string[]): ReadBackPosition {
  const used = new Set(Object.values(policy.entities).map(({ connection }) => connection));
  const connections = [...used].filter((connection) => only?.includes(connection) ?? true).sort();
  return { begunAt, connections, job: jobsOf(policy, connections)[0] ?? "", seen: [], failed: [] };
}

/** Where the daily look goes on; undefined while the last one is fresh. Those that did not answer it are asked again by the next call. */
function dailyPosition(policy: Policy, last: ReadBackPosition | undefined, now: string): ReadBackPosition | undefined {
  if (last === undefined) return newPosition(policy, now);
  if (last.job !== "") return last;
  if (millisecondsBetween(last.begunAt, now) >= everyHours * 3_600_000) return newPosition(policy, now);
  return last.failed.length === 0 ? undefined : { ...newPosition(policy, now, last.failed), begunAt: last.begunAt };
}

function endJob(pass: Pass): void {
  const { after: _, ...position } = pass.position;
  const jobs = jobsOf(pass.policy, position.connections);
  // A job that a release of the policies took away leaves the rest to the next look.
  const job = jobs[jobs.indexOf(position.job) + 1] ?? "";
  pass.position = { ...position, job, seen: [] };
}

function firstDay(policy: Policy, entity: string, now: string): string {
  return addDays(businessDateIn(policy.entities[entity]?.timeZone ?? "UTC", now), -windowDays);
}

/** What was booked up to then are the opening balances, which are entered by hand. */
function openedOn(policy: Policy, entity: string): string {
  return lastCutOverDay(policy, entity) ?? "";
}
