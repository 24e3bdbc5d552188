import * as z from "zod/mini";
import { amountColumns, columnName as column, textRules } from "#domain/csv";
import { rowClasses, rowNatures } from "./row-classes.ts";

/** A CSV of a gateway, described as data: docs/settlements.md has a worked example. */
export const settlementCsvMappingSchema = z.strictObject({
  /** Names the format. */
  name: z.string().check(z.regex(/^[a-z0-9][a-z0-9-]{0,59}$/)),
  /** The gateway: SettlementRow.source. */
  source: z.string().check(z.regex(/^[a-z0-9][a-z0-9-]{0,59}$/)),
  ...textRules,
  columns: z.strictObject({
    /** The gateway's own id of the row; absent: `identity` tells rows apart. */
    id: z.optional(column),
    type: column,
    /** Date, or date and time. */
    occurredAt: column,
    time: z.optional(column),
    timeZone: z.optional(column),
    availableOn: z.optional(column),
    /** Absent: every row is in `currency`. */
    currency: z.optional(column),
    payoutId: z.optional(column),
    /** Needed with `payoutId`. */
    payoutDate: z.optional(column),
    gross: z.optional(amountColumns),
    net: z.optional(amountColumns),
    presentmentAmount: z.optional(column),
    /** The brand of the card and the way of paying, by which a contract may name fees. */
    cardBrand: z.optional(column),
    method: z.optional(column),
    presentmentCurrency: z.optional(column),
  }),
  /** Parts of what the gateway keeps. `cost` is the sign with which the file writes what it costs the merchant. */
  fees: z.optional(
    z
      .array(z.strictObject({ name: z.string().check(z.minLength(1), z.maxLength(60)), column, cost: z.enum(["positive", "negative"]) }))
      .check(z.maxLength(20)),
  ),
  /** Columns that never change in a row, whichever export states it: never a payout or a status. Needed without columns.id. */
  identity: z.optional(z.array(column).check(z.minLength(1), z.maxLength(20))),
  currency: z.optional(z.string().check(z.regex(/^[A-Z]{3}$/))),
  /** "counted": the payouts of the account are numbered one after the other, so that a number left out is a report that never came. */
  payoutIds: z.optional(z.enum(["counted"])),
  references: z.optional(
    z.strictObject({
      orderName: z.optional(column),
      orderId: z.optional(column),
      merchantReference: z.optional(column),
      checkoutId: z.optional(column),
      transactionId: z.optional(column),
      paymentId: z.optional(column),
      pspReference: z.optional(column),
      refundId: z.optional(column),
      disputeId: z.optional(column),
      terminalId: z.optional(column),
      batchId: z.optional(column),
      relatedRowId: z.optional(column),
    }),
  ),
  /** Each type that the file may state; others are held as unlisted. */
  types: z.record(z.string(), z.strictObject({ class: z.enum(rowClasses), nature: z.optional(z.enum(rowNatures)) })),
});

export type SettlementCsvMapping = z.infer<typeof settlementCsvMappingSchema>;

/** What a mapping leaves open although a row needs it; empty when it is whole. */
export function openInMapping({ columns, identity, currency }: SettlementCsvMapping): readonly string[] {
  return [
    columns.gross === undefined && columns.net === undefined ? "columns.gross or columns.net: without one a row has no amount" : undefined,
    columns.id === undefined && identity === undefined ? "columns.id or identity: without one a row is told twice" : undefined,
    columns.currency === undefined && currency === undefined ? "columns.currency or currency" : undefined,
    columns.payoutId !== undefined && columns.payoutDate === undefined ? "columns.payoutDate: a payout has a day" : undefined,
    columns.presentmentAmount !== undefined && columns.presentmentCurrency === undefined ? "columns.presentmentCurrency" : undefined,
  ].filter((each) => each !== undefined);
}

/** A CSV of bank lines, described as data: docs/settlements.md has a worked example. */
export const bankCsvMappingSchema = z.strictObject({
  name: z.string().check(z.regex(/^[a-z0-9][a-z0-9-]{0,59}$/)),
  ...textRules,
  columns: z.strictObject({
    /** IBAN or number; absent: the settings name the account. */
    account: z.optional(column),
    bookedOn: column,
    valueOn: z.optional(column),
    amount: amountColumns,
    currency: z.optional(column),
    /** The balance behind the line: each must lead to the next. */
    balance: z.optional(column),
    counterparty: z.optional(column),
    counterpartyAccount: z.optional(column),
    endToEndId: z.optional(column),
    bankReference: z.optional(column),
    customerReference: z.optional(column),
    bankCode: z.optional(column),
  }),
  /** Columns whose texts, in this order, are the remittance. */
  remittance: z.optional(z.array(column).check(z.maxLength(10))),
  currency: z.optional(z.string().check(z.regex(/^[A-Z]{3}$/))),
});

export type BankCsvMapping = z.infer<typeof bankCsvMappingSchema>;
