import * as z from "zod";
import { faultDelayMillisecondsMax, faultKinds, faultRequestsMax } from "./faults.ts";

const linesPerJournalMax = 10_000;
const movementsPerDocumentMax = 500;
export const stepsPerCallMax = 1_000;
const keysPerLookupMax = 1_000;
export const pageMax = 1_000;
const dimensionsMax = 20;
const accountsPerCallMax = 5_000;
const periodsPerCallMax = 500;
const recordsPerCallMax = 5_000;
const amountMax = 10_000_000_000_000;
const quantityMax = 1_000_000_000_000_000;

// No control characters, and no half of a surrogate pair: SQLite would store another text than it was given.
const text = (max: number) => z.string().regex(new RegExp(`^[^\\p{Cc}\\p{Cs}]{1,${max}}$`, "u"));
export const documentKey = text(500);
export const companyId = text(40);
const accountNumber = text(40);
const currency = z.string().regex(/^[A-Z]{3}$/);
const date = z.iso.date();
const amount = z.int().min(-amountMax).max(amountMax);
const dimensions = z
  .record(text(60), text(200))
  .refine((value) => Object.keys(value).length <= dimensionsMax)
  .transform(inOrderOfNames);
const documentHead = { key: documentKey, company: companyId, businessDate: date, postingDate: date, memo: text(500).optional() };

const journalStep = z.strictObject({
  type: z.literal("journal"),
  ...documentHead,
  contentHash: text(128).optional(),
  currency,
  functionalCurrency: currency,
  lines: z
    .array(
      z.strictObject({
        account: accountNumber,
        role: text(80).optional(),
        amount,
        functionalAmount: amount,
        dimensions: dimensions.optional(),
      }),
    )
    .min(2)
    .max(linesPerJournalMax),
});

/** What a person enters: in the currency of the books, and without a key. */
export const handJournal = z.strictObject({
  postingDate: date,
  memo: text(500).optional(),
  reverses: documentKey.optional(),
  lines: z
    .array(z.strictObject({ account: accountNumber, amount, dimensions: dimensions.optional() }))
    .min(2)
    .max(linesPerJournalMax),
});
export type HandJournal = z.infer<typeof handJournal>;

const stockStep = z.strictObject({
  type: z.literal("stock"),
  ...documentHead,
  contentHash: text(128).optional(),
  functionalCurrency: currency,
  purchaseOrder: text(120).optional(),
  movements: z
    .array(
      z.strictObject({
        id: text(200),
        item: text(120),
        location: text(120),
        quantityMillionths: z
          .int()
          .min(-quantityMax)
          .max(quantityMax)
          .refine((quantity) => quantity !== 0, "a movement has a quantity other than 0"),
        totalCost: z.int().min(0).max(amountMax).optional(),
        inventoryAccount: accountNumber,
        counterAccount: accountNumber,
        inventoryRole: text(80).optional(),
        counterRole: text(80).optional(),
        dimensions: dimensions.optional(),
      }),
    )
    .min(1)
    .max(movementsPerDocumentMax),
});

const reversalStep = z.strictObject({
  type: z.literal("reversal"),
  key: documentKey,
  company: companyId,
  reverses: documentKey,
  postingDate: date,
  memo: text(500).optional(),
});

export const step = z.discriminatedUnion("type", [journalStep, stockStep, reversalStep]);
export type JournalStep = z.infer<typeof journalStep>;
export type StockStep = z.infer<typeof stockStep>;
export type ReversalStep = z.infer<typeof reversalStep>;
export type Step = z.infer<typeof step>;

export const order = z.strictObject({
  number: text(120),
  vendor: text(120),
  location: text(120),
  currency,
  orderedOn: date,
  lines: z
    .array(
      z.strictObject({
        item: text(120),
        quantityMillionths: z.int().min(1).max(quantityMax),
        unitCost: z.int().min(0).max(amountMax),
      }),
    )
    .min(1)
    .max(movementsPerDocumentMax),
});
export type OrderRequest = z.infer<typeof order>;
export const orderLookup = z.strictObject({ numbers: z.array(text(120)).max(keysPerLookupMax) });

/** Steps are read one by one, so that a step that cannot be read is refused alone. */
export const batch = z.strictObject({ groups: z.array(z.array(z.unknown()).min(1)).min(1).max(stepsPerCallMax) });
export const lookup = z.strictObject({ keys: z.array(documentKey).max(keysPerLookupMax) });
export const company = z.strictObject({ name: text(200), functionalCurrency: currency, inventoryRevaluationAccount: accountNumber });
export const accounts = z.strictObject({
  accounts: z
    .array(
      z.strictObject({
        number: accountNumber,
        name: text(200),
        active: z.boolean().optional(),
        requiredDimensions: z.array(text(60)).max(dimensionsMax).optional(),
      }),
    )
    .max(accountsPerCallMax),
});
const records = z
  .array(z.strictObject({ code: text(120), name: text(200), active: z.boolean() }))
  .max(recordsPerCallMax)
  .optional();
export const masterData = z.strictObject({ items: records, locations: records, parties: records, taxCodes: records });
export const periods = z.strictObject({
  periods: z.array(z.strictObject({ id: text(40), from: date, to: date, state: z.enum(["open", "closed"]) })).max(periodsPerCallMax),
});
export const fault = z.strictObject({
  kind: z.enum(faultKinds),
  requests: z.int().min(1).max(faultRequestsMax),
  delayMilliseconds: z.int().min(0).max(faultDelayMillisecondsMax).optional(),
  path: text(200).optional(),
});

const limit = z
  .string()
  .regex(/^\d{1,6}$/)
  .transform(Number)
  .pipe(z.int().min(1).max(pageMax))
  .optional();
const cursor = z
  .string()
  .regex(/^\d{1,15}$/)
  .optional();
export const documentQuery = z.strictObject({
  company: companyId.optional(),
  from: date.optional(),
  to: date.optional(),
  keyPrefix: documentKey.optional(),
  after: cursor,
  limit,
});
export type DocumentQuery = z.infer<typeof documentQuery>;
export const trialBalanceQuery = z.strictObject({ from: date.optional(), to: date.optional() });
export const stockQuery = z.strictObject({ after: cursor, limit });

function inOrderOfNames(value: Record<string, string>): Record<string, string> {
  const names = Object.keys(value);
  if (names.every((name, index) => index === 0 || names[index - 1]! <= name)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
