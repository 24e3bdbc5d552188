import * as z from "zod/mini";
import { Invalid, Unavailable } from "#domain/failures";
import { type BusinessCentralService, requestsPerBatchMax } from "./odata-service.ts";

export interface Company {
  readonly entity: string;
  readonly id: string;
  readonly currency: string;
  /** Of the general journal that the hub posts through. */
  readonly journal: string;
}

export interface Period {
  readonly from: string;
  readonly to: string;
  readonly open: boolean;
}

/** What changes rarely, but does: read again for each call. */
export interface Books {
  readonly company: Company;
  readonly accounts: ReadonlyMap<string, { readonly name: string; readonly active: boolean }>;
  readonly periods: readonly Period[];
  readonly allowed: { readonly from: string; readonly to: string };
  /** Codes of the dimensions that Business Central keeps. */
  readonly dimensions: ReadonlySet<string>;
}

/** Code of the general journal that the hub uses; an accountant leaves it alone. */
const journalCode = "THRULINE";
const text = z.string().check(z.maxLength(500));
const companyRecord = z.object({ id: text, name: text });
const setupRecord = z.object({ localCurrencyCode: text, allowPostingFrom: text, allowPostingTo: text });
const accountRecord = z.object({ number: text, displayName: text, blocked: z.boolean(), accountType: text, directPosting: z.boolean() });
const periodRecord = z.object({ startingDate: text });
const codeRecord = z.object({ id: text, code: text, displayName: text });
const itemRecord = z.object({ number: text, displayName: text, blocked: z.boolean() });
const partyRecord = z.object({ number: text, displayName: text, blocked: text });
const day = /^\d{4}-\d{2}-\d{2}$/;
/** What an empty date is in an answer. */
const noDay = "0001-01-01";

export function quoted(value: string): string {
  return `'${value.replaceAll("'", "''")}'`;
}

export function filtered(path: string, filter: string, rest = ""): string {
  return `${path}?$filter=${encodeURIComponent(filter)}${rest}`;
}

/** Reads what documents refer to. What is missing is said with what to create. Throws Unavailable and Invalid. */
export function createDirectory(service: BusinessCentralService, names: Readonly<Record<string, string>>) {
  const companies = new Map<string, Company>();

  const below = ({ id }: Pick<Company, "id">, path: string) => `companies(${id})/${path}`;

  async function journalOf(id: string, within: number): Promise<string> {
    const path = filtered(below({ id }, "journals"), `code eq ${quoted(journalCode)}`);
    const [found] = await service.list(path, codeRecord, within);
    if (found === undefined) {
      throw new Unavailable(
        `this company has no general journal batch ${journalCode}: create it in Business Central; docs/erp-adapters.md says how`,
      );
    }
    return found.id;
  }

  return {
    below,

    async company(entity: string, within: number): Promise<Company> {
      const known = companies.get(entity);
      if (known !== undefined) return known;
      const name = Object.hasOwn(names, entity) ? names[entity] : undefined;
      if (name === undefined) throw new Invalid(`entity ${entity} has no company in this ERP: name it in the policy's erpCompany`);
      const [found] = await service.list(filtered("companies", `name eq ${quoted(name)}`), companyRecord, within);
      if (found === undefined || !/^[0-9a-fA-F-]{36}$/.test(found.id)) {
        throw new Unavailable(
          `company ${name} of entity ${entity} is not in this environment: check erpCompany and the url of the connection`,
        );
      }
      const [setup] = await service.list(below(found, "generalLedgerSetup"), setupRecord, within);
      if (setup === undefined || setup.localCurrencyCode === "") {
        throw new Unavailable(`company ${name} states no local currency: set it in its General Ledger Setup`);
      }
      const company = { entity, id: found.id, currency: setup.localCurrencyCode, journal: await journalOf(found.id, within) };
      companies.set(entity, company);
      return company;
    },

    async books(company: Company, within: number): Promise<Books> {
      const accounts = await service.list(below(company, "accounts"), accountRecord, within);
      const [setup] = await service.list(below(company, "generalLedgerSetup"), setupRecord, within);
      const starts = (await service.list(below(company, "accountingPeriods?$orderby=startingDate"), periodRecord, within)).map(
        (each) => each.startingDate,
      );
      const dimensions = await service.list(below(company, "dimensions"), codeRecord, within);
      const limit = (value: string | undefined, open: string) =>
        value === undefined || value === noDay || !day.test(value) ? open : value;
      const allowed = { from: limit(setup?.allowPostingFrom, "0001-01-01"), to: limit(setup?.allowPostingTo, "9999-12-31") };
      return {
        company,
        accounts: new Map(
          accounts.map(({ number, displayName, blocked, accountType, directPosting }) => [
            number,
            { name: displayName, active: !blocked && accountType === "Posting" && directPosting },
          ]),
        ),
        allowed,
        periods: periodsOf(starts, allowed),
        dimensions: new Set(dimensions.map(({ code }) => code)),
      };
    },

    async items(company: Company, numbers: readonly string[], within: number): Promise<ReadonlyMap<string, boolean>> {
      const found = new Map<string, boolean>();
      for (let start = 0; start < numbers.length; start += 50) {
        const filter = numbers
          .slice(start, start + 50)
          .map((number) => `number eq ${quoted(number)}`)
          .join(" or ");
        for (const { number, blocked } of await service.list(filtered(below(company, "items"), filter), itemRecord, within))
          found.set(number, !blocked);
      }
      return found;
    },

    async locations(company: Company, within: number) {
      return await service.list(below(company, "locations"), codeRecord, within);
    },

    async lists(company: Company, within: number) {
      return {
        items: await service.list(below(company, "items"), itemRecord, within),
        locations: await service.list(below(company, "locations"), codeRecord, within),
        vendors: await service.list(below(company, "vendors"), partyRecord, within),
        customers: await service.list(below(company, "customers"), partyRecord, within),
        taxGroups: await service.list(below(company, "taxGroups"), codeRecord, within),
      };
    },

    /** Lines that a document left in the hub's journal which was never posted. */
    async leftovers(company: Company, within: number): Promise<readonly string[]> {
      const lines = await service.list(
        below(company, `journals(${company.journal})/journalLines?$top=1000`),
        z.object({ id: text }),
        within,
      );
      return lines.map(({ id }) => id);
    },

    async clear(company: Company, lines: readonly string[], within: () => number): Promise<void> {
      for (let start = 0; start < lines.length; start += requestsPerBatchMax) {
        const part = lines.slice(start, start + requestsPerBatchMax);
        await service.change(
          part.map((id) => ({ method: "DELETE", url: below(company, `journals(${company.journal})/journalLines(${id})`) })),
          within(),
        );
      }
    },
  };
}

export type Directory = ReturnType<typeof createDirectory>;

/**
 * Accounting periods only have first days, and what takes postings is the span that the General Ledger Setup allows: each period is cut where the
 * span begins and ends.
 */
function periodsOf(starts: readonly string[], allowed: { readonly from: string; readonly to: string }): Period[] {
  return starts.flatMap((start, index) => {
    const next = starts[index + 1];
    const end = next === undefined ? allowed.to : dayBefore(next);
    const [from, to] = [start > allowed.from ? start : allowed.from, end < allowed.to ? end : allowed.to];
    const closed = (first: string, last: string): Period[] => (first <= last ? [{ from: first, to: last, open: false }] : []);
    if (from > to) return closed(start, end);
    const before = from > start ? closed(start, dayBefore(from)) : [];
    const after = to < end ? closed(dayAfter(to), end) : [];
    return [...before, { from, to, open: true }, ...after];
  });
}

function dayBefore(date: string): string {
  return moved(date, -1);
}

function dayAfter(date: string): string {
  return moved(date, 1);
}

function moved(date: string, days: number): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
}
