import type { DatabaseSync } from "node:sqlite";
import { inTransaction } from "./database.ts";
import { Refusal } from "./refusal.ts";

export interface Company {
  readonly id: string;
  readonly name: string;
  readonly functionalCurrency: string;
  /** Takes the differences when a receipt brings negative stock back. */
  readonly inventoryRevaluationAccount: string;
}
export interface Account {
  readonly number: string;
  readonly name: string;
  /** False: takes no new documents. Absent: true. */
  readonly active?: boolean | undefined;
  /** A line without them is refused. Absent: none. */
  readonly requiredDimensions?: readonly string[] | undefined;
}
const recordKinds = ["items", "locations", "parties", "taxCodes"] as const;
interface MasterRecord {
  readonly code: string;
  readonly name: string;
  readonly active: boolean;
}
/** Lists that people keep beside the accounts. Documents are not checked against them. */
export type MasterRecords = { readonly [Kind in (typeof recordKinds)[number]]: readonly MasterRecord[] };
type GivenRecords = { readonly [Kind in keyof MasterRecords]?: readonly MasterRecord[] | undefined };
export interface Period {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly state: "open" | "closed";
}

export interface MasterData {
  /** To be called at the start of a transaction: forgets what another process may have changed. */
  refresh(): void;
  company(id: string): Company;
  /** Throws the refusals unknown-account, account-inactive and missing-dimension. `dimensions` are those of the line, as JSON. */
  requireAccount(company: string, account: string, dimensions?: string): void;
  /** Throws the refusal period-closed. */
  requireOpenPeriod(company: string, postingDate: string): void;
  putCompany(company: Company): Company;
  putAccounts(company: string, accounts: readonly Account[]): readonly Account[];
  putPeriods(company: string, periods: readonly Period[]): readonly Period[];
  /** Sets what it names and leaves the rest. */
  putRecords(company: string, records: GivenRecords): MasterRecords;
  records(company: string): MasterRecords;
  companies(): readonly Company[];
  accounts(company: string): readonly Account[];
  periods(company: string): readonly Period[];
}

export function createMasterData(database: DatabaseSync): MasterData {
  const dataVersion = database.prepare("PRAGMA data_version");
  const selectCompany = database.prepare(
    "SELECT id, name, functional_currency AS functionalCurrency, revaluation_account AS inventoryRevaluationAccount FROM companies WHERE id = ?",
  );
  const selectCompanies = database.prepare(
    "SELECT id, name, functional_currency AS functionalCurrency, revaluation_account AS inventoryRevaluationAccount FROM companies ORDER BY id",
  );
  const selectAccounts = database.prepare(
    `SELECT a.number, a.name, coalesce(r.active, 1) AS active, coalesce(r.required_dimensions, '[]') AS requiredDimensions
     FROM accounts a LEFT JOIN account_rules r ON r.company = a.company AND r.number = a.number WHERE a.company = ? ORDER BY a.number`,
  );
  const upsertAccountRule = database.prepare(
    `INSERT INTO account_rules (company, number, active, required_dimensions) VALUES (?, ?, ?, ?)
     ON CONFLICT (company, number) DO UPDATE SET active = excluded.active, required_dimensions = excluded.required_dimensions`,
  );
  const selectRecords = database.prepare("SELECT kind, code, name, active FROM records WHERE company = ? ORDER BY kind, code");
  const upsertRecord = database.prepare(
    `INSERT INTO records (company, kind, code, name, active) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT (company, kind, code) DO UPDATE SET name = excluded.name, active = excluded.active`,
  );
  const selectPeriods = database.prepare(
    'SELECT id, first_day AS "from", last_day AS "to", state FROM periods WHERE company = ? ORDER BY first_day',
  );
  const upsertCompany = database.prepare(
    `INSERT INTO companies (id, name, functional_currency, revaluation_account) VALUES (?, ?, ?, ?)
     ON CONFLICT (id) DO UPDATE SET name = excluded.name, functional_currency = excluded.functional_currency, revaluation_account = excluded.revaluation_account`,
  );
  const upsertAccount = database.prepare(
    "INSERT INTO accounts (company, number, name) VALUES (?, ?, ?) ON CONFLICT (company, number) DO UPDATE SET name = excluded.name",
  );
  const upsertPeriod = database.prepare(
    `INSERT INTO periods (company, id, first_day, last_day, state) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT (company, id) DO UPDATE SET first_day = excluded.first_day, last_day = excluded.last_day, state = excluded.state`,
  );
  const selectLastNumber = database.prepare("SELECT last_number AS lastNumber FROM companies WHERE id = ?");

  let version: unknown;
  const companies = new Map<string, Company>();
  const charts = new Map<string, Map<string, Account>>();
  const openDays = new Map<string, Map<string, boolean>>();

  function forget(): void {
    companies.clear();
    charts.clear();
    openDays.clear();
  }

  const company = (id: string): Company => {
    let found = companies.get(id);
    if (found === undefined) {
      found = selectCompany.get(id) as unknown as Company | undefined;
      if (found === undefined) throw new Refusal("unknown-company", `company ${id} is not known: create it with PUT /v1/companies/${id}`);
      companies.set(id, found);
    }
    return found;
  };
  const accounts = (id: string): Account[] =>
    selectAccounts.all(id).map(({ number, name, active, requiredDimensions }) => {
      const required = JSON.parse(String(requiredDimensions)) as string[];
      return {
        number: String(number),
        name: String(name),
        ...(active === 0 ? { active: false } : {}),
        ...(required.length === 0 ? {} : { requiredDimensions: required }),
      };
    });
  const records = (id: string): MasterRecords => {
    const rows = selectRecords.all(id) as unknown as { kind: string; code: string; name: string; active: number }[];
    const of = (kind: string) =>
      rows.filter((row) => row.kind === kind).map(({ code, name, active }) => ({ code, name, active: active === 1 }));
    return { items: of("items"), locations: of("locations"), parties: of("parties"), taxCodes: of("taxCodes") };
  };
  const periods = (id: string) => selectPeriods.all(id) as unknown as Period[];

  function change<T>(id: string, work: () => T): T {
    return inTransaction(database, () => {
      forget();
      company(id);
      return work();
    });
  }

  return {
    refresh() {
      const current = dataVersion.get()?.data_version;
      if (current !== version || openDays.size > 1_000) forget();
      version = current;
    },
    company,
    requireAccount(id, account, dimensions) {
      let chart = charts.get(id);
      if (chart === undefined) charts.set(id, (chart = new Map(accounts(id).map((each) => [each.number, each]))));
      const known = chart.get(account);
      if (known === undefined) {
        throw new Refusal("unknown-account", `account ${account} is not in the chart of company ${id}: create it, or mend the mapping`);
      }
      if (known.active === false) {
        throw new Refusal(
          "account-inactive",
          `account ${account} of company ${id} takes no documents: make it active, or mend the mapping`,
        );
      }
      if (known.requiredDimensions === undefined || dimensions === undefined) return;
      const given = JSON.parse(dimensions) as Record<string, string>;
      const missing = known.requiredDimensions.filter((name) => !Object.hasOwn(given, name));
      if (missing.length > 0) {
        throw new Refusal(
          "missing-dimension",
          `account ${account} of company ${id} wants ${missing.join(", ")} on each line: add what is missing`,
        );
      }
    },
    requireOpenPeriod(id, postingDate) {
      let days = openDays.get(id);
      if (days === undefined) openDays.set(id, (days = new Map()));
      let open = days.get(postingDate);
      if (open === undefined) {
        open = periods(id).some((period) => period.state === "open" && period.from <= postingDate && postingDate <= period.to);
        if (days.size < 1_000) days.set(postingDate, open);
      }
      if (open) return;
      const firstOpen = periods(id).find((period) => period.state === "open");
      const next = firstOpen === undefined ? "no period is open: open one" : `the first open period starts on ${firstOpen.from}`;
      throw new Refusal("period-closed", `posting date ${postingDate} is in no open period of company ${id}: ${next}`);
    },
    putCompany(data) {
      return inTransaction(database, () => {
        forget();
        const lastNumber = selectLastNumber.get(data.id)?.lastNumber;
        if (lastNumber !== undefined && lastNumber !== 0 && company(data.id).functionalCurrency !== data.functionalCurrency) {
          throw new Refusal(
            "currency-fixed",
            `company ${data.id} already has documents in its functional currency: create another company`,
          );
        }
        upsertCompany.run(data.id, data.name, data.functionalCurrency, data.inventoryRevaluationAccount);
        companies.clear();
        return company(data.id);
      });
    },
    putAccounts: (id, list) =>
      change(id, () => {
        for (const { number, name, active = true, requiredDimensions = [] } of list) {
          upsertAccount.run(id, number, name);
          upsertAccountRule.run(id, number, active ? 1 : 0, JSON.stringify(requiredDimensions));
        }
        return accounts(id);
      }),
    putPeriods: (id, list) =>
      change(id, () => {
        for (const period of list) {
          if (period.to < period.from) {
            throw new Refusal("periods-overlap", `period ${period.id} ends on ${period.to} before it starts on ${period.from}`);
          }
          upsertPeriod.run(id, period.id, period.from, period.to, period.state);
        }
        const all = periods(id);
        for (const [index, period] of all.entries()) {
          const next = all[index + 1];
          if (next !== undefined && next.from <= period.to) {
            throw new Refusal(
              "periods-overlap",
              `periods ${period.id} and ${next.id} of company ${id} share ${next.from}: a day has one period`,
            );
          }
        }
        return all;
      }),
    putRecords: (id, given) =>
      change(id, () => {
        for (const kind of recordKinds) {
          for (const { code, name, active } of given[kind] ?? []) upsertRecord.run(id, kind, code, name, active ? 1 : 0);
        }
        return records(id);
      }),
    records(id) {
      company(id);
      return records(id);
    },
    companies: () => selectCompanies.all() as unknown as Company[],
    accounts(id) {
      company(id);
      return accounts(id);
    },
    periods(id) {
      company(id);
      return periods(id);
    },
  };
}
