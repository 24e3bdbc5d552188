import * as z from "zod/mini";
import { itemConditions, refundTargets } from "#domain/policy";
import { refusalReasons } from "#domain/returns";

export const returnLinesMax = 50;

const nameOf = (charactersMax: number) => z.string().check(z.regex(new RegExp(`^[\\x20-\\x7e]{1,${charactersMax}}$`)));
const millionths = z.int().check(z.positive());
const minorUnits = z.int().check(z.nonnegative());

/** The request of POST /v1/return-authorizations. */
export const returnRequest = z.strictObject({
  /** The client's own name of the request, such as the till's number of it: the same one again gets the same answer. */
  request: nameOf(120),
  /** Order name, receipt, payment, barcode, transaction id: any name of the sale; absent when the customer has none. */
  sale: z.optional(z.string().check(z.regex(/^[^\p{C}]{1,1000}$/u))),
  /** Where the goods are brought or sent: "pos" and the store, or a web channel and its shop. */
  channel: z.string().check(z.regex(/^[a-z][a-z0-9-]{0,39}$/)),
  place: nameOf(120),
  lines: z
    .array(
      z.strictObject({
        /** A line of the sale by its id … */
        lineId: z.optional(nameOf(255)),
        /** … or whatever lines sold this item; one of the two, or both. */
        item: z.optional(nameOf(255)),
        quantityMillionths: millionths,
        condition: z.enum(itemConditions),
        /** What would be given for it without a sale, with tax: read where no sale is found. */
        amount: z.optional(minorUnits),
      }),
    )
    .check(z.minLength(1), z.maxLength(returnLinesMax)),
});
export type ReturnRequestBody = z.infer<typeof returnRequest>;

const taxAmount = z.strictObject({ code: z.string(), amount: z.int(), channelLiable: z.optional(z.boolean()) });
const tender = z.discriminatedUnion("to", [
  z.strictObject({
    to: z.literal("original-tender"),
    paymentId: z.string(),
    tender: z.string(),
    cardBrand: z.optional(z.string()),
    amount: minorUnits,
    /** What can be given back of the payment after this. */
    left: minorUnits,
  }),
  z.strictObject({ to: z.literal("store-credit"), amount: minorUnits }),
]);
const refused = z.strictObject({
  /** Index of the requested line. */
  request: z.int(),
  reason: z.enum(refusalReasons),
  quantityMillionths: millionths,
  message: z.string(),
});
const answer = z.enum(["authorized", "partly-authorized", "refused"]);

/** A return of a known sale. Amounts are minor units of the refund's currency. */
const linkedAnswer = z.strictObject({
  kind: z.literal("linked"),
  answer,
  transaction: z.string(),
  /** Name it on the ticket or refund of the return; null where nothing is allowed, and nothing is reserved. */
  authorization: z.nullable(z.string()),
  /** "open": its units and its money are reserved until `expiresAt`. */
  state: z.nullable(z.enum(["open", "consumed", "cancelled", "expired"])),
  expiresAt: z.nullable(z.string()),
  lines: z.array(
    z.strictObject({
      request: z.int(),
      lineId: z.string(),
      item: z.string(),
      condition: z.enum(itemConditions),
      quantityMillionths: millionths,
      value: z.strictObject({ net: z.int(), taxes: z.array(taxAmount) }),
    }),
  ),
  refusals: z.array(refused),
  refund: z.strictObject({
    currency: z.string(),
    net: z.int(),
    taxes: z.array(taxAmount),
    /** Given back beside the goods: 0 and no taxes where no rule gives it, or nothing of it is left. */
    shipping: z.strictObject({ net: z.int(), taxes: z.array(taxAmount) }),
    fees: z.array(z.strictObject({ reason: z.string(), amount: minorUnits })),
    settlesUnpaid: minorUnits,
    notCovered: minorUnits,
    payable: minorUnits,
    /** Where the till is in another currency: what `payable` is there, at the policy's rate of the day. */
    paidOut: z.optional(z.strictObject({ currency: z.string(), amount: minorUnits, rate: z.string() })),
    tenders: z.array(tender),
  }),
});

/** A return that no sale was found for: by the rule for blind returns. Nothing is reserved, as there is nothing to be granted twice. */
const blindAnswer = z.strictObject({
  kind: z.literal("blind"),
  answer,
  /** Indexes of the requested lines that are taken. */
  lines: z.array(z.int()),
  refusals: z.array(refused),
  refund: z.strictObject({ currency: z.string(), payable: minorUnits, to: z.enum(refundTargets) }),
});

/** The answer of POST /v1/return-authorizations. */
export const returnAnswer = z.discriminatedUnion("kind", [linkedAnswer, blindAnswer]);
export type ReturnAnswer = z.infer<typeof returnAnswer>;
export type LinkedAnswer = z.infer<typeof linkedAnswer>;

/** The answer of POST /v1/return-authorizations/{authorization}/cancellation. */
export const cancellationAnswer = z.strictObject({
  authorization: z.string(),
  state: z.enum(["consumed", "cancelled", "expired"]),
});
export type CancellationAnswer = z.infer<typeof cancellationAnswer>;
