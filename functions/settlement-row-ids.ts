import type { Problem } from "#domain/exceptions";
import { Unavailable } from "#domain/failures";
import { sourceKey, sourceTransaction } from "#domain/identity";
import { type DocumentItem, documentItem, rawBodyOf } from "#domain/lineage";
import type { SettlementRow } from "#domain/settlement";
import type { Clock } from "#ports/clock";
import type { LineageStore } from "#ports/lineage-store";

/** How the rows of a gateway account are told apart: by ids that the source states, or by ids derived from what is in them. */
export type RowIds = Pick<SettlementRow, "source" | "account" | "idFrom">;

export function rowIdsOf({ source, account, idFrom }: SettlementRow): RowIds {
  return { source, account, idFrom };
}

/**
 * A row that came under a stated id and again under a derived one would be two rows and post its fee twice, so that an account takes one of
 * the two: that of the first file that is taken in. Answers what keeps this file out; `found` is what its rows say.
 */
export async function mixedRowIds(
  ports: { readonly lineage: Pick<LineageStore, "insert" | "get">; readonly clock: Clock },
  found: readonly RowIds[],
  file: string,
): Promise<Problem | undefined> {
  const [first, second] = found;
  if (first === undefined) return undefined;
  const takes = second === undefined ? await claimed(ports, first) : undefined;
  return takes === first.idFrom ? undefined : mixed(first, takes, file);
}

/** The account's way, once and for all: the first claim is inserted, and every other one finds it, at the same time too. */
async function claimed({ lineage, clock }: Parameters<typeof mixedRowIds>[0], rows: RowIds): Promise<RowIds["idFrom"]> {
  const claim = claimOf(rows, clock.now());
  const [answer] = await lineage.insert([claim]);
  if (answer === "inserted") return rows.idFrom;
  if (answer !== "conflict") throw new Unavailable(`the lineage answered ${answer} for the row ids of ${rows.account}: try again`);
  const known = await lineage.get(claim.transaction, claim.key);
  if (known?.type !== "document") throw new Unavailable(`the row ids of ${rows.account} are on record and cannot be read: try again`);
  if (known.raw.hash === claim.raw.hash) return rows.idFrom;
  return rows.idFrom === "stated" ? "derived" : "stated";
}

/** Its key is the same whatever it claims, so that there is one; what it claims is its body, whose hash outlives the body itself. */
function claimOf({ source, account, idFrom }: RowIds, at: string): DocumentItem {
  const transaction = sourceTransaction(source, account, "row-ids", "first");
  const parsed = {
    transaction,
    kind: "source",
    source: sourceKey(source, account, "row-ids", "first"),
    channel: source,
    shop: account,
  } as const;
  const raw = rawBodyOf(new TextEncoder().encode(JSON.stringify({ idFrom })));
  return documentItem({ ...parsed, events: [], references: [], issues: [] }, raw, at);
}

const saying = { stated: "states the ids of its rows", derived: "states no ids of its rows" } as const;
const came = { stated: "with ids", derived: "without ids" } as const;

function mixed({ source, account, idFrom }: RowIds, takes: RowIds["idFrom"] | undefined, file: string): Problem {
  const name = file.slice(0, 120);
  const message =
    takes === undefined
      ? `${name} states ids of some of its rows and none of others, so that nobody can tell whether they came before. Nothing of it is taken in; ask for a report that does one of the two.`
      : `${name} ${saying[idFrom]}, and the rows of the account ${account} at ${source} come ${came[takes]}: a row that came both ways would be posted twice. Nothing of it is taken in. Drop the report that this account's rows came by so far; to change over, add an account of its own to gatewayAccounts for the new reports, and begin them on the day on which the old ones end.`;
  return { class: "data.duplicate", code: "row-ids", cause: `row-ids:${source}:${account}`, message };
}
