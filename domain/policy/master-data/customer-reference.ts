import * as z from "zod/mini";
import { field, masterRecord } from "./master-record.ts";

/** No '@' and no space: neither an e-mail address nor a name passes for an id. */
const customerId = z
  .string()
  .check(z.regex(/^[A-Za-z0-9][A-Za-z0-9._:-]{0,79}$/, "an id of 1 to 80 letters, digits, '.', '_', ':' or '-', and no personal data"));
const systemName = z.string().check(z.regex(/^[a-z][a-z0-9-]{0,39}$/, "the short name of a system such as crm, in lower case"));

export const customerReference = masterRecord({
  name: "customer reference",
  owner: "crm",
  means:
    "Who bought, by an id that means nothing outside of the system that owns it. Name, address and mail stay there, and are erased there",
  statedIn: "`customer` of the events `order.placed` and `ticket.completed`",
  fields: {
    system: field("policies", systemName, "the system that owns the customer"),
    id: field("crm", customerId, "the customer's id there"),
  },
});
