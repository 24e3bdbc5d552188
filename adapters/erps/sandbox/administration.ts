import * as z from "zod/mini";
import { wireAnswers } from "./answers.ts";
import { ask, type SandboxErpAddress } from "./service.ts";

/** Master data of the ERP, for a hub that brings its own sandbox; each call sets what it names and leaves the rest. Throws Unavailable. */
export interface SandboxErpAdministration {
  putCompany(
    company: string,
    data: { readonly name: string; readonly functionalCurrency: string; readonly inventoryRevaluationAccount: string },
  ): Promise<void>;
  /** At most 5,000 in a call. */
  putAccounts(company: string, accounts: readonly { readonly number: string; readonly name: string }[]): Promise<void>;
  /** Periods that do not overlap; days are YYYY-MM-DD, inclusive. */
  putPeriods(
    company: string,
    periods: readonly { readonly id: string; readonly from: string; readonly to: string; readonly state: "open" | "closed" }[],
  ): Promise<void>;
  /** Every period that the company has. */
  periods(company: string): Promise<readonly { readonly id: string; readonly from: string; readonly to: string }[]>;
}

export function createSandboxErpAdministration(
  options: SandboxErpAddress & { readonly requestTimeoutSeconds: number },
): SandboxErpAdministration {
  const put = async (company: string, below: string, data: unknown) => {
    const path = `/v1/companies/${encodeURIComponent(company)}${below}`;
    await ask(options, "PUT", path, JSON.stringify(data), options.requestTimeoutSeconds * 1_000, z.looseObject({}));
  };
  return {
    putCompany: (company, data) => put(company, "", data),
    putAccounts: (company, accounts) => put(company, "/accounts", { accounts }),
    putPeriods: (company, periods) => put(company, "/periods", { periods }),
    async periods(company) {
      const path = `/v1/companies/${encodeURIComponent(company)}/periods`;
      return (await ask(options, "GET", path, undefined, options.requestTimeoutSeconds * 1_000, wireAnswers.periods)).periods;
    },
  };
}
