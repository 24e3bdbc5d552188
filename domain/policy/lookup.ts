import type { AccountRule, Policy, TaxRule, TenderRule } from "./policy-types.ts";

/** Our location for a channel's id; undefined = unmapped. */
export function locationByChannelId(policy: Policy, channel: string, id: string): string | undefined {
  for (const [location, data] of Object.entries(policy.locations)) if (data.ids[channel]?.includes(id)) return location;
  return undefined;
}

/** What policy says of an item; undefined = unmapped, to be held. */
export function itemFor(policy: Policy, sku: string): { class: string; stocked: boolean } | undefined {
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
  let best: AccountRule | undefined;
  for (const rule of policy.accounts) {
    if (rule.role !== role || (rule.entity !== undefined && rule.entity !== entity)) continue;
    if (businessDate < rule.from || (rule.to !== undefined && businessDate > rule.to)) continue;
    if (!Object.entries(rule.when).every(([name, value]) => dimensions[name] === value)) continue;
    if (best === undefined || precedes(rule, best)) best = rule;
  }
  return best;
}

function precedes(a: AccountRule, b: AccountRule): boolean {
  const specificity = Object.keys(a.when).length - Object.keys(b.when).length;
  if (specificity !== 0) return specificity > 0;
  if (a.layer !== b.layer) return a.layer > b.layer;
  return a.from > b.from;
}

/** The company that each entity of an ERP connection has there. */
export function erpCompanies(policy: Policy, connection: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(policy.entities).flatMap(([entity, data]) => (data.connection === connection ? [[entity, data.erpCompany]] : [])),
  );
}
