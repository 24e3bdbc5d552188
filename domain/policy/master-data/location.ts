import * as z from "zod/mini";
import { channel, channelId, id, name } from "../schema-parts.ts";
import { field, masterRecord } from "./master-record.ts";

const ownership = z.strictObject({ kind: z.enum(["consignment", "drop-ship"]), vendor: id });
const channelIds = z.array(channelId).check(z.maxLength(20, "at most 20 ids"));

export const location = masterRecord({
  name: "location",
  owner: "erp",
  means: "A place where stock lies, in the books of the entity whose file states it",
  statedIn: "`locations` of the entity layers",
  key: field("policies", id, "our own id, which becomes a dimension of every movement"),
  fields: {
    name: field("erp", name, "what people call it"),
    kind: field("erp", z.enum(["distribution-centre", "store"]), "what it is"),
    ids: field("channel", z.record(channel, channelIds), "what each channel calls it; one channel may have several ids for it"),
    ownership: field(
      "policies",
      z.optional(ownership),
      "whose the goods there are, where not the entity's: a consignor's until they are sold, or a vendor's who sends them out",
    ),
  },
});
