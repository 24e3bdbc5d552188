import type { Site } from "./site.ts";

export const erpNextToken = { apiKey: "5f2c8e6a7b1d3c4", apiSecret: "9a8b7c6d5e4f3a2" } as const;

const accounts = [
  ["1010", "Payment clearing", "Balance Sheet"],
  ["1300", "Inventory", "Balance Sheet"],
  ["2200", "Deferred revenue", "Balance Sheet"],
  ["3000", "Opening equity", "Balance Sheet"],
  ["5000", "Cost of goods sold", "Profit and Loss"],
  ["5900", "Inventory revaluation", "Profit and Loss"],
  ["6900", "Old suspense", "Balance Sheet"],
  ["7000", "Store expenses", "Profit and Loss"],
] as const;

/** The companies of the contract suite, as docs/erp-adapters.md says how to set ERPNext up: a fiscal year of three months, February closed. */
export function fillContractSite(site: Site): void {
  site.put("Fiscal Year", { year_start_date: "2026-02-01", year_end_date: "2026-04-30", disabled: 0 }, "2026");
  for (const [item, disabled, is_stock_item] of [["HAT", 0, 1], ["OLD-HAT", 1, 1], ["FITTING", 0, 0]] as const) site.put("Item", { item_name: item, stock_uom: "Nos", disabled, is_stock_item }, item); // biome-ignore format: the three in one line
  site.put("Supplier", { supplier_name: "Mill", disabled: 0 }, "MILL");
  for (const [company, default_currency] of [
    ["US01", "USD"],
    ["CA01", "CAD"],
    ["JP01", "JPY"],
    ["KW01", "KWD"],
  ] as const) {
    // biome-ignore format: the four in one line
    site.put("Company", { default_currency, cost_center: `Main - ${company}` }, company);
    for (const [number, account_name, report_type] of accounts) {
      const flags = { is_group: 0, disabled: number === "6900" ? 1 : 0 };
      const account = { account_number: number, account_name, company, report_type, account_currency: default_currency, ...flags };
      site.put("Account", account, `${number} - ${account_name} - ${company}`);
    }
    for (const place of ["DC", "SHOP"])
      site.put("Warehouse", { warehouse_name: place, company, is_group: 0, disabled: 0 }, `${place} - ${company}`);
    site.put("Accounting Period", {
      ...{ company, start_date: "2026-02-01", end_date: "2026-02-28" },
      closed_documents: [{ document_type: "Journal Entry", closed: 1 }],
    });
    site.put("Sales Taxes and Charges Template", { title: "TX", company, disabled: 0 });
  }
}
