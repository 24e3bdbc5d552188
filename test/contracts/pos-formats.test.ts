import { readFileSync } from "node:fs";
import { join } from "node:path";
import { posTableFormat } from "#adapters/channels/pos-table";
import { poslogFormat } from "#adapters/channels/poslog";
import { sapPosdmFormat } from "#adapters/channels/sap-posdm";
import { squareItemsFormat } from "#adapters/channels/square-items";
import { posTableMappingSchema } from "#domain/pos-tables";
import { posFormatContract } from "./pos-format-contract.ts";

const goldens = ["poslog/figures.xml", "square-items/items.csv", "sap-posdm/transactions.json", "pos-tables/kasse.csv"];
const others = (own: string) => goldens.filter((each) => each !== own);
const mapping = posTableMappingSchema.parse(
  JSON.parse(readFileSync(join(import.meta.dirname, "..", "fixtures", "pos-tables", "mapping.json"), "utf8")),
);

posFormatContract({ format: poslogFormat, golden: "poslog/figures.xml", others: others("poslog/figures.xml") });
posFormatContract({
  format: squareItemsFormat,
  golden: "square-items/items.csv",
  others: others("square-items/items.csv"),
  cutBetweenLines: "Square's export states no total of a payment; the whole file that comes after it has other content under the same key",
});
posFormatContract({ format: sapPosdmFormat, golden: "sap-posdm/transactions.json", others: others("sap-posdm/transactions.json") });
posFormatContract({ format: posTableFormat("kasse", mapping), golden: "pos-tables/kasse.csv", others: others("pos-tables/kasse.csv") });
