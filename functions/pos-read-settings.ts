import { businessDateIn, instantOf, localToInstant } from "#domain/calendar";
import { type Policy, ticketRuleFor, toleranceFor } from "#domain/policy";
import type { PosReadSettings } from "#ports/pos-format";

/** What policy knows of the stores, in the form that a POS reader asks for. */
export function posReadSettings(policy: Policy): PosReadSettings {
  const storeOf = (store: string) => (Object.hasOwn(policy.stores, store) ? policy.stores[store] : undefined);
  const byName = new Map(Object.entries(policy.stores).flatMap(([id, { names = [] }]) => names.map((name) => [name, id] as const)));
  const storeNamed = (name: string) => (storeOf(name) === undefined ? byName.get(name) : name);
  return {
    storeNamed,
    toInstant(store, dateTime) {
      const zone = storeOf(store)?.timeZone;
      return zone === undefined ? instantOf(dateTime) : localToInstant(zone, dateTime);
    },
    businessDateOf(store, dateTime) {
      const zone = storeOf(store)?.timeZone;
      return zone === undefined ? undefined : businessDateIn(zone, localToInstant(zone, dateTime));
    },
    ticketRule: (rule, ticket, tender) => ticketRuleFor(policy, rule, ticket, tender),
    ...(policy.poslogDialects === undefined ? {} : { dialects: policy.poslogDialects }),
    dialectOf: (store) => storeOf(storeNamed(store) ?? store)?.poslogDialect,
    currencyOf: (store) => storeOf(store)?.currency,
    taxGroupToleranceMinorUnits: (store, day) => toleranceFor(policy, "ticketTaxGroup", { entity: storeOf(store)?.entity ?? "", day }),
  };
}
