import * as z from "zod/mini";
import { channelId, id, name } from "../schema-parts.ts";
import { field, masterRecord } from "./master-record.ts";

export const product = masterRecord({
  name: "product",
  owner: "item-master",
  means: "Something that is sold under one SKU, in every channel",
  statedIn: "`items.list` of the global and brand layers",
  key: field("item-master", channelId, "the SKU, as web shop, tills and ERP all know it"),
  fields: {
    class: field("policies", id, "the class by which its sales, stock and cost are booked"),
    name: field("item-master", name, "what people call it"),
    stocked: field("item-master", z.boolean(), "whether it lies in stock and leaves it"),
    deposit: field(
      "policies",
      z.optional(id),
      "the code under which money for it is owed to somebody else (bottle deposit, donation) and is no sale",
    ),
    unit: field("item-master", z.optional(id), "the unit in which its quantities are counted (EA, KGM); absent: nobody compares"),
    serialNumbers: field("item-master", z.optional(z.boolean()), "whether each piece is sold and taken back with its serial number"),
    consignor: field("policies", z.optional(id), "whose it is until it is sold, wherever it lies (consignment)"),
  },
});
