import { adyenTypes } from "./adyen-types.ts";
import { paypalTypes } from "./paypal-types.ts";
import { type RowTreatment, typeKey } from "./row-classes.ts";
import { shopifyPaymentsTypes } from "./shopify-payments-types.ts";
import { stripeTypes } from "./stripe-types.ts";

/** What a gateway states as the type of a row → how it is treated. */
export type GatewayTypes = readonly (readonly [type: string, treatment: RowTreatment])[];

const typesBySource: ReadonlyMap<string, ReadonlyMap<string, RowTreatment>> = new Map(
  Object.entries({
    "shopify-payments": shopifyPaymentsTypes,
    adyen: adyenTypes,
    stripe: stripeTypes,
    paypal: paypalTypes,
  }).map(([source, types]) => [source, byTypeKey(types)] as const),
);

/** How a gateway's type is treated; undefined for a type that is not listed. The set of types is open and grows: see docs/settlements.md. */
export function treatmentOf(source: string, type: string): RowTreatment | undefined {
  return typesBySource.get(source)?.get(typeKey(type));
}

/** The same types, found however a file writes them. */
export function byTypeKey(types: GatewayTypes): ReadonlyMap<string, RowTreatment> {
  return new Map(types.map(([type, treatment]) => [typeKey(type), treatment] as const));
}
