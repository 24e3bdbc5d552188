export const retailerName = "Fernwick & Vale";
export const shopDomain = "fernwick-vale.myshopify.com";
export const shopTimeZone = "America/New_York";
/** The business day that is played unless another one is asked for: a Black Friday. */
export const defaultDate = "2026-11-27";

export type EntityId = "US1" | "US2" | "CA1";

export interface SampleLocation {
  readonly entity: EntityId;
  readonly currency: "USD" | "CAD";
  readonly shopifyId: string;
}

/** By the location ids of the policies. */
export const locations: Readonly<Record<string, SampleLocation>> = {
  "dc-columbus": { entity: "US1", currency: "USD", shopifyId: "71200000001" },
  "store-boston": { entity: "US1", currency: "USD", shopifyId: "71200000002" },
  "store-austin": { entity: "US2", currency: "USD", shopifyId: "71200000003" },
  "store-toronto": { entity: "CA1", currency: "CAD", shopifyId: "71200000004" },
};

export interface SampleStore {
  readonly entity: EntityId;
  readonly location: string;
  readonly currency: "USD" | "CAD";
  readonly timeZone: string;
  readonly jurisdiction: string;
  /** What the till prints and sends for its tax. */
  readonly tax: { readonly authority: string; readonly group: string; readonly per100000: number };
}

/** By the store id that the tills send. */
export const stores: Readonly<Record<string, SampleStore>> = {
  "0101": {
    entity: "US1",
    location: "store-boston",
    currency: "USD",
    timeZone: "America/New_York",
    jurisdiction: "US-MA",
    tax: { authority: "MA", group: "MA-STATE", per100000: 6_250 },
  },
  "0201": {
    entity: "US2",
    location: "store-austin",
    currency: "USD",
    timeZone: "America/Chicago",
    jurisdiction: "US-TX",
    tax: { authority: "TX", group: "TX-AUSTIN", per100000: 8_250 },
  },
  "0301": {
    entity: "CA1",
    location: "store-toronto",
    currency: "CAD",
    timeZone: "America/Toronto",
    jurisdiction: "CA-ON",
    tax: { authority: "CRA", group: "HST-ON", per100000: 13_000 },
  },
};

export interface Destination {
  readonly city: string;
  readonly province: string;
  readonly provinceCode: string;
  readonly zip: string;
  readonly country: "United States" | "Canada";
  readonly countryCode: "US" | "CA";
  /** Undefined where nothing is collected. */
  readonly jurisdiction: string | undefined;
  /** When its tax is due: see the policies. */
  readonly taxPoint: "capture" | "fulfilment";
  readonly taxes: readonly { readonly title: string; readonly rate: number; readonly per100000: number }[];
  readonly shippingTaxed: boolean;
}

/** Where web orders go. */
export const destinations = {
  boston: {
    city: "Boston",
    province: "Massachusetts",
    provinceCode: "MA",
    zip: "02114",
    country: "United States",
    countryCode: "US",
    jurisdiction: "US-MA",
    taxPoint: "fulfilment",
    taxes: [{ title: "Massachusetts State Tax", rate: 0.0625, per100000: 6_250 }],
    shippingTaxed: false,
  },
  austin: {
    city: "Austin",
    province: "Texas",
    provinceCode: "TX",
    zip: "78704",
    country: "United States",
    countryCode: "US",
    jurisdiction: "US-TX",
    taxPoint: "fulfilment",
    taxes: [
      { title: "Texas State Tax", rate: 0.0625, per100000: 6_250 },
      { title: "Austin City Tax", rate: 0.01, per100000: 1_000 },
      { title: "Austin Metro Transit Tax", rate: 0.01, per100000: 1_000 },
    ],
    shippingTaxed: true,
  },
  columbus: {
    city: "Columbus",
    province: "Ohio",
    provinceCode: "OH",
    zip: "43215",
    country: "United States",
    countryCode: "US",
    jurisdiction: "US-OH",
    taxPoint: "fulfilment",
    taxes: [
      { title: "Ohio State Tax", rate: 0.0575, per100000: 5_750 },
      { title: "Franklin County Tax", rate: 0.0175, per100000: 1_750 },
    ],
    shippingTaxed: true,
  },
  losAngeles: {
    city: "Los Angeles",
    province: "California",
    provinceCode: "CA",
    zip: "90026",
    country: "United States",
    countryCode: "US",
    jurisdiction: "US-CA",
    taxPoint: "fulfilment",
    taxes: [
      { title: "California State Tax", rate: 0.0725, per100000: 7_250 },
      { title: "Los Angeles County Tax", rate: 0.0225, per100000: 2_250 },
    ],
    shippingTaxed: false,
  },
  portland: {
    city: "Portland",
    province: "Oregon",
    provinceCode: "OR",
    zip: "97205",
    country: "United States",
    countryCode: "US",
    jurisdiction: undefined,
    taxPoint: "fulfilment",
    taxes: [],
    shippingTaxed: false,
  },
  ottawa: {
    city: "Ottawa",
    province: "Ontario",
    provinceCode: "ON",
    zip: "K1N 5T5",
    country: "Canada",
    countryCode: "CA",
    jurisdiction: "CA-ON",
    taxPoint: "capture",
    taxes: [{ title: "HST", rate: 0.13, per100000: 13_000 }],
    shippingTaxed: true,
  },
} as const satisfies Record<string, Destination>;

export type DestinationId = keyof typeof destinations;
