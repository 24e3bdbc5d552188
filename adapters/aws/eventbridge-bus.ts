import { Invalid } from "#domain/failures";
import type { BusEntry, EventBus } from "#ports/event-bus";
import type { AwsApi, JsonOperation } from "./aws-api.ts";
import { AwsFailure } from "./aws-failure.ts";
import { inBatches } from "./batches.ts";
import { inParallel } from "./in-parallel.ts";
import { messageGroupId } from "./message-group.ts";

/** The source of every event that we put on the bus: rules match on it. */
const busSource = "throughline";

const putEvents: JsonOperation = { service: "events", target: "AWSEvents.PutEvents", jsonVersion: "1.1" };
const transactionsPerEntryMax = 100;
/** AWS counts source, detail type and detail in UTF-8; all entries of a call together may have 1 MB. */
const limits = { entriesMax: 10, bytesMax: 1_000_000 };
const callsAtOnce = 4;

interface Wire {
  readonly index: number;
  readonly name: string;
  readonly detail: string;
}

/**
 * ports/event-bus over EventBridge: an event per entry with the entry and its `group` as its detail, and the entry's name as its detail
 * type. Each answer is read entry by entry; one that is missing, and every one of a call that failed, is "failed".
 */
export function createEventBridgeBus({ api, bus }: { readonly api: AwsApi; readonly bus: string }): EventBus {
  return {
    async publish(entries) {
      for (const entry of entries) assertPoints(entry);
      const answers: ("accepted" | "failed")[] = entries.map(() => "failed");
      const wires = entries.map((entry, index): Wire => ({ index, name: entry.name, detail: detailOf(entry) }));
      await inParallel(inBatches(wires, bytesOf, limits), callsAtOnce, async (batch) => {
        for (const index of await accepted(batch)) answers[index] = "accepted";
      });
      return answers;
    },
  };

  async function accepted(batch: readonly Wire[]): Promise<readonly number[]> {
    let answer: PutEventsAnswer;
    try {
      const Entries = batch.map(({ name, detail }) => ({ EventBusName: bus, Source: busSource, DetailType: name, Detail: detail }));
      answer = (await api.call(putEvents, { Entries })) as PutEventsAnswer;
    } catch (error) {
      // Perhaps applied, perhaps not: the bus takes an entry twice, so both are sent again. The API has told why.
      if (error instanceof AwsFailure) return [];
      throw error;
    }
    return batch.flatMap(({ index }, position) => {
      const { EventId, ErrorCode } = answer.Entries?.[position] ?? {};
      if (EventId !== undefined && ErrorCode === undefined) return [index];
      api.report(new AwsFailure(putEvents.target, ErrorCode ?? "NoAnswerForEntry", ErrorCode === undefined ? "unknown" : "not-applied"));
      return [];
    });
  }
}

interface PutEventsAnswer {
  readonly Entries?: readonly { readonly EventId?: string; readonly ErrorCode?: string }[];
}

/** A rule names the message group of the queue behind it by `group`: a store called "Zürich 1" would be no group, and its events undelivered. */
function detailOf(entry: BusEntry): string {
  return JSON.stringify({ ...entry, group: messageGroupId(entry.shop) });
}

function bytesOf({ name, detail }: Wire): number {
  return Buffer.byteLength(detail) + Buffer.byteLength(name) + busSource.length;
}

function assertPoints({ name, transactions }: BusEntry): void {
  if (transactions.length > transactionsPerEntryMax) {
    throw new Invalid(
      `a bus entry ${name} points at ${transactions.length} transactions: split it, the limit is ${transactionsPerEntryMax}`,
    );
  }
}
