import { Invalid } from "#domain/failures";
import type { ConnectionPolicy } from "#domain/policy";
import type { SentStep, StepResult } from "#domain/posting";
import type { Clock } from "#ports/clock";
import type { Erp, ErpReadFilter, ErpRecord, ErpStockLevel, StepAnswer } from "#ports/erp";
import { stepAnswer, wireAnswers } from "./answers.ts";
import { createSandboxPurchasing } from "./purchasing.ts";
import { ask, type SandboxErpAddress } from "./service.ts";
import { submitGroups } from "./submit.ts";
import { wireStep } from "./wire-steps.ts";

/** What the adapter needs of the connection's policy. */
export type SandboxErpConnection = Pick<ConnectionPolicy, "inventoryJournal" | "requestTimeoutSeconds">;

export interface SandboxErpOptions extends SandboxErpAddress {
  readonly clock: Clock;
  readonly connection: SandboxErpConnection;
  /** Company id in the ERP by entity of ours. */
  readonly companies: Readonly<Record<string, string>>;
}

const maxStepsPerCall = 500;
const linesPerJournalMax = 10_000;
const keysPerLookup = 500;
const pageMax = 1_000;
const stockPagesMax = 1_000;

/**
 * The sandbox ERP, or any ERP behind the same API (sandbox-erp/openapi.json), over HTTP. Its idempotency is native: after a lost answer the
 * same bytes are sent once more while time is left, then the step is "unknown". One `submit` takes at most the connection's request time-out.
 * Reading throws Unavailable when the ERP does not answer as it should. Throws Invalid for settings that this ERP cannot serve.
 */
export function createSandboxErp(options: SandboxErpOptions): Erp {
  const { clock, companies } = options;
  if (options.connection.inventoryJournal !== "erp") {
    throw new Invalid('this ERP books COGS and inventory itself: set inventoryJournal of its connection to "erp"');
  }
  const timeoutMilliseconds = options.connection.requestTimeoutSeconds * 1_000;
  const entities = new Map(Object.entries(companies).map(([entity, company]) => [company, entity]));
  const companyOf = (entity: string) => (Object.hasOwn(companies, entity) ? companies[entity] : undefined);

  function knownCompany(entity: string): string {
    const company = companyOf(entity);
    if (company === undefined) throw new Invalid(`entity ${entity} has no company in this ERP: name it in the policy's erpCompany`);
    return company;
  }

  const query = (filter: ErpReadFilter, after: string | undefined, limit: number): string => {
    const parameters = new URLSearchParams({ limit: String(Math.min(limit, pageMax)) });
    if (filter.entity !== undefined) parameters.set("company", knownCompany(filter.entity));
    if (filter.from !== undefined) parameters.set("from", filter.from);
    if (filter.to !== undefined) parameters.set("to", filter.to);
    if (filter.keyPrefix !== undefined) parameters.set("keyPrefix", filter.keyPrefix);
    if (after !== undefined) parameters.set("after", after);
    return parameters.toString();
  };

  return {
    purchasing: createSandboxPurchasing(options, knownCompany, timeoutMilliseconds),

    capabilities: { idempotency: "native", inventoryJournal: "erp", correctionStyles: ["reversal"], maxStepsPerCall, linesPerJournalMax },

    async submit(groups) {
      const cut = groups.map((group) => cutAtUnmappedEntity(group, companyOf));
      const sent = cut.filter(({ steps }) => steps.length > 0);
      const answers = await submitGroups(
        options,
        clock,
        sent.map(({ steps }) => steps),
        maxStepsPerCall,
        timeoutMilliseconds,
      );
      const bySent = new Map(sent.map((group, index) => [group, answers[index] ?? []]));
      return cut.map((group) => withUnmapped(bySent.get(group) ?? [], group));
    },

    async find(keys) {
      const found: (StepResult | undefined)[] = [];
      for (let start = 0; start < keys.length; start += keysPerLookup) {
        const body = JSON.stringify({ keys: keys.slice(start, start + keysPerLookup) });
        const { documents } = await ask(options, "POST", "/v1/documents/lookup", body, timeoutMilliseconds, wireAnswers.lookup);
        for (const document of documents) found.push(document === null ? undefined : stepAnswer(document));
      }
      return found;
    },

    async journals(filter, after, limit) {
      const path = `/v1/journals?${query(filter, after, limit)}`;
      const page = await ask(options, "GET", path, undefined, timeoutMilliseconds, wireAnswers.journals);
      const journals = page.journals.flatMap(({ company, reverses, reversedBy, ...journal }) => {
        const entity = entities.get(company);
        // A company that no entity of ours is kept in is none of our business.
        if (entity === undefined) return [];
        // "" is a person's.
        return [
          { ...journal, entity, ...(reverses === undefined ? {} : { reverses }), ...(reversedBy === undefined ? {} : { reversedBy }) },
        ];
      });
      return { journals, ...(page.next === undefined ? {} : { next: page.next }) };
    },

    async documentKeys(filter, after, limit) {
      const path = `/v1/document-keys?${query(filter, after, limit)}`;
      const page = await ask(options, "GET", path, undefined, timeoutMilliseconds, wireAnswers.keys);
      return { keys: page.keys, ...(page.next === undefined ? {} : { next: page.next }) };
    },

    async trialBalance(entity, { from, to }) {
      const parameters = new URLSearchParams({ ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) });
      const path = `/v1/companies/${encodeURIComponent(knownCompany(entity))}/trial-balance?${parameters}`;
      return await ask(options, "GET", path, undefined, timeoutMilliseconds, wireAnswers.trialBalance);
    },

    async stock(entity) {
      const levels: ErpStockLevel[] = [];
      let after: string | undefined;
      for (let pages = 0; pages < stockPagesMax; pages += 1) {
        const path = `/v1/companies/${encodeURIComponent(knownCompany(entity))}/stock?limit=${pageMax}${after === undefined ? "" : `&after=${after}`}`;
        const page = await ask(options, "GET", path, undefined, timeoutMilliseconds, wireAnswers.stock);
        levels.push(...page.levels);
        if (page.next === undefined) return levels;
        after = page.next;
      }
      throw new Invalid(`entity ${entity} has more than ${stockPagesMax * pageMax} stock levels: raise the bound`);
    },

    async masterData(entity) {
      const id = knownCompany(entity);
      const below = `/v1/companies/${encodeURIComponent(id)}`;
      const read = <T>(path: string, schema: Parameters<typeof ask<T>>[5]) =>
        ask(options, "GET", path, undefined, timeoutMilliseconds, schema);
      const { companies } = await read("/v1/companies", wireAnswers.companies);
      const company = companies.find((each) => each.id === id);
      if (company === undefined)
        throw new Invalid(`company ${id} of entity ${entity} is not in this ERP: create it there, or mend its erpCompany`);
      const { accounts } = await read(`${below}/accounts`, wireAnswers.accounts);
      const records = await read(`${below}/master-data`, wireAnswers.masterData);
      const { periods } = await read(`${below}/periods`, wireAnswers.periods);
      return {
        functionalCurrency: company.functionalCurrency,
        accounts: accounts.map(({ number, name, active = true, requiredDimensions = [] }) => ({
          account: number,
          name,
          active,
          requiredDimensions,
        })),
        items: listed(records.items),
        locations: listed(records.locations),
        parties: listed(records.parties),
        taxCodes: listed(records.taxCodes),
        periods: periods.map(({ from, to, state }) => ({ from, to, open: state === "open" })),
      };
    },
  };
}

/** The sandbox takes what it has no list of. */
function listed(records: readonly ErpRecord[]): readonly ErpRecord[] | undefined {
  return records.length === 0 ? undefined : records;
}

interface CutGroup {
  /** What is sent. */
  readonly steps: readonly string[];
  /** How many steps are not sent, and the entity of the first of them. */
  readonly unsent: number;
  readonly entity: string;
}

function cutAtUnmappedEntity(group: readonly SentStep[], companyOf: (entity: string) => string | undefined): CutGroup {
  const steps: string[] = [];
  for (const step of group) {
    const entity = step.kind === "post" ? step.document.entity : step.entity;
    const company = companyOf(entity);
    if (company === undefined) return { steps, unsent: group.length - steps.length, entity };
    steps.push(JSON.stringify(wireStep(step, company)));
  }
  return { steps, unsent: 0, entity: "" };
}

function withUnmapped(answers: readonly StepAnswer[], group: CutGroup): StepAnswer[] {
  const all = [...answers];
  for (let index = 0; index < group.unsent; index += 1) {
    const reached = index === 0 && answers.every((answer) => answer.kind === "done");
    const message = `entity ${group.entity} has no company in this ERP: name it in the policy's erpCompany`;
    all.push(reached ? { kind: "refused", code: "unknown-company", message } : { kind: "skipped" });
  }
  return all;
}
