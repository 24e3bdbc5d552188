import { addDays, businessDateIn, localToInstant } from "#domain/calendar";
import type { RowClass, SettlementRow } from "#domain/settlement";
import { tenderFor } from "./lookup.ts";
import type { BankAccountPolicy, GatewayAccountPolicy, Policy, TenderRule } from "./policy-types.ts";

/** The gateway account of this id, if it is one of that source. */
export function gatewayAccountFor(policy: Policy, source: string, account: string): GatewayAccountPolicy | undefined {
  const accounts = policy.gatewayAccounts ?? {};
  const found = Object.hasOwn(accounts, account) ? accounts[account] : undefined;
  return found?.source === source ? found : undefined;
}

/** What a row says of the till that its card terminal stands at. */
export interface TerminalClose {
  /**
   * The till on the day of the row and on the two before, the latest first, as "store.register.YYYY-MM-DD". The till's day may go on after
   * midnight: what was taken since yesterday's close may count to the day before that.
   */
  readonly tills: readonly [own: string, before: string, twoBefore: string];
  /** The instant of the row, where it states one: a day alone is its midnight. */
  readonly closedAt?: string;
}

/** The till, and when its terminal was closed, of a row of a card terminal; undefined: the row is of no known one. */
export function terminalClose(policy: Policy, row: SettlementRow): TerminalClose | undefined {
  const account = gatewayAccountFor(policy, row.source, row.account);
  const { terminalId = "" } = row.references;
  const till = Object.hasOwn(account?.terminals ?? {}, terminalId) ? account?.terminals?.[terminalId] : undefined;
  if (account === undefined || till === undefined) return undefined;
  // The report's days are those of the account's entity.
  const reportZone = policy.entities[account.entity]?.timeZone ?? "UTC";
  const stated = businessDateIn(reportZone, row.occurredAt);
  const isDayAlone = localToInstant(reportZone, `${stated}T00:00:00`) === row.occurredAt;
  const day = isDayAlone ? stated : businessDateIn(policy.stores[till.store]?.timeZone ?? "UTC", row.occurredAt);
  const on = (date: string) => `${till.store}.${till.register}.${date}`;
  return { tills: [on(day), on(addDays(day, -1)), on(addDays(day, -2))], ...(isDayAlone ? {} : { closedAt: row.occurredAt }) };
}

/** A payment by the names that tell where its money waits. */
interface PaidWith {
  readonly gateway: string;
  readonly cardBrand?: string | undefined;
  /** What moved, where that was in another currency than the payment counts for. */
  readonly foreign?: { readonly currency: string } | undefined;
}

/** The gateway accounts that pay out what waits in the clearing account of a payment; none where no gateway does. */
export function accountsPayingOut(
  policy: Policy,
  channel: TenderRule["channel"],
  { gateway, cardBrand }: PaidWith,
): GatewayAccountPolicy[] {
  const rule = tenderFor(policy, channel, gateway, cardBrand);
  const waitsIn = rule?.dimensions.gateway ?? rule?.dimensions.acquirer ?? gateway;
  return Object.values(policy.gatewayAccounts ?? {}).filter(({ clearing }) => clearing.role === rule?.role && clearing.gateway === waitsIn);
}

/**
 * c24: the currency of the account that a payment waits in, which is the one that the gateway will settle. Most turn what the customer
 * paid into the order's; one that settles the customer's currency, and not the order's, keeps it, and so does the drawer that cash was put into.
 */
export function currencyKeptIn(policy: Policy, channel: TenderRule["channel"], payment: PaidWith, orderCurrency: string): string {
  const { gateway, cardBrand, foreign } = payment;
  if (foreign === undefined) return orderCurrency;
  if (tenderFor(policy, channel, gateway, cardBrand)?.cash === true) return foreign.currency;
  const settles = accountsPayingOut(policy, channel, payment).flatMap(({ currencies = [] }) => currencies);
  return settles.includes(foreign.currency) && !settles.includes(orderCurrency) ? foreign.currency : orderCurrency;
}

/** Our bank account with this number; spaces say nothing, and letters compare in upper case. */
export function bankAccountByNumber(
  policy: Policy,
  number: string,
): { readonly id: string; readonly account: BankAccountPolicy } | undefined {
  const wanted = plainNumber(number);
  for (const [id, account] of Object.entries(policy.bankAccounts ?? {})) {
    if (account.numbers.some((each) => plainNumber(each) === wanted)) return { id, account };
  }
  return undefined;
}

function plainNumber(number: string): string {
  return number.replaceAll(/\s/g, "").toUpperCase();
}

/** The class that policy gives a type of rows that the hub's own list does not have. */
export function classOfBalanceType(policy: Policy, source: string, type: string): RowClass | undefined {
  const wanted = type.toLowerCase();
  return policy.balanceTypes?.find((rule) => rule.source === source && rule.type.toLowerCase() === wanted)?.class;
}
