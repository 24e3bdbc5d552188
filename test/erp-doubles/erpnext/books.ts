import { type Doc, FrappeError, type Site, validationError } from "./site.ts";

/**
 * What ERPNext does when documents are made and submitted. Rules, from frappe/erpnext (version 15):
 * - erpnext/accounts/doctype/journal_entry/journal_entry.py: `validate_empty_accounts_table`; `set_amounts_in_company_currency` (debit and credit follow
 *   from the amounts in the account's currency); `validate_debit_credit_amount` (no row of nothing); `validate_total_debit_and_credit`.
 * - erpnext/accounts/doctype/gl_entry/gl_entry.py: `validate_account_details` (no group, not disabled), `check_mandatory` and `check_pl_account` (a cost
 *   center for profit and loss), `validate_dimensions`; a date outside of every fiscal year is refused (erpnext/accounts/utils.py, `get_fiscal_years`).
 * - erpnext/accounts/general_ledger.py: `validate_accounting_period` (a period that is closed for the kind of document), `check_freezing_date`.
 * - erpnext/stock/doctype/stock_entry/stock_entry.py: `validate_item` (stock items alone), `validate_warehouse` (an issue has a
 *   source, a receipt a target), `set_basic_rate`; and
 *   erpnext/stock/stock_ledger.py: below zero only where Stock Settings allow negative stock (set-up does).
 * - erpnext/buying/doctype/purchase_order/purchase_order.py and erpnext/controllers/buying_controller.py: supplier and items are links that exist, a disabled
 *   supplier or item is refused (erpnext/stock/get_item_details.py, `validate_item_details`; erpnext/accounts/party.py, `validate_party_frozen_disabled`); each
 *   stock item has a warehouse of the company; nothing is booked. A submitted order is "To Receive and Bill".
 * - erpnext/stock/doctype/purchase_receipt/purchase_receipt.py, `status_updater`, and erpnext/controllers/status_updater.py: a submitted receipt raises received_qty
 *   of the order's rows; above the ordered quantity and the allowance, 0 where nobody set one, OverAllowanceError; an order that is received in full is "To Bill";
 *   without perpetual inventory no entry of the ledger is made.
 * - frappe/frappe, frappe/model/meta.py, `get_field_precision`: amounts of every company are rounded to Currency Precision of the System Settings, or to
 *   the decimals of the site's number format, 2 where nobody set it; the currency has no say.
 * - frappe/frappe, frappe/model/document.py, `check_docstatus_transition`: a draft is submitted by saving it with docstatus 1, once.
 * - frappe/frappe, frappe/model/delete_doc.py, `check_permission_and_not_submitted`: what is submitted is not deleted.
 */
export function openBooks(site: Site, settings: Readonly<Record<string, unknown>>) {
  function insert(values: Readonly<Record<string, unknown>>): Doc {
    const doctype = String(values.doctype);
    if (!["Journal Entry", "Stock Entry", "Purchase Order", "Purchase Receipt"].includes(doctype))
      throw new FrappeError("PermissionError", 403, `User does not have doctype access via role permission for document ${doctype}`);
    const { doctype: _, ...fields } = values;
    const doc = site.put(doctype, fields);
    if (doctype === "Journal Entry") validateJournal(doc);
    else if (doctype === "Stock Entry") validateStock(doc);
    else validateBuying(doctype, doc);
    return doc;
  }

  function validateJournal(doc: Doc): void {
    const rows = site.rows("Journal Entry Account", doc.name);
    if (rows.length === 0) throw validationError("Accounts table cannot be blank.");
    const digits = Number(settings.currency_precision ?? 2);
    let difference = 0;
    for (const row of rows) {
      const account = site.all("Account").find(({ name }) => name === row.account);
      if (account === undefined)
        throw new FrappeError("LinkValidationError", 417, `Could not find Row #${row.idx}: Account: ${row.account}`);
      row.debit = rounded(row.debit_in_account_currency, digits);
      row.credit = rounded(row.credit_in_account_currency, digits);
      if (row.debit === 0 && row.credit === 0) throw validationError(`Row ${row.idx}: Both Debit and Credit values cannot be zero`);
      if (row.debit !== 0 && row.credit !== 0) throw validationError("You cannot credit and debit same account at the same time");
      difference += Number(row.debit) - Number(row.credit);
    }
    if (rounded(difference, digits) !== 0)
      throw validationError(`Total Debit must be equal to Total Credit. The difference is ${difference}`);
    if (doc.reversal_of !== null) site.get("Journal Entry", String(doc.reversal_of));
  }

  function validateStock(doc: Doc): void {
    for (const row of site.rows("Stock Entry Detail", doc.name)) {
      if (site.get("Item", String(row.item_code)).is_stock_item === 0) throw validationError(`${row.item_code} is not a stock Item`);
      const [needed, other] =
        doc.stock_entry_type === "Material Issue" ? (["s_warehouse", "t_warehouse"] as const) : (["t_warehouse", "s_warehouse"] as const);
      if (row[needed] === null || row[other] !== null) throw validationError(`Source or target warehouse is wrong for row ${row.idx}`);
      site.get("Warehouse", String(row[needed]));
      if (Number(row.qty) <= 0) throw validationError(`Row ${row.idx}: Qty is mandatory`);
    }
  }

  function validateBuying(doctype: string, doc: Doc): void {
    const supplier = site.all("Supplier").find(({ name }) => name === doc.supplier);
    if (supplier === undefined) throw new FrappeError("LinkValidationError", 417, `Could not find Supplier: ${doc.supplier}`);
    if (supplier.disabled === 1) throw new FrappeError("PartyDisabled", 417, `Supplier ${doc.supplier} is disabled`);
    const rows = site.rows(`${doctype} Item`, doc.name);
    if (rows.length === 0) throw new FrappeError("MandatoryError", 417, `[${doctype}, ${doc.name}]: items`);
    for (const row of rows) {
      const item = site.all("Item").find(({ name }) => name === row.item_code);
      if (item === undefined) throw new FrappeError("LinkValidationError", 417, `Could not find Row #${row.idx}: Item: ${row.item_code}`);
      if (item.disabled === 1) throw validationError(`Item ${row.item_code} is disabled`);
      if (Number(row.qty) <= 0) throw validationError(`Row ${row.idx}: Qty is mandatory`);
      if (site.get("Warehouse", String(row.warehouse)).company !== doc.company)
        throw validationError(`Warehouse ${row.warehouse} does not belong to company ${doc.company}`);
      if (doctype === "Purchase Order") row.received_qty = 0;
      else if (row.purchase_order_item !== null && site.get("Purchase Order", String(row.purchase_order)).docstatus !== 1)
        throw validationError(`Purchase Order ${row.purchase_order} is not submitted`);
    }
    if (doctype === "Purchase Order") doc.status = "Draft";
  }

  function submitReceipt(doc: Doc): void {
    for (const row of site.rows("Purchase Receipt Item", doc.name)) {
      const ordered = site.get("Purchase Order Item", String(row.purchase_order_item));
      const received = Number(ordered.received_qty) + Number(row.qty);
      if (received > Number(ordered.qty)) {
        const message = `This document is over limit by ${received - Number(ordered.qty)} for item ${row.item_code}.`;
        throw new FrappeError("OverAllowanceError", 417, message);
      }
      ordered.received_qty = received;
      move(row.item_code, row.warehouse, Number(row.qty));
      const order = site.get("Purchase Order", String(row.purchase_order));
      const isWhole = site.rows("Purchase Order Item", order.name).every((each) => Number(each.received_qty) >= Number(each.qty));
      if (isWhole) order.status = "To Bill";
    }
  }

  function submit(doctype: string, doc: Doc): void {
    if (doc.docstatus !== 0) throw new FrappeError("UpdateAfterSubmitError", 417, "Cannot edit a submitted document");
    if (doctype === "Journal Entry") submitJournal(doc);
    else if (doctype === "Purchase Order") doc.status = "To Receive and Bill";
    else if (doctype === "Purchase Receipt") submitReceipt(doc);
    else {
      const isIssue = doc.stock_entry_type === "Material Issue";
      for (const { item_code, s_warehouse, t_warehouse, qty } of site.rows("Stock Entry Detail", doc.name))
        move(item_code, isIssue ? s_warehouse : t_warehouse, isIssue ? 0 - Number(qty) : Number(qty));
    }
    doc.docstatus = 1;
  }

  function submitJournal(doc: Doc): void {
    const day = String(doc.posting_date);
    if (
      !site
        .all("Fiscal Year")
        .some((year) => year.disabled === 0 && String(year.year_start_date) <= day && day <= String(year.year_end_date))
    )
      throw new FrappeError("FiscalYearError", 417, `Date ${day} is not in any active Fiscal Year`);
    const closed = site
      .all("Accounting Period")
      .filter((period) => period.company === doc.company && String(period.start_date) <= day && day <= String(period.end_date))
      .flatMap((period) => site.rows("Closed Document", period.name));
    if (closed.some((row) => row.document_type === "Journal Entry" && row.closed === 1))
      throw new FrappeError(
        "ClosedAccountingPeriod",
        417,
        "You cannot create or cancel any accounting entries with in the closed Accounting Period",
      );
    if (typeof settings.acc_frozen_upto === "string" && day <= settings.acc_frozen_upto)
      throw validationError(`You are not authorized to add or update entries before ${settings.acc_frozen_upto}`);
    for (const row of site.rows("Journal Entry Account", doc.name)) {
      const account = site.get("Account", String(row.account));
      if (account.is_group === 1)
        throw validationError(`Account ${account.name} is a Group Account and group accounts cannot be used in transactions`);
      if (account.disabled === 1) throw new FrappeError("InvalidAccountCurrency", 417, `Account ${account.name} is disabled`);
      if (account.company !== doc.company) throw validationError(`Account ${account.name} does not belong to Company ${doc.company}`);
      if (account.report_type === "Profit and Loss" && row.cost_center === null)
        throw validationError(`Cost Center is required for 'Profit and Loss' account ${account.name}.`);
      const { debit, credit } = row;
      site.put("GL Entry", {
        account: account.name,
        debit,
        credit,
        company: doc.company,
        posting_date: day,
        voucher_no: doc.name,
        is_cancelled: 0,
      });
    }
  }

  function move(item_code: unknown, warehouse: unknown, pieces: number): void {
    const found = site.all("Bin").find((bin) => bin.item_code === item_code && bin.warehouse === warehouse);
    const bin = found ?? site.put("Bin", { item_code, warehouse, actual_qty: 0 });
    const after = Number(bin.actual_qty) + pieces;
    if (after < 0 && settings.allow_negative_stock !== 1)
      throw new FrappeError(
        "NegativeStockError",
        417,
        `${-after} units of Item ${item_code} needed in Warehouse ${warehouse} to complete this transaction.`,
      );
    bin.actual_qty = after;
  }

  return {
    insert,
    submit,
    remove(doctype: string, doc: Doc): void {
      if (doc.docstatus === 1)
        throw validationError(`${doctype} ${doc.name}: Submitted Record cannot be deleted. You must Cancel it first.`);
      site.remove(doctype, doc.name);
    },
  };
}

function rounded(value: unknown, digits: number): number {
  return Math.round(Number(value ?? 0) * 10 ** digits) / 10 ** digits || 0;
}
