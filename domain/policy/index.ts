export { accountFor, itemFor, jurisdictionFor, locationByChannelId, tenderFor } from "./lookup.ts";
export type {
  AccountRule,
  ConnectionPolicy,
  EntityPolicy,
  ItemsPolicy,
  JurisdictionPolicy,
  LocationPolicy,
  Policy,
  ShopPolicy,
  StorePolicy,
  TaxRule,
  TenderRule,
} from "./policy-types.ts";
