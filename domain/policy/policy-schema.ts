import * as z from "zod/mini";
import { isCurrency } from "#domain/money";
import { roles } from "./roles.ts";

/*
 * What a layer file may say. Every object is strict: a key that nobody reads is a mistake that nobody would see. Bounds stand here, so
 * that a policy release is never larger than what the functions can load.
 */

const why = z.string().check(z.minLength(3, "says in words why this rule is so"), z.maxLength(400, "at most 400 characters"));
const name = z.string().check(z.minLength(1, "a name of 1 to 120 characters"), z.maxLength(120, "a name of 1 to 120 characters"));
/** Ids become parts of keys, file names and dimensions. */
const id = z.string().check(z.regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$/, "1 to 40 letters, digits, '.', '_' or '-'"));
const shopDomain = z
  .string()
  .check(z.regex(/^[a-z0-9][a-z0-9-]{0,59}\.myshopify\.com$/, "a shop domain such as name.myshopify.com, in lower case"));
const channelId = z.string().check(z.regex(/^[\x21-\x7e]{1,120}$/, "the channel's own id, 1 to 120 printable characters"));
const day = z.string().check(z.refine(isCalendarDay, "a day that exists, as YYYY-MM-DD"));
const currency = z.string().check(z.refine(isCurrency, "an ISO 4217 code such as USD"));
const timeZone = z.string().check(z.refine(isTimeZone, "an IANA time zone such as America/New_York"));
const role = z.string().check(z.refine((value) => Object.hasOwn(roles, value), `one of ${Object.keys(roles).join(", ")}`));
const seconds = z.int("a whole number of seconds").check(z.minimum(0, "seconds from 0 to 900"), z.maximum(900, "seconds from 0 to 900"));
const dimensions = z.record(id, z.string().check(z.minLength(1, "a value"), z.maxLength(120, "at most 120 characters")));
const lowerCase = z.string().check(z.regex(/^[^A-Z]{1,120}$/, "lower case, or * for any: the channel's name is compared in lower case"));

const accountRule = z.strictObject({
  role,
  when: z.optional(dimensions),
  account: z.string().check(z.regex(/^[A-Za-z0-9][A-Za-z0-9.-]{0,19}$/, "an account number of 1 to 20 letters, digits, '.' or '-'")),
  name,
  from: day,
  to: z.optional(day),
  why,
});
const accounts = z.optional(z.array(accountRule).check(z.maxLength(2_000, "at most 2000 account rules in a file")));

const tenderRule = z.strictObject({
  channel: z.enum(["shopify", "pos"]),
  match: lowerCase,
  cardBrand: z.optional(name),
  role,
  dimensions: z.optional(dimensions),
  cash: z.optional(z.boolean()),
  why,
});

const taxRule = z.strictObject({
  channel: z.enum(["shopify", "pos"]),
  shop: z.optional(shopDomain),
  store: z.optional(id),
  match: z.string().check(z.minLength(1, "the channel's name of the tax, or * for any"), z.maxLength(120, "at most 120 characters")),
  jurisdiction: id,
});
const taxes = z.optional(z.array(taxRule).check(z.maxLength(2_000, "at most 2000 tax rules in a file")));

const jurisdictions = z.optional(z.record(id, z.strictObject({ name, taxPoint: z.enum(["capture", "fulfilment", "earlier"]), why })));

const connections = z.optional(
  z.record(
    id,
    z.strictObject({
      adapter: z.enum(["sandbox"]),
      url: z.optional(z.string().check(z.regex(/^https?:\/\/[^\s]{1,200}$/, "an http or https address"))),
      inventoryJournal: z.enum(["erp", "hub"]),
      leaseSeconds: seconds,
      requestTimeoutSeconds: seconds,
      serverRunSeconds: seconds,
      clockSkewSeconds: seconds,
      visibilityLagSeconds: seconds,
    }),
  ),
);

const itemList = z.record(channelId, z.strictObject({ class: id, name, stocked: z.boolean(), deposit: z.optional(id) }));

const shop = z.strictObject({
  channel: z.enum(["shopify"]),
  entity: id,
  timeZone,
  channelDimension: id,
  defaultLocation: z.optional(id),
  businessEntities: z.optional(z.record(channelId, id)),
});
const store = z.strictObject({ location: id, name, timeZone, currency });
const location = z.strictObject({
  name,
  kind: z.enum(["distribution-centre", "store"]),
  ids: z.partialRecord(z.enum(["shopify", "pos"]), z.array(channelId).check(z.maxLength(20, "at most 20 ids"))),
});

/** What this entity charges another one for goods that it ships for it: one of costPlus and unitPrice. */
const transferPrices = z.optional(
  z
    .array(
      z.strictObject({
        buyer: z.optional(id),
        itemClass: z.optional(id),
        costPlus: z.optional(z.string().check(z.regex(/^\d(\.\d{1,6})?$/, 'a decimal on top of the cost such as "0.05", "0" for at cost'))),
        unitPrice: z.optional(z.int().check(z.minimum(0, "minor units of its currency for one unit"))),
        from: day,
        to: z.optional(day),
        why,
      }),
    )
    .check(z.maxLength(500, "at most 500 transfer prices in a file")),
);

/** policies/global.json: what holds for everybody. */
const globalLayer = z.strictObject({
  items: z.strictObject({ unknown: z.enum(["hold", "accept"]), defaultClass: id, list: itemList }),
  tolerances: z.strictObject({
    ticketTaxGroupMinorUnits: z.int().check(z.minimum(0, "minor units from 0 to 100"), z.maximum(100, "minor units from 0 to 100")),
    why,
  }),
  tenders: z.array(tenderRule).check(z.maxLength(500, "at most 500 tender rules")),
  connections,
  jurisdictions,
  taxes,
  accounts,
});

/** policies/regions/<id>.json: the law and the habits of a country or state. */
const regionLayer = z.strictObject({ name, connections, jurisdictions, taxes, accounts });

/** policies/brands/<id>.json: what is sold under a name, and where. */
const brandLayer = z.strictObject({
  name,
  items: z.optional(z.strictObject({ list: itemList })),
  shops: z.optional(z.record(shopDomain, shop)),
  taxes,
  accounts,
});

/** policies/entities/<id>.json: a legal entity with its places. The file's name is the entity's id. */
const entityLayer = z.strictObject({
  name,
  region: id,
  brand: id,
  functionalCurrency: currency,
  connection: id,
  erpCompany: id,
  timeZone,
  tips: z.optional(z.enum(["payable", "income"])),
  transferPrices,
  stores: z.optional(z.record(id, store)),
  locations: z.optional(z.record(id, location)),
  taxes,
  accounts,
});

export const layerSchemas = { global: globalLayer, region: regionLayer, brand: brandLayer, entity: entityLayer } as const;

export type LayerKind = keyof typeof layerSchemas;
export type GlobalLayer = z.infer<typeof globalLayer>;
export type RegionLayer = z.infer<typeof regionLayer>;
export type BrandLayer = z.infer<typeof brandLayer>;
export type EntityLayer = z.infer<typeof entityLayer>;
export type AccountRuleSource = z.infer<typeof accountRule>;

/** True for YYYY-MM-DD of a day in the Gregorian calendar, 1900 to 2199. */
function isCalendarDay(text: string): boolean {
  const match = /^(19\d\d|2[01]\d\d)-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/.exec(text);
  if (match === null) return false;
  const [year, month, date] = [Number(match[1]), Number(match[2]), Number(match[3])];
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  const days = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
  return date <= (days[month - 1] ?? 0);
}

function isTimeZone(text: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: text });
    return text.includes("/") || text === "UTC";
  } catch {
    return false; // A RangeError is how Intl says that it does not know the zone.
  }
}
