import * as z from "zod/mini";
import { sha256Hex } from "#domain/canonical";
import type { Problem } from "#domain/exceptions";
import { Unavailable } from "#domain/failures";
import { sourceKey, sourceTransaction } from "#domain/identity";
import type { ExceptionItem, LineageItem, ParsedDocument, TransactionView } from "#domain/lineage";
import { type ErpChange, type ErpCompanyData, erpChanges } from "#domain/policy";
import { reconcileFound } from "#domain/posting";
import type { Clock } from "#ports/clock";
import type { DocumentStore } from "#ports/document-store";
import type { LineageStore } from "#ports/lineage-store";
import { acceptDocument } from "./accept-document.ts";
import { readTransaction } from "./read-transaction.ts";

/** How far a look at the ERPs has come. */
export const readBackPositionSchema = z.object({
  begunAt: z.string(),
  /** The connections that it looks at. */
  connections: z.array(z.string()),
  /** What is looked at: the books of an entity, or at the end the record of what was posted. "": it came to its end. */
  job: z.string(),
  /** Where its next page begins; absent: at its first. */
  after: z.optional(z.string()),
  /** Causes of manual journals that the job has met. */
  seen: z.array(z.string()),
  /** Connections that did not answer. */
  failed: z.array(z.string()),
});
export type ReadBackPosition = z.infer<typeof readBackPositionSchema>;

/** Master data as it was read, and what had changed since the reading before; null: there was none. */
export interface MasterDataReading {
  readonly at: string;
  readonly changes: readonly ErpChange[] | null;
}

export interface ReadBackRecordDependencies {
  readonly lineage: LineageStore;
  readonly documents: DocumentStore;
  readonly clock: Clock;
}

const changesKept = 1_000;
const readingSchema = z.object({ changes: z.nullable(z.array(z.unknown())), data: z.looseObject({}) });

export function masterDataStream(connection: string, entity: string): string {
  return sourceTransaction("erp", connection, "master-data", entity);
}

export function manualJournalsStream(connection: string, entity: string): string {
  return sourceTransaction("erp", connection, "manual-journals", entity);
}

const positionStream = sourceTransaction("erp", "all", "read-backs", "all");

/** What is on record of looks at the ERPs. Throws Unavailable when something may not be on record: the next look does it again. */
export function createReadBackRecord({ lineage, documents, clock }: ReadBackRecordDependencies) {
  return {
    async position(): Promise<ReadBackPosition | undefined> {
      const body = await lastBody(await readTransaction(lineage, positionStream));
      return body === undefined ? undefined : readBackPositionSchema.parse(JSON.parse(body));
    },

    async reached(position: ReadBackPosition): Promise<void> {
      await keep({ transaction: positionStream, connection: "all", resource: "read-back" }, position, "how far the ERPs were read");
    },

    /** Records a company's master data when it is not as it was read last, with what has changed. */
    async masterData(connection: string, entity: string, data: ErpCompanyData): Promise<void> {
      const transaction = masterDataStream(connection, entity);
      const before = await lastBody(await readTransaction(lineage, transaction));
      const known = before === undefined ? undefined : (readingSchema.parse(JSON.parse(before)).data as unknown as ErpCompanyData);
      const changes = known === undefined ? null : erpChanges(known, data);
      if (changes?.length === 0) return;
      const reading = { changes: changes?.slice(0, changesKept) ?? null, data };
      await keep({ transaction, connection, resource: `master-data-${entity}` }, reading, `the master data of ${entity}`);
    },

    /** Every reading of a company's master data that brought something new, the first one first. */
    async readings(connection: string, entity: string): Promise<MasterDataReading[]> {
      const { documents: read } = await readTransaction(lineage, masterDataStream(connection, entity));
      const readings: MasterDataReading[] = [];
      for (const each of [...read].sort((a, b) => (a.source < b.source ? -1 : 1))) {
        const body = await bodyOf(each);
        const changes = body === undefined ? [] : readingSchema.parse(JSON.parse(body)).changes;
        readings.push({ at: each.at, changes: changes as readonly ErpChange[] | null });
      }
      return readings;
    },

    /** Opens and closes exceptions of a stream, by what was found in what was looked at. Answers what was found and stands. */
    async found(
      view: TransactionView,
      problems: readonly Problem[],
      lookedAt: (exception: ExceptionItem) => boolean,
      connection: string,
    ): Promise<void> {
      const items = reconcileFound(view, problems, lookedAt, connection, clock.now());
      if (items.length > 0) await insert(items, view.transaction);
    },
  };

  async function bodyOf({ raw }: TransactionView["documents"][number]): Promise<string | undefined> {
    if (raw.inline !== undefined) return raw.inline;
    const bytes = raw.address === undefined ? undefined : await documents.get(raw.address);
    return bytes === undefined ? undefined : new TextDecoder().decode(bytes);
  }

  async function lastBody({ documents: read }: TransactionView): Promise<string | undefined> {
    // Instants sort as they follow each other.
    const last = [...read].sort((a, b) => (a.source < b.source ? 1 : -1))[0];
    return last === undefined ? undefined : await bodyOf(last);
  }

  async function keep(
    { transaction, connection, resource }: { readonly transaction: string; readonly connection: string; readonly resource: string },
    content: object,
    what: string,
  ): Promise<void> {
    const now = clock.now();
    const body = new TextEncoder().encode(JSON.stringify(content));
    const statement: ParsedDocument = {
      ...{ transaction, kind: "source", source: sourceKey("erp", connection, resource, `${now}.${sha256Hex(body).slice(0, 16)}`) },
      ...{ channel: "erp", shop: connection, events: [], references: [], issues: [] },
    };
    const { answer } = await acceptDocument({ documents, lineage }, statement, body, now);
    if (answer === "unavailable") throw new Unavailable(`${what} may not be on record: the next look reads it again`);
  }

  async function insert(items: readonly LineageItem[], of: string): Promise<void> {
    const answers = await lineage.insert(items);
    if (answers.some((answer) => answer !== "inserted" && answer !== "conflict"))
      throw new Unavailable(`what was found in the ERP about ${of} may not be on record: the next look finds it again`);
  }
}

export type ReadBackRecord = ReturnType<typeof createReadBackRecord>;
