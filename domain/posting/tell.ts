import { contentHash } from "#domain/canonical";
import type { BusinessEvent } from "#domain/events";
import { type DocumentKey, sourceKey, streamOf } from "#domain/identity";
import type { ToldDocument } from "#domain/ledger";
import { type DocumentItem, documentItem, type Reference } from "#domain/lineage";
import { payoutAmount } from "#domain/settlement";
import type { TellStep } from "./plan-steps.ts";

/** Tells the facts of a document; the hash is that of its content. */
export function tell(document: ToldDocument, hash: string, number: number): TellStep {
  const { key, entity, to } = document;
  return { kind: "tell", key, erpKey: `${key}@${number}`, hash, entity, to, document };
}

/** Takes back whatever stands of a told document in the stream that it was told to. */
export function withdraw({ key, entity, to }: ToldDocument, number: number): TellStep {
  return { kind: "tell", key, erpKey: `${key}@${number}/withdrawn`, hash: "", entity, to, document: null };
}

/** Sources by telling document: a stream that tells again does so under the same one, at the number of its new plan. */
export function toldSource(connection: string, document: DocumentKey): string {
  return sourceKey("told", connection, "document", contentHash(document).slice(0, 32));
}

/** By what others find what is told: a deposit by the number of its bag (a statement's words are in upper case), or by its amount. */
function namesOf(fact: BusinessEvent): Reference[] {
  if (fact.name !== "bank-deposit.sent") return [];
  const { names, bankAccount, currency, amount } = fact;
  const words = new Set(names.flatMap((name) => [name, name.toUpperCase()]));
  return [...[...words].map((value): Reference => ({ type: "trace", value })), payoutAmount(bankAccount, currency, amount)];
}

/**
 * The lineage item that a step inserts into the stream it tells: derived from plan and step alone, so that whoever repeats the step inserts
 * the same item. Its version is the plan's number: of two that tell of one document the later one counts, in whatever order they arrive.
 */
export function toldItem(
  plan: { readonly transaction: string; readonly connection: string; readonly number: number },
  step: TellStep,
  at: string,
): DocumentItem {
  const { key: document, entity, to } = step;
  const { transaction: from, connection, number } = plan;
  const { kind, channel, place: shop } = streamOf(to);
  const events = step.document?.facts ?? [];
  const version = String(number).padStart(6, "0");
  const source = toldSource(connection, document);
  const references = events.flatMap(namesOf);
  const parsed = { transaction: to, kind, source, channel, shop, version, events, references, issues: [] };
  const item = documentItem(parsed, { hash: contentHash(events), bytes: 0 }, at);
  return { ...item, told: { from, document, entity, connection, plan: number } };
}
