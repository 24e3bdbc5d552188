import * as z from "zod/mini";
import { channel, day, id, name, shopName, why } from "../schema-parts.ts";
import { field, masterRecord } from "./master-record.ts";

const channelName = z
  .string()
  .check(z.minLength(1, "the channel's name of the tax, or * for any"), z.maxLength(120, "at most 120 characters"));

export const jurisdiction = masterRecord({
  name: "jurisdiction",
  owner: "policies",
  means: "An authority that a tax is declared to; when it is due is the election `taxPoint`",
  statedIn: "`jurisdictions` of the global and region layers",
  key: field("policies", id, "such as US-MA: a dimension of every tax line"),
  fields: {
    name: field("erp", name, "as it stands in the registration"),
    why: field("policies", why, "why the group is registered there"),
  },
});

export const tax = masterRecord({
  name: "tax",
  owner: "channel",
  means:
    "A tax as a channel's tax engine names it, and whose it is. Its rate and amount are those of the sale: never stated here, never reckoned again",
  statedIn: "`taxes` of every layer",
  fields: {
    channel: field("policies", channel, "the channel that charges it"),
    shop: field("policies", z.optional(shopName), "the shop that charges it; absent: any"),
    store: field("policies", z.optional(id), "the store whose tills charge it; absent: any"),
    match: field("channel", channelName, "its name or code as the channel states it; `*` for any"),
    jurisdiction: field("policies", id, "the authority that it is owed to"),
    from: field("policies", z.optional(day), "first business date"),
    to: field("policies", z.optional(day), "last business date"),
    why: field("policies", z.optional(why), "the reason"),
  },
});
