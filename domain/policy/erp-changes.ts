import type { ErpCompanyData } from "./erp-agreement.ts";

/** Something of an ERP's master data that is not as it was. */
export interface ErpChange {
  readonly kind: "currency" | "account" | "item" | "location" | "party" | "tax-code" | "period";
  /** The account's number, the record's code, or the period's first and last day. */
  readonly code: string;
  /** In words; absent: it was not there, or is no more. */
  readonly was?: string;
  readonly is?: string;
}

/** What changed in an ERP's company between two readings, in the order of kinds and codes. */
export function erpChanges(before: ErpCompanyData, after: ErpCompanyData): ErpChange[] {
  return kinds.flatMap((kind) => {
    const [were, are] = [told(kind, before), told(kind, after)];
    return [...new Set([...were.keys(), ...are.keys()])]
      .sort()
      .filter((code) => were.get(code) !== are.get(code))
      .map((code): ErpChange => {
        const [was, is] = [were.get(code), are.get(code)];
        return { kind, code, ...(was === undefined ? {} : { was }), ...(is === undefined ? {} : { is }) };
      });
  });
}

const kinds = ["currency", "account", "item", "location", "party", "tax-code", "period"] as const satisfies readonly ErpChange["kind"][];

/** What is said of each of a kind, by its code. */
function told(kind: ErpChange["kind"], data: ErpCompanyData): ReadonlyMap<string, string> {
  const named = (records: ErpCompanyData["items"] = []) => new Map(records.map(({ code, name, active }) => [code, state(name, active)]));
  switch (kind) {
    case "currency":
      return new Map([["books", data.functionalCurrency], ...(data.currencies ?? []).map((each) => [each, "active"] as const)]);
    case "account":
      return new Map(
        data.accounts.map(({ account, name, active, requiredDimensions }) => {
          const wants = requiredDimensions.length === 0 ? "" : `, wants ${[...requiredDimensions].sort().join(", ")}`;
          return [account, `${state(name, active)}${wants}`];
        }),
      );
    case "item":
      return named(data.items);
    case "location":
      return named(data.locations);
    case "party":
      return named(data.parties);
    case "tax-code":
      return named(data.taxCodes);
    case "period":
      return new Map(data.periods.map(({ from, to, open }) => [`${from} to ${to}`, open ? "open" : "closed"]));
  }
}

function state(name: string, active: boolean): string {
  return active ? name : `${name}, not active`;
}
