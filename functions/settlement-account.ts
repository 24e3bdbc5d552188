import type { Problem } from "#domain/exceptions";
import type { Policy } from "#domain/policy";
import type { BankReadSettings } from "#ports/bank-statement";
import type { SettlementReadSettings } from "#ports/settlement-source";

export type SettingsAnswer<Settings> =
  | { readonly kind: "known"; readonly settings: Settings }
  | { readonly kind: "held"; readonly problem: Problem };

/**
 * Whose settlement report a file is, which most reports do not say: the only gateway account of its source, or the one whose id the
 * file's name, or the folder that it was dropped in, begins with: "us-shop_2026-11.csv", "us-shop/transactions.csv".
 */
export function settlementSettings(policy: Policy, source: string, file: string): SettingsAnswer<SettlementReadSettings> {
  const accounts = Object.entries(policy.gatewayAccounts ?? {}).filter(([, account]) => account.source === source);
  const [id, account] = accounts.length === 1 ? accounts[0]! : (named(accounts, file) ?? []);
  if (id === undefined || account === undefined)
    return notNamed(
      "gateway",
      source,
      file,
      accounts.map(([each]) => each),
    );
  const { currencies, statedAccount, dateOrder } = account;
  return {
    kind: "known",
    settings: {
      account: id,
      timeZone: policy.entities[account.entity]?.timeZone ?? "UTC",
      ...(currencies === undefined ? {} : { currencies }),
      ...(statedAccount === undefined ? {} : { statedAccount }),
      ...(dateOrder === undefined ? {} : { dateOrder }),
    },
  };
}

/**
 * Statements name their account but for CSV exports: these are told by the file's name in the same way, of the accounts whose mapping
 * reads the file (`csv`, its name; absent: of all).
 */
export function bankSettings(policy: Policy, file: string, csv?: string): BankReadSettings {
  const accounts = Object.entries(policy.bankAccounts ?? {}).filter(([, account]) => csv === undefined || account.csv?.name === csv);
  const [, account] = accounts.length === 1 ? accounts[0]! : (named(accounts, file) ?? []);
  const number = account?.numbers[0];
  return account === undefined || number === undefined ? {} : { account: number, currency: account.currency };
}

/** Of "us" and "us-outlet" a file "us-outlet_1.csv" names the second: the longest id that it begins with. */
function named<Account>(accounts: readonly (readonly [string, Account])[], file: string): readonly [string, Account] | undefined {
  return accounts.filter(([id]) => beginsWith(file, id)).sort(([a], [b]) => b.length - a.length)[0];
}

function beginsWith(file: string, id: string): boolean {
  return file === id || (file.startsWith(id) && /^[^A-Za-z0-9]/.test(file.slice(id.length)));
}

function notNamed(what: string, source: string, file: string, known: readonly string[]): SettingsAnswer<never> {
  const next =
    known.length === 0
      ? `Add one to gatewayAccounts of an entity's policy`
      : `Begin the file's name with the id of its account (${[...known].sort().join(", ")})`;
  const message = `${file.slice(0, 120)} is a report of ${source}, and nothing says of which ${what} account. ${next}, then drop it again; nothing of it is taken in.`;
  return { kind: "held", problem: { class: "data.unmapped", code: "gateway-account", cause: `gateway-account:${source}`, message } };
}
