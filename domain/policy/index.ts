export type { PolicyError, PolicyFile } from "./layer-file.ts";
export type { PolicyContent, ResolvedPolicy } from "./layers.ts";
export { resolvePolicy } from "./layers.ts";
export { accountFor, itemFor, jurisdictionFor, locationByChannelId, tenderFor, transferPriceFor } from "./lookup.ts";
export type {
  AccountRule,
  ConnectionPolicy,
  EntityPolicy,
  ItemPolicy,
  ItemsPolicy,
  JurisdictionPolicy,
  LocationPolicy,
  Policy,
  ShopPolicy,
  StorePolicy,
  TaxRule,
  TenderRule,
  TransferPriceRule,
} from "./policy-types.ts";
export type { Role, RoleSide } from "./roles.ts";
export { roles } from "./roles.ts";
