import * as z from "zod/mini";

const minorUnits = z.int();
const currency = z.string().check(z.regex(/^[A-Z]{3}$/));
const day = z.string().check(z.regex(/^\d{4}-\d{2}-\d{2}$/));
const text = z.string().check(z.minLength(1), z.maxLength(255));
const id = z.string().check(z.minLength(1), z.maxLength(120));

export const remittanceCharactersMax = 2_000;

/** References of a bank line, as the bank states them; "NOTPROVIDED", "NONREF" and the like are absent. */
const bankReferencesSchema = z.object({
  /** What the payer gave the payment, unchanged from end to end. */
  endToEndId: z.optional(text),
  /** The bank's own reference of the entry. */
  bankReference: z.optional(text),
  /** What the owner of the account gave it (MT940: reference for the account owner). */
  customerReference: z.optional(text),
  instructionId: z.optional(text),
  transactionId: z.optional(text),
  mandateId: z.optional(text),
  /** A creditor reference (ISO 11649) or another structured one. */
  creditorReference: z.optional(text),
});

/** One booked movement of a bank account. An entry that books a batch and states its parts comes as one line for each part. */
export const bankLineSchema = z.object({
  /** The format it came in: "camt.053", "mt940", or the name of a CSV mapping. */
  source: id,
  /** IBAN, or the account number as the bank writes it. */
  account: id,
  /** Derived from what never changes in the line, with the bank's own reference where it gives one; unique within (account). */
  id,
  statementId: id,
  bookedOn: day,
  valueOn: z.optional(day),
  /** Signed: money in is positive. Minor units of `currency`, the account's. */
  amount: minorUnits,
  currency,
  /** True when this takes back an earlier line. */
  reversal: z.optional(z.boolean()),
  references: bankReferencesSchema,
  /** Free text for the receiver; line breaks of the format are spaces. */
  remittance: z.optional(z.string().check(z.minLength(1), z.maxLength(remittanceCharactersMax))),
  /** Who paid or was paid, as the bank writes it. May name a person. */
  counterparty: z.optional(text),
  counterpartyAccount: z.optional(text),
  /** The bank's own code for the kind of movement: "PMNT/RCDT/ESCT", "NTRF". */
  bankCode: z.optional(text),
  /** Before conversion into the account's currency, where that is stated; signed like `amount`. */
  original: z.optional(z.object({ amount: minorUnits, currency })),
  /** What the bank kept before it booked `amount`; positive is a cost. */
  charges: z.optional(z.object({ amount: minorUnits, currency })),
});

export type BankLine = z.infer<typeof bankLineSchema>;
export type BankReferences = z.infer<typeof bankReferencesSchema>;

/** A statement of an account: its lines lead from the opening balance to the closing one. Balances are minor units, overdrawn negative. */
export const bankStatementSchema = z.object({
  source: id,
  account: id,
  /** Of the bank's own statement id or number; derived for a CSV export, which has none. */
  id,
  sequence: z.optional(text),
  currency,
  /** Absent where the format states no balances; then nothing proves that the statement is whole. */
  opening: z.optional(z.object({ amount: minorUnits, on: day })),
  closing: z.optional(z.object({ amount: minorUnits, on: day })),
  from: z.optional(day),
  to: z.optional(day),
  lines: z.int().check(z.nonnegative()),
});

export type BankStatement = z.infer<typeof bankStatementSchema>;
