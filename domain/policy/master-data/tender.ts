import * as z from "zod/mini";
import { channel, day, dimensions, id, lowerCase, name, role, why } from "../schema-parts.ts";
import { field, masterRecord } from "./master-record.ts";

const taxedAtSale = z.strictObject({
  jurisdiction: id,
  rate: z.string().check(z.regex(/^0\.\d{1,6}$/, 'a decimal between 0 and 1 such as "0.2"')),
});

export const tender = masterRecord({
  name: "tender",
  owner: "channel",
  means: "A means of payment as a gateway or till names it, and how money by it is kept",
  statedIn: "`tenders` of the global layer",
  fields: {
    channel: field("policies", channel, "the channel in which it is paid with"),
    match: field("channel", lowerCase, "its name as the gateway or till states it, in lower case; `*` for any"),
    cardBrand: field("channel", z.optional(name), "the card brand, where one gateway is told apart by it"),
    role: field("policies", role, "where its money is kept until it is settled"),
    dimensions: field(
      "policies",
      z.optional(dimensions),
      "what that account is told apart by; currency, store and register come from the sale",
    ),
    cash: field("policies", z.optional(z.boolean()), "whether amounts are rounded to coins"),
    taxedAtSale: field("policies", z.optional(taxedAtSale), "of a single-purpose voucher: the tax that its sale was due to, and its rate"),
    from: field("policies", z.optional(day), "first business date"),
    to: field("policies", z.optional(day), "last business date"),
    why: field("policies", why, "the reason"),
  },
});
