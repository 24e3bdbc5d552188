import type { Erp } from "#ports/erp";

/**
 * What two hosts must agree on: everything that the ERPs hold, without the numbers that they gave and the days on which they did, and under the keys of
 * the documents: which plan posted one depends on what had arrived when somebody looked.
 */
export interface Ledger {
  readonly documents: readonly string[];
  readonly journals: readonly object[];
  readonly trialBalances: Readonly<Record<string, unknown>>;
  readonly stock: Readonly<Record<string, unknown>>;
}

const pageItems = 500;

/** `entities`: with the connection of each. */
export async function ledgerOf(erp: (connection: string) => Erp, entities: Readonly<Record<string, string>>): Promise<Ledger> {
  const documents: string[] = [];
  const journals: { readonly key: string }[] = [];
  for (const [entity, connection] of Object.entries(entities)) {
    let after: string | undefined;
    do {
      const page = await erp(connection).documentKeys({ entity }, after, pageItems);
      documents.push(...page.keys.map(withoutPlan));
      after = page.next;
    } while (after !== undefined);
    do {
      const page = await erp(connection).journals({ entity }, after, pageItems);
      for (const { key, businessDate, currency, memo, lines } of page.journals)
        journals.push({ key: withoutPlan(key), ...{ entity, businessDate, currency, memo, lines } });
      after = page.next;
    } while (after !== undefined);
  }
  const trialBalances: Record<string, unknown> = {};
  const stock: Record<string, unknown> = {};
  for (const [entity, connection] of Object.entries(entities)) {
    trialBalances[entity] = await erp(connection).trialBalance(entity, {});
    stock[entity] = await erp(connection).stock(entity);
  }
  return { documents: documents.sort(), journals: journals.sort(byKey), trialBalances, stock };
}

function withoutPlan(erpKey: string): string {
  return erpKey.replace(/@\d+/g, "");
}

function byKey(a: { readonly key: string }, b: { readonly key: string }): number {
  return a.key < b.key ? -1 : a.key > b.key ? 1 : 0;
}
