import { ArchiveRefused, type DeliveryManifest, readDeliveryManifest } from "#domain/archives";
import type { Problem } from "#domain/exceptions";
import { fileTransaction } from "#domain/identity";
import type { LineageStore } from "#ports/lineage-store";
import { readTransaction } from "./read-transaction.ts";

const filesShown = 5;

/**
 * A manifest that was dropped beside its files, instead of with them in an archive: each file is looked for by its hash among those that were
 * taken in. What of it is not as it says; nothing when all is. Undefined: `content` is no manifest.
 */
export async function looseManifestProblems(
  lineage: LineageStore,
  content: Uint8Array,
  file: string,
): Promise<readonly Problem[] | undefined> {
  let manifest: DeliveryManifest | undefined;
  try {
    manifest = readDeliveryManifest(new TextDecoder().decode(content));
  } catch (error) {
    if (!(error instanceof ArchiveRefused)) throw error;
    return [problem(file, `cannot be used: ${error.message}`)];
  }
  if (manifest === undefined) return undefined;
  const wrong: string[] = [];
  for (const stated of manifest.files) {
    const trouble = await troubleWith(lineage, stated);
    if (trouble !== undefined) wrong.push(`${stated.name} ${trouble}`);
  }
  if (wrong.length === 0) return [];
  const more = wrong.length > filesShown ? `; and ${wrong.length - filesShown} more` : "";
  const what = `is a manifest of ${manifest.files.length} files, and ${wrong.slice(0, filesShown).join("; ")}${more}. Drop what is missing, have mended what is held, and drop the manifest once more; or have the files and their manifest packed into one archive, which is taken in all or nothing.`;
  return [problem(file, what)];
}

async function troubleWith(
  lineage: LineageStore,
  { bytes, sha256, transactions, amount }: DeliveryManifest["files"][number],
): Promise<string | undefined> {
  if (sha256 === undefined) return "is named without its SHA-256, by which it would be found";
  const { documents } = await readTransaction(lineage, fileTransaction("pos", sha256.toLowerCase()));
  const received = documents.flatMap(({ events }) => events).flatMap((event) => (event.name === "file.received" ? [event] : []));
  const [first] = received;
  if (first === undefined) return "has not come";
  const isWhole = documents.some(
    ({ events, issues }) => issues.length === 0 && events.some((event) => event.name === "file.received" && event.held === 0),
  );
  if (!isWhole) return "is held, in whole or in part";
  if (bytes !== undefined && bytes !== first.bytes) return `has ${first.bytes} bytes and should have ${bytes}`;
  const found = first.tickets + first.ignored + first.held;
  if (transactions !== undefined && transactions !== found) return `has ${found} transactions and should have ${transactions}`;
  if (amount !== undefined) return "states an amount, which is compared in an archive alone";
  return undefined;
}

function problem(file: string, what: string): Problem {
  return { class: "transport.parse", code: "incomplete", cause: "manifest:incomplete", message: `${file.slice(0, 120)} ${what}` };
}
