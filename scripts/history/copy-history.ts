import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type CopiedRelease, createDocumentStore, createLineageStore, openDatabase, recordCopiedReleases } from "#adapters/embedded";
import { sha256Hex } from "#domain/canonical";
import { Invalid, Unavailable } from "#domain/failures";
import type { TransactionId } from "#domain/identity";
import { hashInAddress, type LineageItem } from "#domain/lineage";
import { closedInFiles, type PolicyContent, type PolicyFile, releaseTimeline } from "#domain/policy";
import { hubDatabase } from "#hub";
import type { DocumentStore } from "#ports/document-store";
import type { LineageStore } from "#ports/lineage-store";
import type { PolicyRelease, PolicyReleases } from "#ports/policy-releases";

/** A stage, to be read. */
export interface HistorySource {
  readonly lineage: Pick<LineageStore, "page" | "transactions">;
  readonly releases: Pick<PolicyReleases, "latest">;
  readonly documents: Pick<DocumentStore, "get">;
}

export interface CopyHistoryOptions {
  readonly source: HistorySource;
  /** Which one it is: a folder holds the history of one stage. */
  readonly name: string;
  /** The data folder that the history is copied into. */
  readonly folder: string;
  /** At most so many in this run; the next one goes on. */
  readonly transactionsMax: number;
  readonly progress?: (transactions: number) => void;
}

export interface CopiedHistory {
  /** Of all runs. */
  readonly transactions: number;
  readonly items: number;
  readonly releases: number;
  /** False: there is more, run it again. */
  readonly complete: boolean;
}

interface Progress {
  readonly name: string;
  readonly transactions: number;
  readonly items: number;
  readonly after?: string;
  readonly complete: boolean;
}

const transactionsPerPage = 200;
const itemsPerPage = 500;
const readAtOnce = 8;
const releasesMax = 1_000;

/**
 * Copies what a stage has recorded into a data folder, in which `policy simulate` and the reports run: the lineage without raw bodies, so that nobody's name comes along; the lists that plans point
 * at; and the releases of the policies under their own numbers, with the files of the one in force. A run that ends early is gone on with; what was copied twice is there once. Items that are
 * recorded meanwhile come with the next whole copy. Throws Invalid for a folder that holds something else, Unavailable when a store does not answer: run it again.
 */
export async function copyHistory({ source, name, folder, transactionsMax, progress }: CopyHistoryOptions): Promise<CopiedHistory> {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, "history.json");
  let state = readProgress(file, name);
  const database = openDatabase(join(folder, hubDatabase));
  try {
    const lineage = createLineageStore(database);
    const documents = createDocumentStore(join(folder, "documents"));
    const releases = await releasesOf(source);
    await recordCopiedReleases(database, releases);
    if (state.complete) state = { name, transactions: 0, items: 0, complete: false };
    const end = state.transactions + transactionsMax;
    while (!state.complete && state.transactions < end) {
      const page = await source.lineage.transactions(state.after, Math.min(transactionsPerPage, end - state.transactions));
      let items = 0;
      for (let at = 0; at < page.transactions.length; at += readAtOnce) {
        const views = await Promise.all(page.transactions.slice(at, at + readAtOnce).map((each) => itemsOf(source, each)));
        for (const found of views.flat()) await copyList(source, documents, found);
        for (const found of views) {
          // The oldest keys first, as they were written: whoever looks at a copy that goes on sees no outcome without its plan.
          const answers = await lineage.insert(found.toReversed().map(withoutRawBody));
          if (answers.some((answer) => answer !== "inserted" && answer !== "conflict"))
            throw new Unavailable(`the data folder ${folder} took not all of a page: look at the disk, then run it again`);
          items += found.length;
        }
      }
      // After its items: a page that was cut off is copied again.
      state = {
        name,
        transactions: state.transactions + page.transactions.length,
        items: state.items + items,
        ...(page.next === undefined ? {} : { after: page.next }),
        complete: page.next === undefined,
      };
      writeProgress(file, state);
      progress?.(state.transactions);
    }
    return { transactions: state.transactions, items: state.items, releases: releases.length, complete: state.complete };
  } finally {
    database.close();
  }
}

function readProgress(file: string, name: string): Progress {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch {
    // The first run.
    return { name, transactions: 0, items: 0, complete: false };
  }
  const state = JSON.parse(text) as Progress;
  if (state.name !== name) throw new Invalid(`${file} is of ${state.name} and not of ${name}: copy into another folder`);
  return state;
}

function writeProgress(file: string, state: Progress): void {
  const next = `${file}.next`;
  writeFileSync(next, JSON.stringify(state));
  renameSync(next, file);
}

async function itemsOf({ lineage }: HistorySource, transaction: TransactionId): Promise<readonly LineageItem[]> {
  const items: LineageItem[] = [];
  let before: string | undefined;
  do {
    const page: Awaited<ReturnType<typeof lineage.page>> = await lineage.page(transaction, before, itemsPerPage);
    items.push(...page.items);
    before = page.next;
  } while (before !== undefined);
  return items;
}

/** As if it had been removed for privacy: its hash stays. */
function withoutRawBody(item: LineageItem): LineageItem {
  if (item.type !== "document" || item.raw.inline === undefined) return item;
  const { inline: _left, ...raw } = item.raw;
  return { ...item, raw };
}

/** The keys that a plan covers, where they are too many for the plan. */
async function copyList(source: HistorySource, documents: Pick<DocumentStore, "put">, item: LineageItem): Promise<void> {
  const address = item.type === "plan" ? item.covers.address : undefined;
  if (address === undefined) return;
  const bytes = await source.documents.get(address);
  if (bytes === undefined || sha256Hex(bytes) !== hashInAddress(address))
    throw new Invalid(
      `${item.transaction} ${item.key}: the list at ${address} is not there, or is another one: look at the bucket of the stage`,
    );
  await documents.put(address, bytes);
}

/** All of them, the first one first. The one in force has its files, with what was closed by hand, which stands in its content alone. */
async function releasesOf({ releases, documents }: HistorySource): Promise<readonly CopiedRelease[]> {
  const all = (await releases.latest(releasesMax)).toReversed();
  const { inForce } = releaseTimeline(all, new Date().toISOString());
  if (inForce === undefined) throw new Invalid("the stage has released no policies yet: deploy it first");
  const copied = await Promise.all(
    all.map(async ({ address, files, form: _form, ...release }) => ({ ...release, ...(await filesOf(documents, { address, files })) })),
  );
  // Nothing can be compared with policies that nobody has.
  if (copied.find(({ release }) => release === inForce.release)?.files === undefined)
    throw new Invalid(`release ${inForce.release} is in force and its files were not kept: deploy the policies once more, then copy`);
  return copied;
}

async function filesOf(
  documents: Pick<DocumentStore, "get">,
  { address, files }: Pick<PolicyRelease, "address"> & { readonly files: string | undefined },
): Promise<{ readonly files?: readonly PolicyFile[] }> {
  const [kept, content] = await Promise.all([files === undefined ? undefined : documents.get(files), documents.get(address)]);
  if (kept === undefined) return {};
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  const entities = content === undefined ? {} : (JSON.parse(text(content)) as PolicyContent).entities;
  let all = JSON.parse(text(kept)) as readonly PolicyFile[];
  for (const [entity, { periods = [] }] of Object.entries(entities))
    for (const rule of periods) if (rule.by !== undefined) all = closedInFiles(all, entity, rule) ?? all;
  return { files: all };
}
