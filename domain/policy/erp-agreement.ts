import { addDays, businessDateIn, daysBetween, periodById, periodOf } from "#domain/calendar";
import { periodStateOn } from "./periods.ts";
import type { AccountRule, EntityPolicy, Policy } from "./policy-types.ts";
import { roles } from "./roles.ts";

/** What an ERP and the policies say differently, and what to do about it. */
export interface ErpFinding {
  readonly kind:
    | "account-missing"
    | "account-inactive"
    | "dimension-missing"
    | "item-missing"
    | "item-inactive"
    | "location-missing"
    | "location-inactive"
    | "tax-code-missing"
    | "currency"
    | "currency-missing"
    | "period-calendar"
    | "period-closed-in-erp"
    | "period-open-in-erp"
    | "opening-balance";
  /** Entity, and what it is about. */
  readonly value: string;
  readonly advice: string;
}

interface NamedRecord {
  readonly code: string;
  readonly name: string;
  readonly active: boolean;
}

/** What an ERP says of a company, as ErpMasterData of ports/erp. A list that is undefined is one that the ERP does not keep. */
export interface ErpCompanyData {
  readonly functionalCurrency: string;
  readonly accounts: readonly {
    readonly account: string;
    readonly name: string;
    readonly active: boolean;
    readonly requiredDimensions: readonly string[];
  }[];
  readonly items: readonly NamedRecord[] | undefined;
  readonly locations: readonly NamedRecord[] | undefined;
  readonly parties: readonly NamedRecord[] | undefined;
  readonly taxCodes: readonly NamedRecord[] | undefined;
  readonly currencies?: readonly string[] | undefined;
  readonly periods: readonly { readonly from: string; readonly to: string; readonly open: boolean }[];
}

/** A period of more days than this stands for no fiscal period, but for "open until further notice". */
const fiscalDaysMax = 45;

/**
 * Whether an entity's company in its ERP agrees with the policies at `now`: every account that a rule names from now on is in its chart, takes
 * documents, and asks for no dimension that its lines never carry; the goods, places, currencies and taxes of the policies are there where the
 * ERP lists such; and the periods that the policies tell apart are the ERP's, open or closed in both.
 */
export function erpAgreement(policy: Policy, entity: string, erp: ErpCompanyData, now: string): ErpFinding[] {
  const data = policy.entities[entity];
  if (data === undefined) return [];
  const today = businessDateIn(data.timeZone, now);
  const currency: ErpFinding[] =
    erp.functionalCurrency === data.functionalCurrency
      ? []
      : [
          {
            kind: "currency",
            value: `${entity}: ${data.functionalCurrency} in the policies, ${erp.functionalCurrency} in the ERP`,
            advice: "Mend functionalCurrency or erpCompany: the company in the ERP is another one, or keeps its books in another currency.",
          },
        ];
  return [
    ...currency,
    ...accountFindings(rulesFrom(policy, entity, today), entity, erp),
    ...recordFindings("item", stockedItems(policy), entity, erp.items),
    ...recordFindings("location", placesOf(policy, entity), entity, erp.locations),
    ...currencyFindings(policy, entity, erp.currencies),
    ...taxFindings(policy, entity, today, erp.taxCodes),
    ...periodFindings(data, entity, today, erp.periods),
  ];
}

/**
 * The accounts of an entity's balance sheet that rules name: what stands there is what the hub says of clearing, stock, and what is owed. Sales
 * and expenses are accrued by hand in every house.
 */
export function hubKeptAccounts(policy: Policy, entity: string): ReadonlySet<string> {
  const rules = policy.accounts.filter((rule) => (rule.entity ?? entity) === entity);
  const kept = rules.filter(({ role }) => ["asset", "contra-asset", "liability", "asset-or-liability"].includes(roles[role]?.side ?? ""));
  return new Set(kept.map(({ account }) => account));
}

function rulesFrom(policy: Policy, entity: string, today: string): AccountRule[] {
  return policy.accounts.filter((rule) => (rule.to === undefined || rule.to >= today) && (rule.entity ?? entity) === entity);
}

function accountFindings(rules: readonly AccountRule[], entity: string, { accounts }: ErpCompanyData): ErpFinding[] {
  const chart = new Map(accounts.map((each) => [each.account, each]));
  return [...Map.groupBy(rules, ({ account }) => account)]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([account, of]): ErpFinding[] => {
      const names = [...new Set(of.map(({ role }) => role))].sort();
      const value = `${entity}: account ${account} for ${names.join(", ")}`;
      const held = chart.get(account);
      if (held === undefined) {
        const advice = "Create the account in the ERP, or name one that is there in the policies.";
        return [{ kind: "account-missing", value, advice }];
      }
      const inactive: ErpFinding[] = held.active
        ? []
        : [{ kind: "account-inactive", value, advice: "Make the account active in the ERP, or name another one in the policies." }];
      const missing = held.requiredDimensions.flatMap((dimension): ErpFinding[] => {
        const without = names.filter((role) => roles[role]?.dimensions.includes(dimension) !== true);
        if (without.length === 0) return [];
        return [
          {
            kind: "dimension-missing",
            value: `${entity}: account ${account} wants ${dimension}, which lines of ${without.join(", ")} never carry`,
            advice: "Take the demand off the account in the ERP, or name an account without it in the policies.",
          },
        ];
      });
      return [...inactive, ...missing];
    });
}

function stockedItems({ items }: Policy): string[] {
  return Object.entries(items.list).flatMap(([sku, { stocked }]) => (stocked ? [sku] : []));
}

/** Where goods of the entity's own lie: what a vendor sends out himself never comes into its books. */
function placesOf({ locations }: Policy, entity: string): string[] {
  return Object.entries(locations).flatMap(([id, place]) => (place.entity === entity && place.ownership?.kind !== "drop-ship" ? [id] : []));
}

function recordFindings(
  what: "item" | "location",
  wanted: readonly string[],
  entity: string,
  records: readonly NamedRecord[] | undefined,
): ErpFinding[] {
  if (records === undefined) return [];
  const held = new Map(records.map((record) => [record.code, record]));
  return [...wanted].sort().flatMap((code): ErpFinding[] => {
    const value = `${entity}: ${what} ${code}`;
    const active = held.get(code)?.active;
    if (active === undefined) {
      return [{ kind: `${what}-missing`, value, advice: `Create the ${what} in the ERP with this code: its stock documents are refused.` }];
    }
    return active
      ? []
      : [
          {
            kind: `${what}-inactive`,
            value,
            advice: `Make the ${what} active in the ERP, or take it out of the policies once nothing moves.`,
          },
        ];
  });
}

function currencyFindings(policy: Policy, entity: string, currencies: readonly string[] | undefined): ErpFinding[] {
  if (currencies === undefined) return [];
  const sold = [...Object.values(policy.shops), ...Object.values(policy.stores)].filter((each) => each.entity === entity);
  const banked = Object.values(policy.bankAccounts ?? {}).filter((each) => each.entity === entity);
  const wanted = new Set([...sold, ...banked].flatMap(({ currency }) => currency ?? []));
  return [...wanted]
    .sort()
    .filter((currency) => !currencies.includes(currency))
    .map((currency) => ({
      kind: "currency-missing",
      value: `${entity}: ${currency}`,
      advice: "Make the currency active in the ERP: journals in it are refused.",
    }));
}

/** A tax code is the ERP's when it has the id of the authority that the tax is owed to. Books without any tax code tell no taxes apart. */
function taxFindings(policy: Policy, entity: string, today: string, taxCodes: readonly NamedRecord[] | undefined): ErpFinding[] {
  if (taxCodes === undefined || taxCodes.length === 0) return [];
  const codes = new Set(taxCodes.flatMap(({ code, active }) => (active ? [code] : [])));
  const isMine = ({ shop, store }: { readonly shop?: string; readonly store?: string }) =>
    (shop === undefined || policy.shops[shop]?.entity === entity) && (store === undefined || policy.stores[store]?.entity === entity);
  const wanted = policy.taxes.filter((rule) => (rule.to ?? today) >= today && isMine(rule)).map(({ jurisdiction }) => jurisdiction);
  return [...new Set(wanted)]
    .sort()
    .filter((jurisdiction) => !codes.has(jurisdiction))
    .map((jurisdiction) => ({
      kind: "tax-code-missing",
      value: `${entity}: ${jurisdiction}`,
      advice: "Give the tax code in the ERP the id of this jurisdiction, or create one: the tax return tells taxes apart by it.",
    }));
}

function periodFindings(data: EntityPolicy, entity: string, today: string, periods: ErpCompanyData["periods"]): ErpFinding[] {
  const findings: ErpFinding[] = [];
  const calendar = data.calendar ?? { kind: "months" };
  const current = periodOf(calendar, today);
  const theirs = periods.find(({ from, to }) => from <= today && today <= to);
  const differs = current !== undefined && theirs !== undefined && (theirs.from !== current.from || theirs.to !== current.to);
  if (differs && daysBetween(theirs.from, theirs.to) < fiscalDaysMax) {
    findings.push({
      kind: "period-calendar",
      value: `${entity}: ${current.id} is ${current.from} to ${current.to} in the policies, ${theirs.from} to ${theirs.to} in the ERP`,
      advice:
        "Set the entity's calendar in the policies, or the periods of the fiscal year in the ERP: the two must close on the same day.",
    });
  }
  const told = new Set((data.periods ?? []).map((rule) => rule.period));
  if (current !== undefined) told.add(current.id);
  for (const id of [...told].sort()) {
    const period = periodById(calendar, id);
    if (period === undefined) continue;
    const state = periodStateOn(data, period, today);
    const ours = state === "open" || state === "reopened";
    if (ours && !isCovered(period, periods)) {
      const advice = "Open the period in the ERP, or close it in the policies: what is posted there would be refused.";
      findings.push({ kind: "period-closed-in-erp", value: `${entity}: ${id}`, advice });
    }
    if (!ours && periods.some(({ from, to, open }) => open && from <= period.to && period.from <= to)) {
      const advice = "Close the period in the ERP: somebody could post by hand into what is reported.";
      findings.push({ kind: "period-open-in-erp", value: `${entity}: ${id}`, advice });
    }
  }
  return findings;
}

/** Whether every day of a period is open in the ERP, by one period of its own or by several. */
function isCovered({ from, to }: { readonly from: string; readonly to: string }, periods: ErpCompanyData["periods"]): boolean {
  const open = periods.filter((each) => each.open).sort((a, b) => (a.from < b.from ? -1 : 1));
  let day = from;
  for (const each of open) if (each.from <= day && day <= each.to) day = addDays(each.to, 1);
  return day > to;
}
