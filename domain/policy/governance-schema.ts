import * as z from "zod/mini";
import { approvalKinds } from "./approval-rules.ts";
import { type ElectionName, elections as knownElections } from "./elections.ts";
import { type EstimateName, estimates as knownEstimates } from "./estimates.ts";
import { promotionSeverities } from "./promotions.ts";
import { tillReasonKinds } from "./reason-rules.ts";
import { itemConditions, refundTargets, shippingRefunds, windowStarts } from "./return-rules.ts";
import { channel, currency, day, dimensions, id, instant, minorUnits, name, role, why } from "./schema-parts.ts";
import { type TicketRuleName, ticketRuleNames, ticketRuleSeverities } from "./ticket-rules.ts";
import { tolerances as knownTolerances, rateTolerances } from "./tolerances.ts";
import { waits as knownWaits, type WaitName } from "./waits.ts";

/* What a layer may say about how things are done, beside where they are booked: dated rules, each with its reason. */

const dated = { from: day, to: z.optional(day), why };
const when = z.optional(dimensions);

const electionNames = Object.keys(knownElections) as ElectionName[];
const electionRule = z.strictObject({
  election: z.enum(electionNames),
  when,
  // Which values an election has is checked with its name, so that the fault lists those alone.
  value: name,
  ...dated,
});
export const elections = z.optional(z.array(electionRule).check(z.maxLength(1_000, "at most 1000 elections in a file")));

const share = z.string().check(z.regex(/^0(\.\d{1,6})?$/, 'a share below one as a decimal such as "0.1"'));

const toleranceRule = z.discriminatedUnion("tolerance", [
  z.strictObject({
    tolerance: z.enum(knownTolerances),
    minorUnits: z.int().check(z.minimum(0, "minor units from 0 to 100"), z.maximum(100, "minor units from 0 to 100")),
    ...dated,
  }),
  z.strictObject({ tolerance: z.enum(rateTolerances), rate: share, ...dated }),
]);
export const tolerances = z.optional(z.array(toleranceRule).check(z.maxLength(100, "at most 100 tolerances in a file")));

const waitRule = z.strictObject({
  wait: z.enum(knownWaits as [WaitName, ...WaitName[]]),
  days: z.int().check(z.minimum(1, "days from 1 to 365"), z.maximum(365, "days from 1 to 365")),
  ...dated,
});
export const waits = z.optional(z.array(waitRule).check(z.maxLength(100, "at most 100 waits in a file")));

const ticketRule = z.strictObject({
  rule: z.enum(ticketRuleNames as [TicketRuleName, ...TicketRuleName[]]),
  severity: z.enum(ticketRuleSeverities),
  limit: z.optional(
    z.int().check(z.minimum(0, "minor units from 0 to 100000000"), z.maximum(100_000_000, "minor units from 0 to 100000000")),
  ),
  systems: z.optional(z.array(id).check(z.minLength(1, "at least one system"), z.maxLength(20, "at most 20 systems"))),
  when,
  ...dated,
});
export const ticketRules = z.optional(z.array(ticketRule).check(z.maxLength(500, "at most 500 ticket rules in a file")));

const amountByCurrency = z.record(currency, minorUnits);

const condition = z.enum(itemConditions);
const conditions = z.array(condition).check(z.minLength(1, "one condition or more"), z.maxLength(itemConditions.length));
const returnFee = z.strictObject({
  reason: id,
  conditions: z.optional(conditions),
  rate: z.optional(z.string().check(z.regex(/^(0(\.\d{1,6})?|1(\.0{1,6})?)$/, 'a share of the value from "0" to "1" such as "0.15"'))),
  minorUnits: z.optional(amountByCurrency),
});
const returnRule = z.strictObject({
  when,
  finalSale: z.optional(z.literal(true)),
  // What goods are taken back under is complete, and what is sold for good says none of it: checked together, so that the fault says so.
  windowDays: z.optional(z.int().check(z.minimum(0, "days from 0 to 3650"), z.maximum(3_650, "days from 0 to 3650"))),
  windowFrom: z.optional(z.enum(windowStarts)),
  conditions: z.optional(conditions),
  channels: z.optional(z.array(channel).check(z.minLength(1, "one channel or more"), z.maxLength(10, "at most 10 channels"))),
  refundTo: z.optional(z.enum(refundTargets)),
  refundOrder: z.optional(z.array(role).check(z.minLength(1, "one role or more"), z.maxLength(20, "at most 20 roles"))),
  refundsShipping: z.optional(z.enum(shippingRefunds)),
  fees: z.optional(z.array(returnFee).check(z.minLength(1, "one fee or more"), z.maxLength(10, "at most 10 fees"))),
  authorizedHours: z.optional(z.int().check(z.minimum(1, "hours from 1 to 2160"), z.maximum(2_160, "hours from 1 to 2160"))),
  refundWithinHours: z.optional(z.int().check(z.minimum(24, "hours from 24 to 2160"), z.maximum(2_160, "hours from 24 to 2160"))),
  blind: z.optional(z.strictObject({ limitMinorUnits: amountByCurrency, refundTo: z.enum(refundTargets) })),
  ...dated,
});
export const returns = z.optional(z.array(returnRule).check(z.maxLength(200, "at most 200 return rules in a file")));

const promotionRule = z.strictObject({
  code: z
    .string()
    .check(
      z.regex(/^[^*]{0,119}[^*]$|^[^*]{0,119}\*$/, "a code or title of 1 to 120 characters, or the beginning of one with * in the end"),
    ),
  channels: z.optional(z.array(channel).check(z.minLength(1, "one channel or more"), z.maxLength(10, "at most 10 channels"))),
  lineMaxMinorUnits: z.optional(amountByCurrency),
  transactionMaxMinorUnits: z.optional(amountByCurrency),
  percentMax: z.optional(z.string().check(z.regex(/^(100|\d{1,2}(\.\d{1,4})?)$/, 'percent from 0 to 100 as a decimal such as "12.5"'))),
  totalMaxMinorUnits: z.optional(amountByCurrency),
  severity: z.optional(z.enum(promotionSeverities)),
  paidBy: z.optional(id),
  ...dated,
});
export const promotions = z.optional(z.array(promotionRule).check(z.maxLength(1_000, "at most 1000 promotion rules in a file")));
const freightRule = z.strictObject({
  when,
  carrier: name,
  perShipment: amountByCurrency,
  perReturn: z.optional(amountByCurrency),
  ...dated,
});
export const freight = z.optional(z.array(freightRule).check(z.maxLength(500, "at most 500 freight rules in a file")));

const estimateRule = z.strictObject({
  estimate: z.enum(Object.keys(knownEstimates) as EstimateName[]),
  when,
  rate: share,
  windowDays: z.optional(z.int().check(z.minimum(1, "days from 1 to 366"), z.maximum(366, "days from 1 to 366"))),
  ...dated,
});
export const estimates = z.optional(z.array(estimateRule).check(z.maxLength(200, "at most 200 estimates in a file")));

const dormancyMonths = z.int().check(z.minimum(1, "months from 1 to 240"), z.maximum(240, "months from 1 to 240"));
const unclaimedPropertyRule = z.strictObject({ when, jurisdiction: id, dormancyMonths, ...dated });
export const unclaimedProperty = z.optional(z.array(unclaimedPropertyRule).check(z.maxLength(100, "at most 100 rules in a file")));

const loyaltyRule = z.strictObject({
  program: id,
  points: z.int().check(z.minimum(1, "points from 1 to 1000000"), z.maximum(1_000_000, "points from 1 to 1000000")),
  worth: z.record(
    currency,
    z.int().check(z.minimum(1, "minor units from 1 to 100000000"), z.maximum(100_000_000, "minor units from 1 to 100000000")),
  ),
  breakageRate: share,
  ...dated,
});
export const loyalty = z.optional(z.array(loyaltyRule).check(z.maxLength(100, "at most 100 loyalty rules in a file")));

const replacementRule = z.strictObject({ code: name, reason: id, ...dated });
export const replacements = z.optional(z.array(replacementRule).check(z.maxLength(200, "at most 200 replacement rules in a file")));

const tillReasonRule = z.strictObject({ kind: z.enum(tillReasonKinds), when, role, dimensions: z.optional(dimensions), ...dated });
export const tillReasons = z.optional(z.array(tillReasonRule).check(z.maxLength(500, "at most 500 till reasons in a file")));

const stockReasonRule = z.strictObject({ when, role, ...dated });
export const stockReasons = z.optional(z.array(stockReasonRule).check(z.maxLength(500, "at most 500 stock reasons in a file")));

const commission = z.string().check(z.regex(/^(0(\.\d{1,6})?|1(\.0{1,6})?)$/, 'a share of the value from "0" to "1" such as "0.4"'));
const consignmentRule = z.strictObject({ consignor: id, when, commission, ...dated });
export const consignments = z.optional(z.array(consignmentRule).check(z.maxLength(500, "at most 500 consignment terms in a file")));

const dropShipRule = z.strictObject({
  vendor: id,
  when,
  unitCost: amountByCurrency,
  returns: z.optional(z.enum(["credited"])),
  ...dated,
});
export const dropShip = z.optional(z.array(dropShipRule).check(z.maxLength(2_000, "at most 2000 drop-ship prices in a file")));

const courierRule = z.strictObject({ when, bankAccount: id, gateway: z.optional(id), ...dated });
export const couriers = z.optional(z.array(courierRule).check(z.maxLength(100, "at most 100 couriers in a file")));

const approvalRule = z.strictObject({
  kind: z.enum(approvalKinds),
  aboveMinorUnits: z.optional(amountByCurrency),
  role: id,
  expiresAfterHours: z.int().check(z.minimum(1, "hours from 1 to 720"), z.maximum(720, "hours from 1 to 720")),
  ...dated,
});
export const approvals = z.optional(z.array(approvalRule).check(z.maxLength(200, "at most 200 approval rules in a file")));

const fiscalYear = z.strictObject({
  name: z.string().check(z.regex(/^[A-Za-z0-9]{1,12}$/, "a name of 1 to 12 letters and digits such as FY2026")),
  from: day,
});
export const calendar = z.optional(
  z.discriminatedUnion(
    "kind",
    [
      z.strictObject({ kind: z.literal("months"), why }),
      z.strictObject({
        kind: z.literal("weeks"),
        pattern: z.enum(["4-4-5", "4-5-4", "5-4-4"]),
        years: z.array(fiscalYear).check(z.minLength(1, "one year or more"), z.maxLength(50, "at most 50 years")),
        why,
      }),
    ],
    "an object with kind months or weeks",
  ),
);

const periodRule = z.strictObject({ period: name, state: z.enum(["open", "closed", "future"]), from: day, why, by: z.optional(name) });
export const periods = z.optional(z.array(periodRule).check(z.maxLength(500, "at most 500 period rules")));

const taxFiling = z.strictObject({ jurisdiction: id, filedThrough: day, from: day, why });
export const taxFilings = z.optional(z.array(taxFiling).check(z.maxLength(1_000, "at most 1000 tax filings")));

export const cutOver = z.optional(z.record(channel, z.strictObject({ at: instant, why })));
