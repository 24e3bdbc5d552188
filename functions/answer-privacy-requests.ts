import * as z from "zod/mini";
import { sha256Hex } from "#domain/canonical";
import type { EventOf } from "#domain/events";
import { Invalid, Unavailable } from "#domain/failures";
import { orderTransaction, streamOf, type TransactionId } from "#domain/identity";
import {
  type DocumentItem,
  type ErasureItem,
  type ExceptionState,
  erasureKey,
  passingAddress,
  readEvents,
  type TransactionView,
} from "#domain/lineage";
import type { Clock } from "#ports/clock";
import type { DocumentRemoval } from "#ports/document-removal";
import type { DocumentStore } from "#ports/document-store";
import type { LineageStore } from "#ports/lineage-store";
import type { Metrics } from "#ports/metrics";
import type { WorkLists } from "#ports/work-lists";
import { type ListedException, openExceptions } from "./open-exceptions.ts";
import { readTransaction } from "./read-transaction.ts";

export interface AnswerPrivacyRequestsDependencies {
  readonly lineage: LineageStore;
  readonly documents: DocumentStore;
  readonly removal: DocumentRemoval;
  readonly workLists: WorkLists;
  readonly clock: Clock;
  readonly metrics: Metrics;
}

/** One request alone, by its stream; absent: every request to erase that is open and not answered yet. */
const inputSchema = z.object({ transaction: z.optional(z.string().check(z.minLength(1), z.maxLength(512), z.startsWith("privacy:"))) });

type Request = EventOf<"privacy.requested">;

/**
 * - erased: the bytes of so many documents are gone; their facts, which say nothing of a person, stay with the hash of what they were read from.
 * - exported: what is held of the orders asked for lies at `address`, as one JSON file.
 * - unknown: no such request.
 */
export type AnsweredPrivacyRequest =
  | { readonly transaction: string; readonly outcome: "erased"; readonly bodies: number }
  | { readonly transaction: string; readonly outcome: "exported"; readonly address: string; readonly documents: number }
  | { readonly transaction: string; readonly outcome: "unknown" };

const streamsPerPage = 500;
const entriesPerRead = 500;

/**
 * Answers what a channel asks in the name of its customers. Personal data is held in raw bodies alone: an erasure removes those of the orders
 * that the request names, of every version and correction of them, or of a whole shop; and then the request's own, which says who it is about. It is
 * on record once it is done, and is done again by whoever repeats it: what is gone is gone. The exception stays for the person who has the
 * ERP and other systems to look after. Throws Unavailable when a store did not answer: the next run goes on.
 */
export function createHandler(dependencies: AnswerPrivacyRequestsDependencies) {
  const { lineage, documents, removal, workLists, clock, metrics } = dependencies;

  return async function answerPrivacyRequests(input: unknown): Promise<{ readonly answered: readonly AnsweredPrivacyRequest[] }> {
    const parsed = inputSchema.safeParse(input);
    if (!parsed.success)
      throw new Invalid("answer-privacy-requests takes {transaction?}, the stream of one request: privacy:<channel>:<shop>:<id>");
    const { transaction } = parsed.data;
    if (transaction !== undefined) return { answered: [await answer(transaction)] };
    const answered: AnsweredPrivacyRequest[] = [];
    for (const pending of await pendingErasures()) answered.push(await answer(pending));
    return { answered };
  };

  async function pendingErasures(): Promise<TransactionId[]> {
    const found: TransactionId[] = [];
    let after: string | undefined;
    do {
      const page = await workLists.read(openExceptions, after, entriesPerRead);
      for (const { body } of page.entries) {
        const { class: name, code, transaction } = body as ListedException;
        if (name === "privacy.request" && code.startsWith("erase-") && !isErased(await readTransaction(lineage, transaction)))
          found.push(transaction);
      }
      after = page.next;
    } while (after !== undefined);
    return found;
  }

  async function answer(transaction: TransactionId): Promise<AnsweredPrivacyRequest> {
    const view = await readTransaction(lineage, transaction);
    const request = requestOf(view);
    if (request === undefined) return { transaction, outcome: "unknown" };
    const { channel, place } = streamOf(transaction);
    switch (request.request) {
      case "customer-data":
        return exported(transaction, streamsNamed(request, channel, place));
      case "erase-customer":
      case "erase-shop": {
        let bodies = 0;
        for await (const stream of streamsToErase(request, channel, place))
          if (stream !== transaction) bodies += await erase(await readTransaction(lineage, stream));
        // Last: it says whom to look for, should this be interrupted.
        bodies += await erase(view);
        await record(view, bodies);
        metrics.record("PersonalDataErased", bodies, "count", { request: request.request });
        return { transaction, outcome: "erased", bodies };
      }
    }
  }

  async function* streamsToErase(request: Request, channel: string, shop: string): AsyncGenerator<TransactionId> {
    if (request.request !== "erase-shop") {
      yield* streamsNamed(request, channel, shop);
      return;
    }
    let after: string | undefined;
    do {
      const page = await lineage.transactions(after, streamsPerPage);
      for (const transaction of page.transactions) {
        const stream = streamOf(transaction);
        if (stream.channel === channel && stream.place === shop) yield transaction;
      }
      after = page.next;
    } while (after !== undefined);
  }

  /** Answers how many bodies were there. */
  async function erase({ transaction, documents: held }: TransactionView): Promise<number> {
    let bodies = 0;
    for (const { key, raw } of held) {
      if (raw.inline !== undefined) {
        await lineage.removeRawBody(transaction, key);
        bodies += 1;
      }
      // A part of a file that somebody dropped is no content address, and ends with its file.
      if (raw.address?.startsWith("sha256/") === true && (await documents.size(raw.address)) !== undefined) {
        await removal.remove(raw.address);
        bodies += 1;
      }
    }
    return bodies;
  }

  async function record({ transaction, exceptions }: TransactionView, bodies: number): Promise<void> {
    const opened = requestException(exceptions)?.opened;
    if (opened === undefined) return;
    const item: ErasureItem = { type: "erasure", transaction, key: erasureKey(opened.key), at: clock.now(), bodies };
    const [answered] = await lineage.insert([item]);
    if (answered !== "inserted" && answered !== "conflict")
      throw new Unavailable(`the erasure for ${transaction} is done, and may not be on record: the next run does it again`);
  }

  /** One JSON file, named by its content: the same answer is the same file. It ends by itself, as what it says of a customer must. */
  async function exported(transaction: TransactionId, streams: readonly TransactionId[]): Promise<AnsweredPrivacyRequest> {
    const found: { readonly transaction: string; readonly source: string; readonly receivedAt: string; readonly body: string }[] = [];
    for (const stream of streams)
      for (const document of (await readTransaction(lineage, stream)).documents) {
        const body = await bodyOf(document);
        if (body !== undefined) found.push({ transaction: stream, source: document.source, receivedAt: document.at, body });
      }
    const bytes = new TextEncoder().encode(JSON.stringify({ request: transaction, orders: streams, documents: found }, undefined, 2));
    const address = passingAddress(sha256Hex(bytes));
    await documents.put(address, bytes);
    return { transaction, outcome: "exported", address, documents: found.length };
  }

  async function bodyOf({ raw }: DocumentItem): Promise<string | undefined> {
    if (raw.inline !== undefined) return raw.inline;
    const bytes = raw.address?.startsWith("sha256/") === true ? await documents.get(raw.address) : undefined;
    return bytes === undefined ? undefined : new TextDecoder().decode(bytes);
  }
}

function streamsNamed({ orderIds }: Request, channel: string, shop: string): TransactionId[] {
  return orderIds.map((id) => orderTransaction(channel, shop, id));
}

function requestOf({ documents }: TransactionView): Request | undefined {
  for (const document of documents) for (const event of readEvents(document).events) if (event.name === "privacy.requested") return event;
  return undefined;
}

function requestException(exceptions: readonly ExceptionState[]): ExceptionState | undefined {
  return exceptions.findLast(({ opened }) => opened.class === "privacy.request");
}

function isErased({ exceptions }: TransactionView): boolean {
  return requestException(exceptions)?.erased !== undefined;
}
