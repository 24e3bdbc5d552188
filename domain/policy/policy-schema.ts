import * as z from "zod/mini";
import { poslogDialectSchema } from "#domain/pos-dialects";
import { posTableMappingSchema } from "#domain/pos-tables";
import { bankCsvMappingSchema, rowClasses, settlementCsvMappingSchema } from "#domain/settlement";
import { escalations } from "./escalation-rules.ts";
import {
  approvals,
  calendar,
  consignments,
  couriers,
  cutOver,
  dropShip,
  elections,
  estimates,
  freight,
  loyalty,
  periods,
  promotions,
  replacements,
  returns,
  stockReasons,
  taxFilings,
  ticketRules,
  tillReasons,
  tolerances,
  unclaimedProperty,
  waits,
} from "./governance-schema.ts";
import { jurisdiction, location, product, tax, tender } from "./master-data/index.ts";
import {
  channel,
  channelId,
  currency,
  day,
  dimensions,
  id,
  minorUnits,
  name,
  role,
  seconds,
  shopName,
  timeZone,
  why,
} from "./schema-parts.ts";

/*
 * What a layer file may say. Every object is strict: a key that nobody reads is a mistake that nobody would see. Bounds stand here, so
 * that a policy release is never larger than what the functions can load.
 */

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

const taxes = z.optional(z.array(tax.schema).check(z.maxLength(2_000, "at most 2000 tax rules in a file")));

const jurisdictions = z.optional(z.record(jurisdiction.key.schema, jurisdiction.schema));

const whole = (from: number, to: number, what: string) =>
  z
    .int(`a whole number of ${what}`)
    .check(z.minimum(from, `${what} from ${from} to ${to}`), z.maximum(to, `${what} from ${from} to ${to}`));

/** How fast an ERP is sent to, and when it is left alone: of its contract and its size. */
const pace = z.strictObject({
  documentsPerSecond: z.optional(
    z.number().check(z.minimum(0.01, "documents from 0.01 to 100000"), z.maximum(100_000, "documents from 0.01 to 100000")),
  ),
  burstDocuments: z.optional(whole(1, 100_000, "documents")),
  throttledPauseSeconds: z.optional(whole(1, 900, "seconds")),
  failuresToOpen: z.optional(whole(1, 100, "failures")),
  openSeconds: z.optional(whole(1, 900, "seconds")),
});

const connections = z.optional(
  z.record(
    id,
    z.strictObject({
      adapter: z.enum(["sandbox", "tryton", "netsuite", "odoo", "erpnext", "business-central"]),
      url: z.optional(z.string().check(z.regex(/^https?:\/\/[^\s]{1,200}$/, "an http or https address"))),
      database: z.optional(z.string().check(z.regex(/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,62}$/, "a name of letters, digits, '_', '.' or '-'"))),
      inventoryJournal: z.enum(["erp", "hub"]),
      receivesAgainstOrders: z.optional(z.boolean()),
      leaseSeconds: seconds,
      requestTimeoutSeconds: seconds,
      serverRunSeconds: seconds,
      clockSkewSeconds: seconds,
      visibilityLagSeconds: seconds,
      pace: z.optional(pace),
    }),
  ),
);

const itemList = z.record(product.key.schema, product.schema);

const shop = z.strictObject({
  channel,
  entity: id,
  currency: z.optional(currency),
  timeZone,
  channelDimension: id,
  defaultLocation: z.optional(id),
  businessEntities: z.optional(z.record(channelId, id)),
});
const store = z.strictObject({
  location: id,
  name,
  timeZone,
  currency,
  bankAccount: z.optional(id),
  registers: z.optional(z.array(id).check(z.minLength(1, "at least one register"), z.maxLength(200, "at most 200 registers"))),
  drawerFloat: z.optional(
    z
      .int("a whole number of minor units")
      .check(z.minimum(0, "minor units from 0 to 10000000"), z.maximum(10_000_000, "minor units from 0 to 10000000")),
  ),
  names: z.optional(z.array(name).check(z.minLength(1, "at least one name"), z.maxLength(10, "at most 10 names"))),
  poslogDialect: z.optional(id),
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
        currency: z.optional(currency),
        from: day,
        to: z.optional(day),
        why,
      }),
    )
    .check(z.maxLength(500, "at most 500 transfer prices in a file")),
);
/** What a currency is worth in the books of another one. What a rate was used for has it on record: older ones may go. */
const fxRates = z.optional(
  z
    .array(
      z.strictObject({
        of: currency,
        in: currency,
        rate: z
          .string()
          .check(
            z.regex(/^(?!0(\.0*)?$)(0|[1-9]\d{0,5})(\.\d{1,8})?$/, 'units of `in` for one of `of`, a decimal above 0 such as "1.0873"'),
          ),
        from: day,
        why,
      }),
    )
    .check(z.maxLength(5000, "at most 5,000 rates")),
);

const lagDays = z.int("a whole number of days").check(z.minimum(0, "days from 0 to 60"), z.maximum(60, "days from 0 to 60"));
const bankAccount = z.strictObject({
  name,
  currency,
  numbers: z.array(channelId).check(z.minLength(1, "at least one number"), z.maxLength(10, "at most 10 numbers")),
  unknownCredits: z.enum(["book", "leave"]),
  csv: z.optional(bankCsvMappingSchema),
  why,
});
const feeMinorUnits = z
  .int("a whole number of minor units")
  .check(z.minimum(-1_000_000, "minor units from -1000000"), z.maximum(1_000_000, "minor units up to 1000000"));
const feeRate = z.strictObject({
  currency,
  rate: z
    .string()
    .check(z.regex(/^-?(0(\.\d{1,6})?|1(\.0{1,6})?)$/, 'a share of the amount from "-1" to "1" with up to 6 decimals such as "0.029"')),
  fixed: feeMinorUnits,
  toleranceMinorUnits: minorUnits,
  on: z.optional(z.enum(["charge", "refund"])),
  cardBrand: z.optional(name),
  method: z.optional(name),
  from: day,
  to: z.optional(day),
  why,
});
const feeContract = z.strictObject({
  states: z.enum(["fees", "net-only"]),
  rates: z.array(feeRate).check(z.minLength(1, "at least one rate"), z.maxLength(500, "at most 500 rates")),
});
const gatewayAccount = z.strictObject({
  name,
  source: id,
  shop: z.optional(shopName),
  clearing: z.strictObject({ role: z.enum(["payment-clearing", "acquirer-clearing"]), gateway: id }),
  bankAccount: id,
  lagDays,
  currencies: z.optional(z.array(currency).check(z.minLength(1, "at least one currency"), z.maxLength(50, "at most 50 currencies"))),
  statedAccount: z.optional(name),
  readBy: z.optional(z.enum(["files", "api"])),
  dateOrder: z.optional(z.enum(["day-first", "month-first"])),
  feeContract: z.optional(feeContract),
  withholdsFor: z.optional(id),
  terminals: z.optional(z.record(channelId, z.strictObject({ store: id, register: id }))),
  csv: z.optional(settlementCsvMappingSchema),
  why,
});
const balanceTypes = z.optional(
  z.array(z.strictObject({ source: id, type: name, class: z.enum(rowClasses), why })).check(z.maxLength(500, "at most 500 balance types")),
);
/** Tables of tickets, by the name of their format. */
const posTables = z.optional(z.record(id, posTableMappingSchema));
/** What every layer may say, as far as ownership.json lets it. */
const rules = {
  taxes,
  accounts,
  elections,
  tolerances,
  waits,
  ticketRules,
  returns,
  promotions,
  freight,
  estimates,
  unclaimedProperty,
  loyalty,
  replacements,
  approvals,
  calendar,
  tillReasons,
  stockReasons,
  consignments,
  dropShip,
  couriers,
};

/** policies/global.json: what holds for everybody. */
const globalLayer = z.strictObject({
  items: z.strictObject({ unknown: z.enum(["hold", "accept"]), defaultClass: id, list: itemList }),
  tenders: z.array(tender.schema).check(z.maxLength(500, "at most 500 tender rules")),
  connections,
  jurisdictions,
  fxRates,
  balanceTypes,
  posTables,
  poslogDialects: z.optional(z.record(id, poslogDialectSchema)),
  escalations,
  ...rules,
});

/** policies/regions/<id>.json: the law and the habits of a country or state. */
const regionLayer = z.strictObject({ name, connections, jurisdictions, ...rules });

/** policies/brands/<id>.json: what is sold under a name, and where. */
const brandLayer = z.strictObject({
  name,
  items: z.optional(z.strictObject({ list: itemList })),
  shops: z.optional(z.record(shopName, shop)),
  ...rules,
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
  transferPrices,
  stores: z.optional(z.record(id, store)),
  bankAccounts: z.optional(z.record(id, bankAccount)),
  gatewayAccounts: z.optional(z.record(id, gatewayAccount)),
  locations: z.optional(z.record(location.key.schema, location.schema)),
  periods,
  taxFilings,
  cutOver,
  ...rules,
});

export const layerSchemas = { global: globalLayer, region: regionLayer, brand: brandLayer, entity: entityLayer } as const;

export type LayerKind = keyof typeof layerSchemas;
export type GlobalLayer = z.infer<typeof globalLayer>;
export type RegionLayer = z.infer<typeof regionLayer>;
export type BrandLayer = z.infer<typeof brandLayer>;
export type EntityLayer = z.infer<typeof entityLayer>;
export type AccountRuleSource = z.infer<typeof accountRule>;
