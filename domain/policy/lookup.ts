import { ruleInForce } from "./layered-rules.ts";
import type { AccountRule, ItemPolicy, Policy, TaxRule, TenderRule, TransferPriceRule } from "./policy-types.ts";

/** Our location for a channel's id; undefined = unmapped. */
export function locationByChannelId(policy: Policy, channel: string, id: string): string | undefined {
  for (const [location, data] of Object.entries(policy.locations)) if (data.ids[channel]?.includes(id)) return location;
  return undefined;
}

/** What policy says of an item; undefined = unmapped, to be held. */
export function itemFor(policy: Policy, sku: string): Omit<ItemPolicy, "name"> | undefined {
  const listed = Object.hasOwn(policy.items.list, sku) ? policy.items.list[sku] : undefined;
  if (listed !== undefined) return listed;
  return policy.items.unknown === "accept" ? { class: policy.items.defaultClass, stocked: true } : undefined;
}

/** The first rule that fits the gateway or tender type; rules with a card brand come before those without. */
export function tenderFor(
  policy: Policy,
  channel: TenderRule["channel"],
  name: string,
  cardBrand: string | undefined,
): TenderRule | undefined {
  const wanted = name.toLowerCase();
  const brand = cardBrand?.toLowerCase();
  const fitting = policy.tenders.filter((rule) => rule.channel === channel && (rule.match === "*" || rule.match === wanted));
  return (
    fitting.find((rule) => rule.cardBrand !== undefined && rule.cardBrand.toLowerCase() === brand) ??
    fitting.find((rule) => rule.cardBrand === undefined && rule.match !== "*") ??
    fitting.find((rule) => rule.cardBrand === undefined)
  );
}

/** The jurisdiction of a channel's tax; `place` is the shop domain or the store id. Undefined = unmapped. */
export function jurisdictionFor(policy: Policy, channel: TaxRule["channel"], place: string, code: string): string | undefined {
  return policy.taxes.find(
    (rule) => rule.channel === channel && (rule.shop ?? rule.store ?? place) === place && (rule.match === "*" || rule.match === code),
  )?.jurisdiction;
}

/** The account of a role on a business day: most equal dimensions, then nearest layer, then latest `from`. Undefined = unmapped. */
export function accountFor(
  policy: Policy,
  role: string,
  dimensions: Readonly<Record<string, string>>,
  entity: string,
  businessDate: string,
): AccountRule | undefined {
  return ruleInForce(policy.accounts, { entity, day: businessDate, about: dimensions }, (rule) => rule.role === role);
}

/**
 * The policy as the names of a channel are read on a business day: tenders and tax rules that count on another day are left out. What one
 * sale is read with is that of its own day, so that a change of a rule with dates touches no sale before them.
 */
export function policyOn(policy: Policy, businessDate: string): Policy {
  const counts = ({ from, to }: { readonly from?: string; readonly to?: string }) =>
    (from === undefined || from <= businessDate) && (to === undefined || businessDate <= to);
  if (policy.tenders.every(counts) && policy.taxes.every(counts)) return policy;
  return { ...policy, tenders: policy.tenders.filter(counts), taxes: policy.taxes.filter(counts) };
}

/** The transfer price of a business day: the rule that names most of buyer and class, then the latest `from`. Undefined = unmapped. */
export function transferPriceFor(
  policy: Policy,
  supplier: string,
  buyer: string,
  itemClass: string,
  businessDate: string,
): TransferPriceRule | undefined {
  const named = (rule: TransferPriceRule) => Number(rule.itemClass !== undefined) * 2 + Number(rule.buyer !== undefined);
  let best: TransferPriceRule | undefined;
  for (const rule of policy.transferPrices ?? []) {
    if (rule.supplier !== supplier || (rule.buyer ?? buyer) !== buyer || (rule.itemClass ?? itemClass) !== itemClass) continue;
    if (businessDate < rule.from || (rule.to !== undefined && businessDate > rule.to)) continue;
    if (best === undefined || named(rule) > named(best) || (named(rule) === named(best) && rule.from > best.from)) best = rule;
  }
  return best;
}

/** The company that each entity of an ERP connection has there. */
export function erpCompanies(policy: Policy, connection: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(policy.entities).flatMap(([entity, data]) => (data.connection === connection ? [[entity, data.erpCompany]] : [])),
  );
}
