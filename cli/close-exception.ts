import { Unavailable } from "#domain/failures";
import { closureKey, type ExceptionItem, type TransactionView } from "#domain/lineage";
import { closesByPerson } from "#domain/posting";
import type { Hub } from "#hub";
import { UsageError } from "./command.ts";
import { rowOf } from "./read-lineage.ts";

/**
 * The open exception that a person means: by its id, or by any reference of a transaction in which exactly one is open. UsageError where
 * that is not clear, and where a closure would not stand, since the hub closes it when its cause is gone.
 */
export function exceptionMeant(views: readonly TransactionView[], reference: string): ExceptionItem {
  const open = views.flatMap(({ exceptions }) => exceptions.filter(({ closed }) => closed === undefined));
  const named = open.filter((state) => rowOf(state).id === reference);
  const [meant, another] = named.length > 0 ? named : open;
  if (meant === undefined) throw new UsageError(`no exception is open under ${JSON.stringify(reference)}`);
  if (another !== undefined) {
    const ids = open.map((state) => `  ${rowOf(state).id}`).join("\n");
    throw new UsageError(`several exceptions are open under ${JSON.stringify(reference)}, name one:\n${ids}`);
  }
  const { opened } = meant;
  if (!closesByPerson(opened.transaction, opened))
    throw new UsageError(
      `${opened.class} / ${opened.code} is closed by the hub when its cause is gone: see what to do with exceptions show ${JSON.stringify(reference)}`,
    );
  return opened;
}

/** Closed once: by whoever was first. */
export async function closeException(hub: Hub, { transaction, key }: ExceptionItem, by: string, reason: string): Promise<void> {
  const [answer] = await hub.lineage.insert([{ type: "closure", transaction, key: closureKey(key), at: hub.clock.now(), by, reason }]);
  if (answer === "conflict") throw new UsageError(`${transaction} ${key} has been closed meanwhile`);
  if (answer !== "inserted") throw new Unavailable(`the lineage answered ${answer}: try again`);
}
