import { businessDateIn, instantOf, localToInstant } from "#domain/calendar";
import { type Policy, toleranceFor } from "#domain/policy";
import type { PosReadSettings } from "#ports/pos-format";

/** What policy knows of the stores, in the form that a POS reader asks for. */
export function posReadSettings(policy: Policy): PosReadSettings {
  const storeOf = (store: string) => (Object.hasOwn(policy.stores, store) ? policy.stores[store] : undefined);
  return {
    storeNamed: (name) =>
      storeOf(name) !== undefined ? name : Object.entries(policy.stores).find(([, { names }]) => names?.includes(name) === true)?.[0],
    toInstant(store, dateTime) {
      const zone = storeOf(store)?.timeZone;
      return zone === undefined ? instantOf(dateTime) : localToInstant(zone, dateTime);
    },
    businessDateOf(store, dateTime) {
      const zone = storeOf(store)?.timeZone;
      return zone === undefined ? undefined : businessDateIn(zone, localToInstant(zone, dateTime));
    },
    ...(policy.poslogDialects === undefined ? {} : { dialects: policy.poslogDialects }),
    dialectOf: (store) => storeOf(store)?.poslogDialect,
    currencyOf: (store) => storeOf(store)?.currency,
    taxGroupToleranceMinorUnits: (store, day) => toleranceFor(policy, "ticketTaxGroup", { entity: storeOf(store)?.entity ?? "", day }),
  };
}
