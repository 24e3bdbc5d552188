import { businessDateIn, periodById } from "#domain/calendar";
import { periodStateOn } from "./periods.ts";
import type { Policy } from "./policy-types.ts";

/** What an ERP and the policies say differently, and what to do about it. */
export interface ErpFinding {
  readonly kind: "account-missing" | "currency" | "period-closed-in-erp" | "period-open-in-erp" | "opening-balance";
  /** Entity, and what it is about. */
  readonly value: string;
  readonly advice: string;
}

interface MasterData {
  readonly functionalCurrency: string;
  readonly accounts: readonly { readonly account: string; readonly name: string }[];
  readonly periods: readonly { readonly from: string; readonly to: string; readonly open: boolean }[];
}

/**
 * Whether an entity's company in its ERP agrees with the policies at `now`: every account that a rule names from now on is in its chart, its
 * currency is the entity's, and the periods that the policies tell apart are open or closed in both.
 */
export function erpAgreement(policy: Policy, entity: string, erp: MasterData, now: string): ErpFinding[] {
  const data = policy.entities[entity];
  if (data === undefined) return [];
  const today = businessDateIn(data.timeZone, now);
  const findings: ErpFinding[] = [];
  if (erp.functionalCurrency !== data.functionalCurrency) {
    findings.push({
      kind: "currency",
      value: `${entity}: ${data.functionalCurrency} in the policies, ${erp.functionalCurrency} in the ERP`,
      advice: "Mend functionalCurrency or erpCompany: the company in the ERP is another one, or keeps its books in another currency.",
    });
  }
  const chart = new Map(erp.accounts.map(({ account, name }) => [account, name]));
  const roles = new Map<string, Set<string>>();
  for (const rule of policy.accounts) {
    const ended = rule.to !== undefined && rule.to < today;
    if (ended || (rule.entity !== undefined && rule.entity !== entity) || chart.has(rule.account)) continue;
    roles.set(rule.account, (roles.get(rule.account) ?? new Set()).add(rule.role));
  }
  for (const [account, of] of [...roles].sort()) {
    findings.push({
      kind: "account-missing",
      value: `${entity}: account ${account} for ${[...of].sort().join(", ")}`,
      advice: "Create the account in the ERP, or name one that is there in the policies.",
    });
  }
  for (const id of [...new Set((data.periods ?? []).map((rule) => rule.period))].sort()) {
    const period = periodById(data.calendar ?? { kind: "months" }, id);
    if (period === undefined) continue;
    const state = periodStateOn(data, period, today);
    const ours = state === "open" || state === "reopened";
    const theirs = erp.periods.some(({ from, to, open }) => open && from <= period.from && period.to <= to);
    if (ours && !theirs) {
      const advice = "Open the period in the ERP, or close it in the policies: what is posted there would be refused.";
      findings.push({ kind: "period-closed-in-erp", value: `${entity}: ${id}`, advice });
    }
    if (!ours && erp.periods.some(({ from, to, open }) => open && from <= period.to && period.from <= to)) {
      const advice = "Close the period in the ERP: somebody could post by hand into what is reported.";
      findings.push({ kind: "period-open-in-erp", value: `${entity}: ${id}`, advice });
    }
  }
  return findings;
}
