import { canonicalJson } from "#domain/canonical";
import type { EventOf } from "#domain/events";
import { Unavailable } from "#domain/failures";
import { certificateTransaction, eventKey, sourceKey } from "#domain/identity";
import type { Certificate } from "#domain/reports";
import type { Clock } from "#ports/clock";
import type { DocumentStore } from "#ports/document-store";
import type { LineageStore } from "#ports/lineage-store";
import { acceptDocument } from "./accept-document.ts";
import { readTransaction } from "./read-transaction.ts";

export interface IssueCertificatePorts {
  readonly lineage: LineageStore;
  readonly documents: DocumentStore;
  readonly clock: Clock;
}

/** `isNew`: nobody had issued this content before. `earlier` are the other certificates of the day, oldest first. */
export interface IssuedCertificate {
  readonly transaction: string;
  readonly issuedAt: string;
  readonly isNew: boolean;
  readonly earlier: readonly { readonly hash: string; readonly issuedAt: string }[];
}

/**
 * Puts a certificate on record: its canonical JSON as the raw body, under its hash. The same content is issued once, whoever asks again; one
 * that is written by two at once stands twice under one key, which is one fact. Throws Unavailable when nobody can say whether it is on record.
 */
export async function issueCertificate(
  ports: IssueCertificatePorts,
  certificate: Certificate & { readonly hash: string },
): Promise<IssuedCertificate> {
  const { hash, ...content } = certificate;
  const transaction = certificateTransaction(content.date);
  const view = await readTransaction(ports.lineage, transaction);
  const issued = new Map<string, string>();
  for (const event of view.documents.flatMap(({ events }) => events)) {
    if (event.name !== "certificate.issued") continue;
    const known = issued.get(event.hash);
    if (known === undefined || event.occurredAt < known) issued.set(event.hash, event.occurredAt);
  }
  const earlier = [...issued]
    .filter(([other]) => other !== hash)
    .map(([other, issuedAt]) => ({ hash: other, issuedAt }))
    .sort((a, b) => (a.issuedAt < b.issuedAt ? -1 : 1));
  const known = issued.get(hash);
  if (known !== undefined) return { transaction, issuedAt: known, isNew: false, earlier };

  const now = ports.clock.now();
  const event: EventOf<"certificate.issued"> = {
    name: "certificate.issued",
    schema: 1,
    key: eventKey("certificate.issued", hash.slice(0, 32)),
    version: now,
    occurredAt: now,
    date: content.date,
    hash,
    complete: content.complete,
    rows: content.rows.length,
    differences: content.rows.reduce((count, { differences }) => count + differences.length, 0),
  };
  const statement = {
    transaction,
    kind: "certificate" as const,
    source: sourceKey("hub", "money", "certificate", `${content.date}.${hash.slice(0, 32)}`),
    channel: "hub",
    shop: "money",
    events: [event],
    references: [],
    issues: [],
  };
  const { answer } = await acceptDocument(ports, statement, new TextEncoder().encode(canonicalJson(content)), now);
  if (answer === "unavailable")
    throw new Unavailable(`nobody can say whether the certificate of ${content.date} is on record: ask for it again`);
  return { transaction, issuedAt: now, isNew: true, earlier };
}
