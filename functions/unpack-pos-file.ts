import {
  ArchiveRefused,
  archiveKind,
  assertGzipHeader,
  assertWithinBounds,
  checkDelivery,
  type DeliveryManifest,
  deliveryManifestBytesMax,
  gzipMembersMax,
  gzipTrailerBytes,
  openCrc32,
  readDeliveryManifest,
  readGzipTrailer,
  readZipDirectory,
  readZipEnd,
  type ZipEntry,
  zipDataStart,
  zipTailBytes,
} from "#domain/archives";
import type { Problem } from "#domain/exceptions";
import { Invalid, Unavailable } from "#domain/failures";
import { eventKey, fileTransaction, sourceKey } from "#domain/identity";
import { documentItem, type ParsedDocument } from "#domain/lineage";
import type { Clock } from "#ports/clock";
import type { DocumentStore } from "#ports/document-store";
import type { Inflate, InflateReader } from "#ports/inflate";
import type { LineageStore } from "#ports/lineage-store";
import type { Workflows } from "#ports/workflows";
import type { CheckPosFileInput } from "./check-pos-file.ts";
import { closeEarlierFailures } from "./close-earlier-failures.ts";
import { type DropBytes, type KeptPart, neededDrop, openPartKeeper } from "./drop-bytes.ts";
import { passOverDrop, pieceBytes } from "./pass-over-drop.ts";
import { readTransaction } from "./read-transaction.ts";
import { takenInBefore } from "./taken-in-before.ts";

/** Compressed bytes that are taken at once: they come to at most a thousand times as many. */
const sliceBytes = 4_096;

export interface UnpackPosFileDependencies {
  readonly documents: DocumentStore;
  readonly lineage: LineageStore;
  readonly workflows: Workflows;
  readonly inflate: Inflate;
  readonly clock: Clock;
}

export interface UnpackedPosFile {
  readonly file: string;
  readonly outcome: "unpacked" | "refused" | "duplicate";
  readonly hash: string;
  readonly transaction: string;
  /** Files that are taken in, each by an execution of its own. */
  readonly parts: number;
}

interface Part extends KeptPart {
  readonly name: string;
}

/**
 * Takes an archive apart and starts the taking-in of each file in it. Nothing is started before the whole archive has proven sound and, where
 * a manifest lies in it, complete. Running again does the same again: every address and execution is named by content and drop. An archive
 * that is sent again is taken apart again for those of its files that were held or failed; the others are left as they are.
 */
export function createHandler({ documents, lineage, workflows, inflate, clock }: UnpackPosFileDependencies) {
  return async function unpackPosFile(input: CheckPosFileInput): Promise<UnpackedPosFile> {
    const drop = await neededDrop(documents, input.drop, input.file);
    const hash = await (await passOverDrop(documents, input, Number.MAX_SAFE_INTEGER)).read(() => {});
    const transaction = fileTransaction("pos", hash);
    const answer = { file: input.file, hash, transaction };
    const again = await takenInBefore(lineage, "pos", hash, input);
    const done = again ? await partsTakenIn(transaction, input) : undefined;
    if (done?.missing === 0) {
      await record(archiveDocument(hash, input, [], [duplicate(input.file)]));
      return { ...answer, outcome: "duplicate", parts: 0 };
    }
    const head = (await drop.readRange(0, pieceBytes)) ?? new Uint8Array(0);
    const kind = archiveKind(head);
    let parts: readonly Part[];
    let manifest: DeliveryManifest | undefined;
    try {
      const unpacked = kind === "gzip" ? [await gunzip(drop, head, input.file)] : await unzip(drop);
      ({ parts, manifest } = await withoutManifest(unpacked));
      if (parts.length === 0) throw new ArchiveRefused("empty", "there is no file in it");
      if (manifest !== undefined) checkDelivery(manifest, parts);
    } catch (error) {
      if (!(error instanceof ArchiveRefused)) throw error;
      await record(archiveDocument(hash, input, [], [refused(input.file, error)]));
      return { ...answer, outcome: "refused", parts: 0 };
    }
    const due = [...parts.entries()].filter(([, { hash }]) => done?.hashes.has(hash) !== true);
    for (const [index, part] of due) {
      const stated = manifest?.files.find(({ name }) => name === part.name);
      const start: CheckPosFileInput = {
        drop: part.drop,
        file: partFile(input, part.name),
        receivedAt: input.receivedAt,
        within: { file: input.file.slice(0, 255), hash },
        ...(stated?.transactions === undefined && stated?.amount === undefined
          ? {}
          : {
              stated: {
                ...(stated.transactions === undefined ? {} : { transactionCount: String(stated.transactions) }),
                ...(stated.amount === undefined ? {} : { transactionAmount: stated.amount }),
              },
            }),
      };
      await workflows.start("ingest-pos-file", `${hash.slice(0, 32)}-${index}-${input.receivedAt}`, start);
    }
    await record(
      archiveDocument(
        hash,
        input,
        [
          {
            name: "file.received",
            schema: 1,
            key: eventKey("file.received", hash),
            version: input.receivedAt,
            occurredAt: input.receivedAt,
            file: input.file.slice(0, 255),
            format: kind ?? "zip",
            bytes: drop.size,
            tickets: 0,
            ignored: 0,
            held: 0,
            businessDates: [],
            receivedAt: input.receivedAt,
            parts: parts.map((part) => ({ file: part.name, hash: part.hash })),
          },
        ],
        [],
      ),
    );
    await closeEarlierFailures({ lineage, clock }, transaction);
    return { ...answer, outcome: "unpacked", parts: due.length };

    async function record(document: ParsedDocument): Promise<void> {
      const item = documentItem(document, { hash, bytes: drop.size, address: input.drop }, clock.now());
      const [inserted] = await lineage.insert([item]);
      if (inserted !== "inserted" && inserted !== "conflict")
        throw new Unavailable(`the lineage answered ${inserted} for the file ${input.file}`);
    }
  };

  /** Of an archive that came before: which of its files are taken in whole by now, and how many are not. */
  async function partsTakenIn(
    transaction: string,
    input: CheckPosFileInput,
  ): Promise<{ readonly hashes: ReadonlySet<string>; readonly missing: number }> {
    const { documents: known } = await readTransaction(lineage, transaction);
    const parts = known.flatMap(({ events }) => events).flatMap((event) => (event.name === "file.received" ? (event.parts ?? []) : []));
    const hashes = new Set<string>();
    const missing = new Set<string>();
    for (const { file, hash } of parts) {
      if (hashes.has(hash) || missing.has(hash)) continue;
      const drop = { file: partFile(input, file), receivedAt: input.receivedAt };
      ((await takenInBefore(lineage, "pos", hash, drop)) ? hashes : missing).add(hash);
    }
    return { hashes, missing: missing.size };
  }

  /** One file, though it may come in several members that stand one behind the other: each has its own check value. */
  async function gunzip(drop: DropBytes, head: Uint8Array, file: string): Promise<Part> {
    assertGzipHeader(head, drop.size);
    const name = file.replace(/\.(?:gz|gzip)$/i, "");
    const members: { readonly end: number; readonly crc: number; readonly bytes: number }[] = [];
    let crc = openCrc32();
    let bytes = 0;
    const end = (at: number) => {
      if (members.length === gzipMembersMax)
        throw new ArchiveRefused("too-large", `it has more than ${gzipMembersMax} members; pack the file in one`);
      members.push({ end: at, crc: crc.value(), bytes });
      crc = openCrc32();
      bytes = 0;
    };
    const part = await keep(drop, { name, start: 0, end: drop.size }, 0, (take) =>
      inflate.openGzip((made) => {
        crc.update(made);
        bytes += made.length;
        take(made);
      }, end),
    );
    end(drop.size);
    for (const member of members) {
      const trailer = readGzipTrailer((await drop.readRange(member.end - gzipTrailerBytes, member.end)) ?? new Uint8Array(0));
      if (trailer.crc !== member.crc || trailer.bytes !== member.bytes % 4_294_967_296) throw damagedPart(name);
    }
    return part;
  }

  async function unzip(drop: DropBytes): Promise<readonly Part[]> {
    const tail = (await drop.readRange(Math.max(0, drop.size - zipTailBytes), drop.size)) ?? new Uint8Array(0);
    const { start, end, entries } = readZipEnd(tail, drop.size);
    const directory = (await drop.readRange(start, end)) ?? new Uint8Array(0);
    const parts: Part[] = [];
    let unpacked = 0;
    for (const entry of readZipDirectory(directory, entries)) {
      const from = zipDataStart(entry, (await drop.readRange(entry.headerOffset, entry.headerOffset + 30)) ?? new Uint8Array(0));
      if (from + entry.packedBytes > start)
        throw new ArchiveRefused("damaged", `${entry.name} reaches into the directory; transfer the archive again`);
      const part = await unpack(drop, { ...spanOf(entry), start: from, end: from + entry.packedBytes }, unpacked);
      unpacked += part.bytes;
      parts.push(part);
    }
    return parts;
  }

  interface Span {
    readonly name: string;
    readonly start: number;
    readonly end: number;
    readonly stored: boolean;
    readonly crc: number;
    readonly bytes: number;
  }

  function spanOf(entry: ZipEntry) {
    return { name: entry.name, stored: entry.stored, crc: entry.crc, bytes: entry.bytes };
  }

  /** An entry of a zip archive, which must come to what its directory says. */
  async function unpack(drop: DropBytes, span: Span, before: number): Promise<Part> {
    const crc = openCrc32();
    const part = await keep(drop, span, before, (take) => {
      const checked = (bytes: Uint8Array) => {
        crc.update(bytes);
        take(bytes);
      };
      return span.stored ? { push: checked } : inflate.open(checked);
    });
    if (crc.value() !== span.crc || part.bytes !== span.bytes) throw damagedPart(span.name);
    return part;
  }

  /** One stretch of the archive, kept as a drop of its own. `before`: what came out of the archive so far. */
  async function keep(
    drop: DropBytes,
    span: Pick<Span, "name" | "start" | "end">,
    before: number,
    open: (take: (bytes: Uint8Array) => void) => InflateReader,
  ): Promise<Part> {
    const keeper = openPartKeeper(documents);
    let first = true;
    const packed = span.end - span.start;
    const take = (bytes: Uint8Array) => {
      if (bytes.length === 0) return;
      if (first && archiveKind(bytes) !== undefined)
        throw new ArchiveRefused(
          "nested",
          `${JSON.stringify(span.name.slice(0, 80))} is an archive within the archive; pack the files once`,
        );
      first = false;
      keeper.add(bytes);
      assertWithinBounds(span.name, packed, keeper.bytes(), before + keeper.bytes());
    };
    const reader = open(take);
    for (let start = span.start; start < span.end; start += pieceBytes) {
      const end = Math.min(start + pieceBytes, span.end);
      const piece = await drop.readRange(start, end);
      if (piece === undefined) throw new Invalid("the archive went away while it was read: drop it again");
      for (let at = 0; at < piece.length; at += sliceBytes) {
        const slice = piece.subarray(at, at + sliceBytes);
        inflated(() => reader.push(slice, start + at + slice.length >= span.end), span.name);
        await keeper.settle();
      }
    }
    return { name: span.name, ...(await keeper.end()) };
  }

  /** The manifest is known by what it says, whatever its name. */
  async function withoutManifest(parts: readonly Part[]): Promise<{ parts: readonly Part[]; manifest?: DeliveryManifest }> {
    for (const part of parts) {
      if (part.bytes > deliveryManifestBytesMax) continue;
      const bytes = await (await neededDrop(documents, part.drop, part.name)).readRange(0, part.bytes);
      const manifest = readDeliveryManifest(new TextDecoder().decode(bytes));
      if (manifest !== undefined) return { parts: parts.filter((each) => each !== part), manifest };
    }
    return { parts };
  }
}

function damagedPart(name: string): ArchiveRefused {
  return new ArchiveRefused("damaged", `${JSON.stringify(name.slice(0, 80))} does not unpack to what the archive says; transfer it again`);
}

function inflated(push: () => void, name: string): void {
  try {
    push();
  } catch (error) {
    if (error instanceof RangeError)
      throw new ArchiveRefused("damaged", `${JSON.stringify(name.slice(0, 80))}: ${error.message}; transfer it again`);
    throw error;
  }
}

function partFile(archive: CheckPosFileInput, name: string): string {
  return `${archive.file}/${name}`.slice(-255);
}

function archiveDocument(
  hash: string,
  { file }: CheckPosFileInput,
  events: ParsedDocument["events"],
  issues: readonly Problem[],
): ParsedDocument {
  return {
    transaction: fileTransaction("pos", hash),
    kind: "file",
    source: sourceKey("pos", "drop", "file", hash),
    channel: "pos",
    shop: "drop",
    references: [{ type: "file", value: file.slice(0, 255) }],
    events,
    issues,
  };
}

function refused(file: string, error: ArchiveRefused): Problem {
  const large = error.code === "too-large" || error.code === "bomb";
  return {
    class: large ? "transport.too-large" : "transport.parse",
    code: error.code,
    cause: `archive:${error.code}`,
    message: `The archive ${file.slice(0, 120)} is not unpacked: ${error.message}. Nothing of it is taken in.`,
  };
}

function duplicate(file: string): Problem {
  return {
    class: "source.duplicate-file",
    code: "file",
    cause: file.slice(0, 120),
    message: `${file.slice(0, 120)} has the same bytes as an archive that was taken in before. Nothing was taken in twice; nothing is to be done.`,
  };
}
