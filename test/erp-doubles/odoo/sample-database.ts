import type { OdooBooks } from "./books.ts";

export const odooSignIn = { database: "books", user: "hub@example.com", apiKey: "6578616d706c65206a736f6e" } as const;

const accounts = [
  ["1010", "Payment clearing"],
  ["1300", "Inventory"],
  ["2200", "Deferred revenue"],
  ["3000", "Opening equity"],
  ["5000", "Cost of goods sold"],
  ["5900", "Inventory revaluation"],
  ["6900", "Old suspense"],
  ["7000", "Store expenses"],
] as const;

/** The companies of the contract suite, as docs/erp-adapters.md says how to set Odoo up: February 2026 is locked. */
export function fillContractDatabase({ tables }: OdooBooks): void {
  tables.insert("stock.location", { name: "Vendors", usage: "supplier", active: true });
  const unit = tables.insert("uom.uom", { name: "Units" }).id;
  const flags = (active: boolean) => {
    try {
      tables.fieldRule("account.account", "active");
      return { active };
    } catch {
      return { deprecated: !active };
    }
  };
  for (const [name, code, digits] of [
    ["US01", "USD", 2],
    ["CA01", "CAD", 2],
    ["JP01", "JPY", 0],
    ["KW01", "KWD", 3],
  ] as const) {
    // biome-ignore format: the four in one line
    const currency = tables.insert("res.currency", { name: code, decimal_places: digits, active: true }).id;
    const company_id = tables.insert("res.company", { name, currency_id: currency, fiscalyear_lock_date: "2026-02-28" }).id;
    for (const [number, title] of accounts)
      tables.insert("account.account", { code: number, name: title, company_ids: company_id, ...flags(number !== "6900") });
    tables.insert("account.journal", { name: "Throughline", code: "THRU", type: "general", company_id, active: true });
    tables.insert("stock.location", { name: "Throughline", barcode: "THROUGHLINE", usage: "inventory", company_id, active: true });
    tables.insert("stock.picking.type", { name: "Throughline", barcode: "THROUGHLINE", code: "internal", company_id, active: true });
    for (const barcode of ["DC", "SHOP"]) {
      const place = { name: barcode, complete_name: `WH/${barcode}`, barcode, usage: "internal", company_id, active: true };
      const default_location_dest_id = tables.insert("stock.location", place).id;
      tables.insert("stock.picking.type", { name: "Receipts", code: "incoming", default_location_dest_id, company_id, active: true });
    }
    for (const item of ["HAT", "OLD-HAT", "LOT-HAT"]) {
      const flags = { active: item !== "OLD-HAT", tracking: item === "LOT-HAT" ? "lot" : "none" };
      tables.insert("product.product", { name: item, default_code: item, uom_id: unit, company_id, ...flags });
    }
    tables.insert("res.partner", { name: "Mill", ref: "MILL", company_id, active: true });
    tables.insert("account.tax", { name: "TX", company_id, active: true });
  }
  tables.insert("res.currency", { name: "SEK", decimal_places: 2, active: false });
}
