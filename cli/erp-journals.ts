import type { Hub } from "#hub";
import type { ErpJournal } from "#ports/erp";

const journalsPerPage = 500;

export interface ReportFilter {
  readonly entity?: string;
  readonly from?: string;
  readonly to?: string;
}

export function entitiesOf(hub: Hub, filter: ReportFilter): string[] {
  return Object.keys(hub.policy.entities).filter((entity) => filter.entity === undefined || entity === filter.entity);
}

/** Journals of one connection: those of its own entities, also where several connections lead to one ERP. */
export async function* allJournals(hub: Hub, connection: string, filter: ReportFilter): AsyncGenerator<ErpJournal> {
  for (const entity of entitiesBehind(hub, connection)) {
    if (filter.entity !== undefined && filter.entity !== entity) continue;
    let after: string | undefined;
    do {
      const page = await hub.erps.erp(connection).journals({ ...filter, entity }, after, journalsPerPage);
      yield* page.journals;
      after = page.next;
    } while (after !== undefined);
  }
}

export function entitiesBehind(hub: Hub, connection: string): string[] {
  return Object.keys(hub.policy.entities).filter((entity) => hub.policy.entities[entity]?.connection === connection);
}
