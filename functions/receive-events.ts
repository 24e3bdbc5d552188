import * as z from "zod/mini";
import { type ApiClient, mayWrite } from "#domain/access";
import { type FieldError, fieldErrors, readStatedDocument } from "#domain/intake";
import type { ApiClients } from "#ports/api-clients";
import type { Clock } from "#ports/clock";
import type { DocumentStore } from "#ports/document-store";
import type { LineageStore } from "#ports/lineage-store";
import type { Metrics } from "#ports/metrics";
import { acceptDocument } from "./accept-document.ts";
import { createApiDoor, jsonReply, problemReply } from "./api-door.ts";
import type { EventsAnswer } from "./api-schemas.ts";
import type { HttpReply } from "./http-exchange.ts";

export interface ReceiveEventsDependencies {
  readonly apiClients: ApiClients;
  readonly documents: DocumentStore;
  readonly lineage: LineageStore;
  readonly clock: Clock;
  readonly metrics: Metrics;
}

export const documentsMax = 100;
export const eventsBodyBytesMax = 1_000_000;

const requestSchema = z.strictObject({ documents: z.array(z.unknown()).check(z.minLength(1), z.maxLength(documentsMax)) });
type DocumentAnswer = EventsAnswer["documents"][number];

/**
 * POST /v1/events: canonical events of any channel, protocol step 1 for each document. One that is refused stops no other; the same
 * document sent again is a duplicate.
 */
export function createHandler({ apiClients, documents, lineage, clock, metrics }: ReceiveEventsDependencies) {
  return createApiDoor(
    { apiClients, clock, metrics },
    { name: "receive-events", permission: "write-events", rate: { perSecond: 50, capacity: 100 }, bodyBytesMax: eventsBodyBytesMax },
    async ({ client, json }) => {
      const request = requestSchema.safeParse(json);
      if (!request.success) {
        const errors = fieldErrors(request.error.issues, "").map(({ field, message }) => `${field || "the body"} ${message}`);
        return problemReply(422, "Not a list of documents", errors.join("; "));
      }
      return replyOf(await Promise.all(request.data.documents.map((value, index) => take(client, value, `documents[${index}]`))));
    },
  );

  async function take(client: ApiClient, value: unknown, at: string): Promise<DocumentAnswer> {
    const read = readStatedDocument(value, at);
    if (read.kind === "refused") return { answer: "refused", errors: [...read.errors] };
    const { channel, place, parsed, body } = read;
    if (!mayWrite(client, channel, place)) return { answer: "not-permitted", errors: [notRegistered(at)] };
    const accepted = await acceptDocument({ documents, lineage }, parsed, body, clock.now());
    if (accepted.answer === "unavailable") return { answer: "unavailable" };
    const exceptions = parsed.issues.map(({ class: name, code, message }) => ({ class: name, code, message }));
    const { transaction, key } = accepted;
    return { answer: exceptions.length > 0 ? "quarantined" : accepted.answer, transaction, document: key, exceptions };
  }
}

function notRegistered(at: string): FieldError {
  return { field: `${at}.channel`, message: "this client is not registered to write for this channel and place" };
}

/** 200: all are on record. 207: some are. 403 or 422: none is. 503: at least one is not for certain, and all may be sent again. */
function replyOf(documents: DocumentAnswer[]): HttpReply {
  const answers = new Set(documents.map(({ answer }) => answer));
  const onRecord = answers.has("accepted") || answers.has("duplicate") || answers.has("quarantined");
  const turnedAway = answers.has("refused") || answers.has("not-permitted");
  if (answers.has("unavailable")) {
    const reply = jsonReply(503, { documents });
    return { ...reply, headers: { ...reply.headers, "retry-after": "5" } };
  }
  if (turnedAway && onRecord) return jsonReply(207, { documents });
  if (turnedAway) return jsonReply(answers.has("refused") ? 422 : 403, { documents });
  return jsonReply(200, { documents });
}
