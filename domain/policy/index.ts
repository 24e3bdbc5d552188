export type { PolicyError, PolicyFile } from "./layer-file.ts";
export type { PolicyContent, ResolvedPolicy } from "./layers.ts";
export { resolvePolicy } from "./layers.ts";
export { accountFor, erpCompanies, itemFor, jurisdictionFor, locationByChannelId, tenderFor } from "./lookup.ts";
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
export type { Role, RoleSide } from "./roles.ts";
export { roles } from "./roles.ts";
