import { createHmac } from "node:crypto";
import { accessSync, constants, readFileSync } from "node:fs";
import { basename } from "node:path";
import { poslogFormat } from "#adapters/channels/poslog";
import { exceptionClasses } from "#domain/exceptions";
import { fileTransaction } from "#domain/identity";
import { type DocumentItem, documentItem, rawBodyOf } from "#domain/lineage";
import { posReadSettings } from "#functions/pos-read-settings";
import { readTransaction } from "#functions/read-transaction";
import { drain, dropFile, type Hub, openHub } from "#hub";
import { type Command, type CommandInput, textOption, UsageError } from "../command.ts";
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

export const ingest: Command = {
  name: "ingest",
  summary: "Takes in webhook bodies or POS files, and works until all is posted.",
  usage: ["ingest shopify/<topic> FILE… --shop DOMAIN [--no-drain]", "ingest pos FILE… [--format poslog] [--no-drain]"],
  examples: [
    "ingest shopify/orders/create order.json --shop northwind-trail.myshopify.com",
    "ingest shopify/refunds/create refunds.jsonl --shop northwind-trail.myshopify.com --json",
    "ingest pos store-0101.xml store-0201.xml",
  ],
  options: { shop: { type: "string" }, format: { type: "string" }, "no-drain": { type: "boolean" } },
  async run(input) {
    const [source, ...files] = input.arguments;
    if (source === undefined || !(source === "pos" || source.startsWith("shopify/"))) {
      throw new UsageError(`ingest takes shopify/<topic> or pos, not ${JSON.stringify(source ?? "")}`);
    }
    if (files.length === 0) throw new UsageError(`ingest ${source} takes one or more files`);
    for (const file of files) readable(file);
    const hub = await openHub(input.hub);
    try {
      const lines =
        source === "pos"
          ? await ingestPosFiles(hub, input, files)
          : await ingestWebhooks(hub, input, source.slice("shopify/".length), files);
      report(input, lines);
      return lines.some(({ status }) => status === "rejected") ? 1 : 0;
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
  const shops = Object.keys(hub.policy.shops);
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

async function ingestPosFiles(hub: Hub, input: CommandInput, files: readonly string[]): Promise<IngestLine[]> {
  const format = textOption(input, "format");
  if (format !== undefined && format !== poslogFormat.name)
    throw new UsageError(`--format has ${poslogFormat.name}, not ${JSON.stringify(format)}`);
  const dropped = [];
  for (const path of files) dropped.push({ path, since: hub.clock.now(), drop: await dropFile(hub, "pos", path) });
  const drained = await drainUnlessTold(hub, input);
  const lines: IngestLine[] = [];
  for (const { path, since, drop } of dropped) {
    if (drained)
      for (const document of ticketsOf(hub, path, drop.hash))
        lines.push(await lineOf(hub, drop.file, document.transaction, document.key, undefined, since));
    lines.push(await fileLine(hub, drop.file, drop.hash, since));
  }
  return lines;
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

async function fileLine(hub: Hub, file: string, hash: string, since: string): Promise<IngestLine> {
  const transaction = fileTransaction("pos", hash);
  const view = await readTransaction(hub.lineage, transaction);
  const exceptions = view.exceptions.filter(({ closed }) => closed === undefined).map(({ opened }) => opened);
  const document = view.documents.at(-1);
  const events = [...new Set(document?.events.map((event) => event.name) ?? [])];
  const held = exceptions.some((exception) => exceptionClasses[exception.class].blocks !== "nothing");
  const status = held ? "quarantined" : document !== undefined && document.at < since ? "duplicate" : "accepted";
  return {
    file,
    document: null,
    status,
    events,
    transactions: [transaction],
    exceptions: exceptions.map((each) => `${transaction}/${each.key}`),
  };
}

/** The documents that this file holds, by reading it as the ingest does. */
function ticketsOf(hub: Hub, path: string, hash: string): DocumentItem[] {
  const items: DocumentItem[] = [];
  const none = rawBodyOf(new Uint8Array());
  const reader = poslogFormat.open(
    { ...posReadSettings(hub.policy), fileHash: hash },
    { transaction: ({ document }) => void (document !== undefined && items.push(documentItem(document, none, ""))) },
  );
  try {
    reader.push(readFileSync(path), 0);
    reader.end();
  } catch {
    // A damaged file has its own line and exception; what stands before the damage is listed.
  }
  return items;
}

async function drainUnlessTold(hub: Hub, input: CommandInput): Promise<boolean> {
  if (input.options["no-drain"] === true) return false;
  const answer = await drain(hub, { progress: ({ messages }) => input.terminal.progress(`posting: ${messages} messages left`) });
  if (answer.kind === "left") input.terminal.note(`${answer.messages} messages wait (${answer.dead} dead letters): see exceptions`);
  return true;
}

function report(input: CommandInput, lines: readonly IngestLine[]): void {
  if (input.json) for (const line of lines) input.terminal.print(JSON.stringify(line));
  else {
    const rows = lines.map((line) => [
      line.file,
      line.status,
      line.transactions.join(" "),
      line.events.join(" "),
      line.reason ?? (line.exceptions.length === 0 ? "" : `${line.exceptions.length} exception(s)`),
    ]);
    input.terminal.print(
      table(
        [
          { title: "file", widthMax: 40 },
          { title: "status" },
          { title: "transaction", widthMax: 64 },
          { title: "events", widthMax: 60 },
          { title: "remark", widthMax: 100 },
        ],
        rows,
      ),
    );
  }
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
  } catch (error) {
    throw new UsageError(`${path} cannot be read: ${(error as NodeJS.ErrnoException).code ?? (error as Error).message}`);
  }
}
