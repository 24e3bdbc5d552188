import * as z from "zod/mini";

/** A word, element or attribute of a dialect as it stands in the file, with its prefix where it has one. */
const word = z.string().check(z.minLength(1), z.maxLength(120));
const words = z.array(word).check(z.maxLength(100));
const meanings = <const Words extends readonly string[]>(of: Words) => z.optional(z.record(word, z.enum(of)));

const collected = [
  "gift-card",
  "store-credit",
  "tip",
  "deposit",
  "forfeit",
  "on-account",
  "donation",
  "bottle-deposit",
  "fee",
  "shipping",
] as const;

/**
 * What a vendor's POSLog says in its own way: everything by which dialects differ, as data. What a profile leaves out is read as the standard
 * has it; its words are added to the standard's, and a word that both know means what the profile says. Words compare without case, spaces,
 * "_" and "-".
 */
export const poslogDialectSchema = z.strictObject({
  /** Where the facts come from: the vendor's document, samples, who said so. */
  why: z.string().check(z.minLength(10), z.maxLength(500)),
  /** Namespaces (whole URIs) of which the root or a Transaction declares one. Without any, a dialect is read where policy names it. */
  namespaces: z.optional(words),
  /** Elements of the vendor by the local name that the standard has for the same thing: `"QuantityShipped": "Quantity"`. */
  elements: z.optional(z.record(word, word)),
  /** Elements that hold amounts which the ticket's other figures say already: money that nobody needs to be asked about. */
  repeatedAmounts: z.optional(words),
  /** Attributes that are flags, beside those of the standard, by what they say. */
  flags: z.optional(
    z.strictObject({
      training: z.optional(words),
      cancelled: z.optional(words),
      suspended: z.optional(words),
      offline: z.optional(words),
      /** On lines, taxes and modifiers: undone during the sale. */
      voided: z.optional(words),
      /** On tenders: money given back. */
      change: z.optional(words),
    }),
  ),
  /**
   * What makes a line a return. "figures": the element, or a negative quantity and amount, which must agree. "quantity": the sign of the
   * quantity alone, amounts have none.
   */
  lineSign: z.optional(z.enum(["figures", "quantity"])),
  /** Change nested in its tender: "inside" the tender's amount, "off" it already, or told by the ticket's "figures". */
  nestedChange: z.optional(z.enum(["figures", "inside", "off"])),
  /** A post-void "repeats" the ticket with its signs, or "mirrors" it with the opposite ones. */
  postVoid: z.optional(z.enum(["repeats", "mirrors"])),
  /** Tax rates as 8.25 ("percent") or 0.0825 ("fraction"). */
  taxRate: z.optional(z.enum(["percent", "fraction"])),
  /** The attribute of the Transaction that says what it is, and what its words mean; other words say nothing. */
  transactionType: z.optional(
    z.strictObject({ attribute: word, values: z.record(word, z.enum(["post-void", "training", "suspended", "cancelled", "ignored"])) }),
  ),
  statuses: meanings(["finished", "cancelled", "suspended", "unfinished", "resumed", "post-void", "replaced"]),
  /** Reason codes of a TransactionLink. */
  links: meanings(["voided", "replaced", "resumed", "return"]),
  totals: meanings(["net", "tax", "total", "rounding", "gross", "discount", "items"]),
  /** The code under which a tax is booked that a till states in the ticket's totals alone, without any Tax element. Absent: it is asked about. */
  taxOfTotals: z.optional(word),
  /** Kinds of lines by their element: what money is taken for that is no sale. */
  lines: meanings(collected),
  /** The same by the type of a sale's item or fund. */
  itemTypes: meanings(collected),
  /** Of a collected line: the words that say money is paid out or given back. */
  givenBack: z.optional(words),
  /** Types of tenders by the till's codes, for tills that send numbers. */
  tenders: z.optional(z.record(word, word)),
  /** Disposal methods, conditions and reasons by whether the goods go back to stock; any other word: they do not. */
  restocked: z.optional(words),
  /** Tender control by its element. */
  movements: meanings([
    "loan",
    "pickup",
    "safe-drop",
    "paid-in",
    "paid-out",
    "bank-deposit",
    "tip-out",
    "till-count",
    "safe-count",
    "ignored",
  ]),
  /** Inventory control by its element or, before it, by the document types below it. */
  stock: meanings(["transfer-out", "transfer-in", "transfer", "received", "counted", "adjusted", "lost", "returned-to-vendor", "ignored"]),
  /** Attributes of the Transaction whose words are looked up in `stock` too. */
  stockTypes: z.optional(words),
  /** Elements that hold a code and a value as elements of their own, and which field of the ticket a code fills. */
  properties: z.optional(
    z
      .array(
        z.strictObject({
          element: word,
          code: word,
          value: word,
          fills: z.record(word, z.enum(["receipt", "transactionId", "offline", "training"])),
        }),
      )
      .check(z.maxLength(10)),
  ),
  /** Lines that take a reward off the ticket after its items: read when `onlyWith` is set on them and `category` says so. */
  rewards: z.optional(
    z.strictObject({
      element: word,
      amount: word,
      onlyWith: z.optional(word),
      category: z.optional(z.strictObject({ element: word, is: word })),
      /** The element of the reward that names the line it is taken off, and the element of the item that holds this number. */
      line: z.optional(z.strictObject({ reference: word, number: word })),
    }),
  ),
});

export type PoslogDialect = z.infer<typeof poslogDialectSchema>;

/** The profiles that the hub brings along (adapters/channels/poslog/dialects): a store may name one without the policy defining it. */
export const knownPoslogDialects = ["arts", "oracle-xstore", "ncr-acs", "wincor-tpnet", "retalix-r10", "gk-omnipos", "futura"] as const;
export type KnownPoslogDialect = (typeof knownPoslogDialects)[number];
