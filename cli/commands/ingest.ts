import { createHmac } from "node:crypto";
import { accessSync, closeSync, constants, createReadStream, openSync, readFileSync, readSync, statSync } from "node:fs";
import { basename } from "node:path";
import { handledTopics } from "#adapters/channels/shopify";
import { posFormats, posTableFormat } from "#adapters/pos-formats";
import { exceptionClasses } from "#domain/exceptions";
import { fileTransaction } from "#domain/identity";
import { findableByTender } from "#domain/intake";
import { type DocumentItem, documentItem, rawBodyOf } from "#domain/lineage";
import { type DropBytes, openDrop } from "#functions/drop-bytes";
import { knownPosFormats } from "#functions/known-pos-formats";
import { posReadSettings } from "#functions/pos-read-settings";
import { readTransaction } from "#functions/read-transaction";
import { type Dropped, drain, dropFile, type Hub, openHub, shopifyShops } from "#hub";
import type { PosReader } from "#ports/pos-format";
import { type Command, type CommandInput, textOption, UsageError } from "../command.ts";
import { showFileProgress } from "../file-progress.ts";
import { settlementDocumentsOf, settlementFormatNames, settlementFormatOf } from "../settlement-files.ts";
import { table } from "../table.ts";

/** The contract of `ingest --json`: one line per document, and one per POS file. */
export interface IngestLine {
  readonly file: string;
  /** Sort key of the document in its transaction; null in a file's own line and for what never entered. */
  readonly document: string | null;
  readonly status: "accepted" | "duplicate" | "revised" | "quarantined" | "rejected";
  readonly events: readonly string[];
  readonly transactions: readonly string[];
  /** Ids of open exceptions that concern it. */
  readonly exceptions: readonly string[];
  /** Why it was rejected. */
  readonly reason?: string;
}

const filesMax = 10_000;
const pieceBytes = 262_144;
const tableRowsMax = 5_000;
/** A file of a million tickets takes long, and its progress is seen: only what cannot be done now is left. */
const drainSecondsMax = 86_400;

export const ingest: Command = {
  name: "ingest",
  summary: "Takes in webhook bodies, POS files, settlement reports or bank statements, and works until all is posted.",
  usage: [
    "ingest shopify/<topic> FILE… --shop DOMAIN [--no-drain]",
    "ingest pos FILE… [--format NAME] [--no-drain]",
    "ingest settlement FILE… [--source NAME] [--no-drain]",
  ],
  examples: [
    "ingest shopify/orders/create order.json --shop fernwick-vale.myshopify.com",
    "ingest shopify/refunds/create refunds.jsonl --shop fernwick-vale.myshopify.com --json",
    "ingest pos store-0101.xml store-0201.xml",
    "ingest settlement payment_transactions_export_1.csv statement-2026-12-01.xml",
  ],
  argumentsMax: 1 + filesMax,
  options: { shop: { type: "string" }, format: { type: "string" }, source: { type: "string" }, "no-drain": { type: "boolean" } },
  async run(input) {
    const [source, ...files] = input.arguments;
    if (source === undefined || !(source === "pos" || source === "settlement" || source.startsWith("shopify/"))) {
      throw new UsageError(`ingest takes shopify/<topic>, pos or settlement, not ${JSON.stringify(source ?? "")}`);
    }
    const topic = source.startsWith("shopify/") ? source.slice("shopify/".length) : undefined;
    if (topic !== undefined && !handledTopics.includes(topic))
      throw new UsageError(`Shopify topic ${JSON.stringify(topic)} is not handled: known are ${handledTopics.join(", ")}`);
    if (files.length === 0) throw new UsageError(`ingest ${source} takes one or more files`);
    for (const file of files) readable(file);
    const hub = await openHub({ ...input.hub, fileProgress: showFileProgress(input.terminal) });
    try {
      const lines =
        topic !== undefined
          ? await ingestWebhooks(hub, input, topic, files)
          : source === "pos"
            ? ingestPosFiles(hub, input, files)
            : ingestSettlements(hub, input, files);
      return (await report(input, lines)) ? 0 : 1;
    } finally {
      await hub.close();
    }
  },
};

/** Signs the body as the shop would, and sends it through the real handler. */
export async function deliverWebhook(
  hub: Hub,
  delivery: { readonly topic: string; readonly shop: string; readonly body: Uint8Array; readonly secret?: string },
) {
  const secret = delivery.secret ?? (await hub.secrets.webhookSecrets(delivery.shop))[0] ?? "";
  const signature = createHmac("sha256", secret).update(delivery.body).digest("base64");
  const headers = { "x-shopify-topic": delivery.topic, "x-shopify-shop-domain": delivery.shop, "x-shopify-hmac-sha256": signature };
  return hub.receiveWebhook({ headers, body: delivery.body });
}

async function ingestWebhooks(hub: Hub, input: CommandInput, topic: string, files: readonly string[]): Promise<IngestLine[]> {
  const shops = shopifyShops(hub.policy);
  const shop = textOption(input, "shop") ?? (shops.length === 1 ? shops[0] : undefined);
  if (shop === undefined || !shops.includes(shop))
    throw new UsageError(`unknown shop ${JSON.stringify(shop ?? "")}: known are ${shops.join(", ")}`);
  const received: { file: string; reply: Awaited<ReturnType<typeof deliverWebhook>> }[] = [];
  for (const path of files) {
    for (const body of bodiesOf(path)) {
      received.push({ file: basename(path), reply: await deliverWebhook(hub, { topic, shop, body }) });
      input.terminal.progress(`received ${received.length}`);
    }
  }
  await drainUnlessTold(hub, input);
  const lines: IngestLine[] = [];
  for (const { file, reply } of received) {
    if (reply.accepted === undefined)
      lines.push({
        file,
        document: null,
        status: "rejected",
        events: [],
        transactions: [],
        exceptions: [],
        reason: `${reply.status} ${reply.body}`,
      });
    else lines.push(await lineOf(hub, file, reply.accepted.transaction, reply.accepted.key, reply.accepted.answer === "duplicate"));
  }
  return lines;
}

function ingestPosFiles(hub: Hub, input: CommandInput, files: readonly string[]): AsyncIterable<IngestLine> {
  const format = textOption(input, "format");
  const known = posFormatsOf(hub).map(({ name }) => name);
  if (format !== undefined && !known.includes(format))
    throw new UsageError(`--format has ${known.join(", ")}, not ${JSON.stringify(format)}`);
  for (const path of format === undefined ? [] : files) {
    const found = posFormatOf(hub, headOf(path))?.name ?? "in no format that the hub reads";
    if (found !== format) throw new UsageError(`${path} is ${found}, not ${format}`);
  }
  return ingestFiles(hub, input, "pos", files, (path, hash) => ticketsOf(hub, createReadStream(path, { highWaterMark: pieceBytes }), hash));
}

function ingestSettlements(hub: Hub, input: CommandInput, files: readonly string[]): AsyncIterable<IngestLine> {
  const source = textOption(input, "source");
  const known = settlementFormatNames(hub);
  if (source !== undefined && !known.includes(source))
    throw new UsageError(`--source has ${known.join(", ")}, not ${JSON.stringify(source)}`);
  for (const path of files) {
    const found = settlementFormatOf(hub, path);
    if (source !== undefined && found !== source)
      throw new UsageError(`${path} is ${found ?? "in no format that the hub reads"}, not ${source}`);
  }
  return ingestFiles(hub, input, "settlement", files, (path) => settlementDocumentsOf(hub, path));
}

interface FiledDocument {
  readonly transaction: string;
  /** Absent: whichever document of the transaction came last from its source. */
  readonly key?: string;
  readonly source?: string;
}

/** A line for each document, told as it is found: a file may hold more of them than memory does. */
async function* ingestFiles(
  hub: Hub,
  input: CommandInput,
  channel: "pos" | "settlement",
  files: readonly string[],
  documentsOf: (path: string, hash: string) => Iterable<FiledDocument> | AsyncIterable<FiledDocument>,
): AsyncGenerator<IngestLine> {
  const dropped: { path: string; since: string; again: boolean; drop: Dropped }[] = [];
  for (const path of files) {
    const since = hub.clock.now();
    const drop = await dropFile(hub, channel, path);
    dropped.push({ path, since, again: dropped.some((earlier) => earlier.drop.hash === drop.hash), drop });
  }
  const drained = await drainUnlessTold(hub, input);
  for (const { path, since, again, drop } of dropped) {
    if (drained)
      for await (const { transaction, key, source } of documentsOf(path, drop.hash))
        yield await lineOf(hub, drop.file, transaction, key ?? (await lastKeyOf(hub, transaction, source)), again || undefined, since);
    yield await fileLine(hub, channel, drop.file, drop.hash, again, since);
    if (drained) for (const part of await partsOf(hub, channel, drop.hash)) yield* partLines(hub, part, drop.file, since);
  }
}

/** What became of one document: read from the lineage, after the work is done. `duplicate` undefined: it was there before `since`. */
async function lineOf(
  hub: Hub,
  file: string,
  transaction: string,
  key: string,
  duplicate: boolean | undefined,
  since = "",
): Promise<IngestLine> {
  const view = await readTransaction(hub.lineage, transaction);
  const document = view.documents.find((each) => each.key === key);
  if (document === undefined)
    return {
      file,
      document: null,
      status: "quarantined",
      events: [],
      transactions: [transaction],
      exceptions: [],
      reason: "held with its file",
    };
  const names = new Set(document.events.map((event) => event.key));
  const open = view.exceptions
    .filter(({ closed }) => closed === undefined)
    .map(({ opened }) => opened)
    .filter(
      (exception) =>
        document.issues.some((issue) => issue.cause === exception.cause) || exception.event === undefined || names.has(exception.event),
    );
  const held = document.issues.length > 0 || open.some((exception) => exceptionClasses[exception.class].blocks !== "nothing");
  const earlier = view.documents.some((each) => each.source === document.source && each.key !== key && each.at <= document.at);
  const again = duplicate ?? document.at < since;
  const status = again ? "duplicate" : held ? "quarantined" : earlier ? "revised" : "accepted";
  const events = [...new Set(document.events.map((event) => event.name))];
  return { file, document: key, status, events, transactions: [transaction], exceptions: open.map((each) => `${transaction}/${each.key}`) };
}

/** The sort key of the document that a source stated last; "" while none is on record. */
async function lastKeyOf(hub: Hub, transaction: string, source: string | undefined): Promise<string> {
  const { documents } = await readTransaction(hub.lineage, transaction);
  const own = documents.filter((document) => document.source === source);
  return (
    own.reduce<DocumentItem | undefined>((last, each) => (last === undefined || each.at > last.at ? each : last), undefined)?.key ?? ""
  );
}

async function fileLine(
  hub: Hub,
  channel: "pos" | "settlement",
  file: string,
  hash: string,
  again: boolean,
  since: string,
): Promise<IngestLine> {
  const transaction = fileTransaction(channel, hash);
  const view = await readTransaction(hub.lineage, transaction);
  const open = view.exceptions.filter(({ closed }) => closed === undefined).map(({ opened }) => opened);
  // A file that came again has a document of its own, without events.
  const received = view.documents.find((document) => document.events.length > 0);
  const held = open.some((exception) => exceptionClasses[exception.class].blocks !== "nothing");
  const known = again || (received !== undefined && received.at < since);
  return {
    file,
    document: null,
    status: known ? "duplicate" : held ? "quarantined" : "accepted",
    events: [...new Set(received?.events.map((event) => event.name) ?? [])],
    transactions: [transaction],
    exceptions: open.map((each) => `${transaction}/${each.key}`),
  };
}

/** The files of an archive, as it was unpacked; none for a file that is no archive. */
async function partsOf(hub: Hub, channel: "pos" | "settlement", hash: string): Promise<readonly { file: string; hash: string }[]> {
  const { documents } = await readTransaction(hub.lineage, fileTransaction(channel, hash));
  const parts = documents.flatMap(({ events }) => events).flatMap((event) => (event.name === "file.received" ? (event.parts ?? []) : []));
  // An archive that was sent again says each time what it holds.
  return parts.filter((part, index) => parts.findIndex(({ file, hash }) => file === part.file && hash === part.hash) === index);
}

async function* partLines(hub: Hub, part: { file: string; hash: string }, archive: string, since: string): AsyncGenerator<IngestLine> {
  const drop = await openDrop(hub.documents, `unpacked/${part.hash}`);
  const file = `${archive}/${part.file}`;
  for await (const { transaction, key } of ticketsOf(hub, piecesOf(drop), part.hash))
    yield await lineOf(hub, file, transaction, key, undefined, since);
  yield await fileLine(hub, "pos", file, part.hash, false, since);
}

async function* piecesOf(drop: DropBytes | undefined): AsyncGenerator<Uint8Array> {
  for (let start = 0; drop !== undefined && start < drop.size; start += pieceBytes)
    yield (await drop.readRange(start, Math.min(start + pieceBytes, drop.size))) ?? new Uint8Array(0);
}

/** The documents that this file holds, by reading it as the ingest does, piece by piece. */
async function* ticketsOf(
  hub: Hub,
  pieces: AsyncIterable<Uint8Array>,
  hash: string,
): AsyncGenerator<Required<Pick<FiledDocument, "transaction" | "key">>> {
  let found: Required<Pick<FiledDocument, "transaction" | "key">>[] = [];
  const none = rawBodyOf(new Uint8Array());
  let reader: PosReader | undefined;
  let offset = 0;
  const take = (run: () => void): boolean => {
    try {
      run();
      return true;
    } catch {
      // A damaged file has its own line and exception; what stands before the damage is listed.
      return false;
    }
  };
  for await (const bytes of pieces) {
    if (offset === 0)
      reader = posFormatOf(hub, bytes)?.open(
        { ...posReadSettings(hub.policy), fileHash: hash },
        {
          transaction({ document }) {
            if (document === undefined) return;
            const { transaction, key } = documentItem(findableByTender(document), none, "");
            found.push({ transaction, key });
          },
        },
      );
    const sound = take(() => reader?.push(bytes, offset));
    offset += bytes.length;
    yield* found;
    found = [];
    if (!sound) return;
  }
  take(() => reader?.end());
  yield* found;
}

function headOf(path: string): Uint8Array {
  const head = new Uint8Array(8_192);
  const file = openSync(path, "r");
  try {
    return head.subarray(0, readSync(file, head, 0, head.length, 0));
  } finally {
    closeSync(file);
  }
}

function posFormatsOf(hub: Hub) {
  return knownPosFormats({ formats: posFormats, tableFormat: posTableFormat }, hub.policy);
}

function posFormatOf(hub: Hub, bytes: Uint8Array) {
  const head = bytes.subarray(0, 8_192);
  return posFormatsOf(hub).find((each) => each.recognises(head));
}

async function drainUnlessTold(hub: Hub, input: CommandInput): Promise<boolean> {
  if (input.options["no-drain"] === true) return false;
  const answer = await drain(hub, {
    secondsMax: drainSecondsMax,
    progress: ({ messages }) => input.terminal.progress(`posting: ${messages} messages left`),
  });
  if (answer.kind === "left") input.terminal.note(`${answer.messages} messages wait (${answer.dead} dead letters): see exceptions`);
  return true;
}

/** Prints each line as it comes; tables of some thousand rows each. False when one was rejected. */
async function report(input: CommandInput, lines: Iterable<IngestLine> | AsyncIterable<IngestLine>): Promise<boolean> {
  let rows: string[][] = [];
  let accepted = true;
  let printed = false;
  const printTable = () => {
    input.terminal.print(
      table(
        [
          { title: "file" },
          { title: "status" },
          { title: "transaction" },
          { title: "events", wrap: true },
          { title: "remark", wrap: true },
        ],
        rows,
        input.terminal.columns,
      ),
    );
    rows = [];
    printed = true;
  };
  for await (const line of lines) {
    if (line.status === "rejected") accepted = false;
    if (input.json) input.terminal.print(JSON.stringify(line));
    else {
      rows.push([line.file, line.status, line.transactions.join(" "), line.events.join(" "), line.reason ?? countOf(line.exceptions)]);
      if (rows.length >= tableRowsMax) printTable();
    }
  }
  if (!input.json && (rows.length > 0 || !printed)) printTable();
  return accepted;
}

function countOf(exceptions: readonly string[]): string {
  if (exceptions.length === 0) return "";
  return exceptions.length === 1 ? "1 exception" : `${exceptions.length} exceptions`;
}

function bodiesOf(path: string): Uint8Array[] {
  const bytes = readFileSync(path);
  if (!path.endsWith(".jsonl")) return [bytes];
  return bytes
    .toString("utf8")
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map((line) => Buffer.from(line));
}

function readable(path: string): void {
  try {
    accessSync(path, constants.R_OK);
    if (!statSync(path).isFile()) throw new Error("it is no file");
  } catch (error) {
    throw new UsageError(`${path} cannot be read: ${(error as NodeJS.ErrnoException).code ?? (error as Error).message}`);
  }
}
