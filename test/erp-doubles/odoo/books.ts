import { accessError, type Models, OdooError, openTables, type Row, type Tables, userError, validationError } from "./tables.ts";

/** 19 has account.account.active and JSON-2; 18 has deprecated, and a mandatory name of stock moves. */
export type OdooVersion = 19 | 18;

function modelsOf(version: OdooVersion): Models {
  const company = { company_id: { of: "res.company" } };
  const named = { name: {}, active: {} };
  return {
    "res.currency": { ...named, decimal_places: {} },
    "res.company": { name: {}, currency_id: { of: "res.currency" }, fiscalyear_lock_date: {}, hard_lock_date: {} },
    "res.partner": { ...named, ...company, ref: {} },
    "account.tax": { ...named, ...company },
    "account.account": { code: {}, name: {}, company_ids: {}, ...(version === 19 ? { active: {} } : { deprecated: {} }) },
    "account.journal": { ...named, ...company, code: {}, type: {} },
    "account.move": {
      ...{ ...company, name: {}, state: {}, date: { required: true }, ref: {}, invoice_origin: {}, move_type: {} },
      ...{ journal_id: { of: "account.journal", required: true }, currency_id: { of: "res.currency" } },
      ...{ reversed_entry_id: { of: "account.move" }, line_ids: { of: "account.move.line", inverse: "move_id" } },
    },
    "account.move.line": {
      ...{ move_id: { of: "account.move", required: true }, account_id: { of: "account.account", required: true }, name: {} },
      ...{ debit: {}, credit: {}, currency_id: { of: "res.currency" }, amount_currency: {} },
      ...{ ...company, parent_state: {}, date: {} },
    },
    "product.product": { ...named, ...company, default_code: {}, uom_id: { of: "uom.uom" }, tracking: {} },
    "uom.uom": { name: {} },
    "stock.location": { ...named, ...company, complete_name: {}, barcode: {}, usage: {} },
    "stock.picking.type": { ...named, ...company, code: {}, barcode: {}, default_location_dest_id: { of: "stock.location" } },
    "stock.picking": {
      ...{ ...company, name: {}, origin: {}, state: {}, scheduled_date: {}, backorder_id: { of: "stock.picking" } },
      picking_type_id: { of: "stock.picking.type", required: true },
      location_id: { of: "stock.location", required: true },
      location_dest_id: { of: "stock.location", required: true },
      move_ids: { of: "stock.move", inverse: "picking_id" },
    },
    "stock.move": {
      ...{ ...company, picking_id: { of: "stock.picking" }, quantity: {}, picked: {}, state: {} },
      purchase_line_id: { of: "purchase.order.line" },
      product_id: { of: "product.product", required: true },
      product_uom: { of: "uom.uom", required: true },
      product_uom_qty: { required: true },
      location_id: { of: "stock.location", required: true },
      location_dest_id: { of: "stock.location", required: true },
      ...(version === 19 ? {} : { name: { required: true } }),
    },
    "purchase.order": {
      ...{ company_id: { of: "res.company", required: true }, name: {}, origin: {}, state: {}, date_order: { required: true } },
      partner_id: { of: "res.partner", required: true },
      currency_id: { of: "res.currency", required: true },
      picking_type_id: { of: "stock.picking.type", required: true },
      order_line: { of: "purchase.order.line", inverse: "order_id" },
    },
    "purchase.order.line": {
      ...{ ...company, order_id: { of: "purchase.order", required: true }, name: { required: true }, date_planned: { required: true } },
      product_id: { of: "product.product", required: true },
      [version === 19 ? "product_uom_id" : "product_uom"]: { of: "uom.uom", required: true },
      ...{ product_qty: { required: true }, price_unit: {}, qty_received: {} },
    },
    "stock.quant": { ...company, product_id: { of: "product.product" }, location_id: { of: "stock.location" }, quantity: {} },
  };
}

export interface OdooCaller {
  /** Companies that the user is allowed. */
  readonly companies: () => readonly number[];
  /** Models that its groups do not open. */
  readonly closed: readonly string[];
}

type Named = Readonly<Record<string, unknown>>;
interface Method {
  /** Whether it is called on records. */
  readonly onRecords: boolean;
  /** The names that its signature has. */
  readonly takes: readonly string[];
  readonly writes: boolean;
  run(model: string, ids: readonly number[], named: Named, context: Named): unknown;
}

/**
 * Odoo's accounting and inventory apps over tables. Rules, from odoo/odoo (17.0 to 19.0):
 * - addons/account/models/account_move.py, `_check_balanced`: an entry that does not balance is refused when it is made.
 * - …account_move_line.py, `_check_credit_debit`, `_check_amount_currency_balance_sign`: one of debit and credit is 0; the amount in the line's
 *   currency has the sign of the balance.
 * - …account_move.py, `_post`: only drafts are posted; without lines, with an account that is archived (19) or deprecated (18), or in a currency
 *   that is not active, never. A date that a lock date covers is moved to the first open day, silently (`_get_accounting_date`).
 * - …account_move_line.py, `_unlink_except_posted`: what is posted is not deleted.
 * - addons/stock/models/stock_picking.py, `button_validate`: what is drafted is confirmed and done at once; a transfer without quantities is refused;
 *   what is done or cancelled is not done again; one that leaves a part undone asks about a backorder, unless the context says skip_backorder.
 *   What is not picked, and what is left of a demand, goes to a backorder: a copy of the transfer, its source document too (`_create_backorder`).
 * - …stock_picking.py, `_sanity_check`: an item that is tracked by lots or serial numbers moves with such a number only.
 * - …stock_move.py: goods leave a location below zero when the quantity is stated.
 * - addons/purchase/models/purchase_order.py, `button_confirm`: drafts and sent ones are confirmed, others left as they are; `create`: numbers come from
 *   a sequence; `_unlink_if_cancelled`: cancelled orders alone are deleted.
 * - addons/purchase_stock/models/purchase_order.py, `_create_picking`: a confirmed order makes a transfer of what it waits for, reserved to the whole
 *   and named after the order; `button_cancel`: not after goods have come. …purchase_order_line.py: received is what its moves brought.
 * - odoo/addons/base/models/ir_rule.py and odoo/api.py, `companies`: allowed_company_ids beyond those of the user are an access error.
 * - A call is one transaction: what it did before it failed is taken back (content/developer/reference/external_api.rst of odoo/documentation).
 */
export function openBooks(version: OdooVersion, caller: OdooCaller) {
  const models = modelsOf(version);
  const tables = openTables(models);
  const numbers = new Map<string, number>();
  let orders = 0;

  const methods: Readonly<Record<string, Method>> = {
    fields_get: {
      ...{ onRecords: false, takes: ["allfields", "attributes"], writes: false },
      run: (model, _, { allfields }) =>
        Object.fromEntries((allfields as string[]).filter((field) => models[model]?.[field] !== undefined).map((field) => [field, {}])),
    },
    search_read: {
      ...{ onRecords: false, takes: ["domain", "fields", "offset", "limit", "order"], writes: false },
      run(model, _, { domain = [], fields = [], offset = 0, limit, order = "id asc" }, context) {
        const found = tables.search(model, domain as unknown[], context).filter((row) => isAllowed(model, row, context));
        if (order !== "id asc" && order !== "id desc")
          throw new OdooError("builtins.ValueError", 500, `the double orders by id, not by ${order}`);
        found.sort((a, b) => (order === "id asc" ? a.id - b.id : b.id - a.id));
        const start = Number(offset);
        const page = found.slice(start, limit === undefined ? undefined : start + Number(limit));
        return page.map((row) => tables.told(model, row, fields as string[]));
      },
    },
    create: {
      ...{ onRecords: false, takes: ["vals_list"], writes: true },
      run: (model, _, { vals_list }) => (vals_list as Named[]).map((values) => create(model, values)),
    },
    unlink: {
      ...{ onRecords: true, takes: [], writes: true },
      run(model, ids) {
        for (const id of ids) {
          if (tables.row(model, id)?.state === "posted") throw userError("You cannot delete a posted journal entry.");
          if (model === "purchase.order" && tables.row(model, id)?.state !== "cancel")
            throw userError("In order to delete a purchase order, you must cancel it first.");
          for (const line of tables.rows("account.move.line")) if (line.move_id === id) tables.remove("account.move.line", line.id);
          tables.remove(model, id);
        }
        return true;
      },
    },
    // odoo/models.py, `write`: [1, id, values] of a one2many changes a line.
    write: {
      ...{ onRecords: true, takes: ["vals"], writes: true },
      run(model, ids, { vals }) {
        for (const id of ids) tables.change(model, existing(model, id), vals as Named);
        return true;
      },
    },
    button_confirm: {
      ...{ onRecords: true, takes: [], writes: true },
      run(_, ids) {
        for (const id of ids) confirm(existing("purchase.order", id));
        return true;
      },
    },
    button_cancel: {
      ...{ onRecords: true, takes: [], writes: true },
      run(_, ids) {
        for (const id of ids) existing("purchase.order", id).state = "cancel";
        return true;
      },
    },
    action_post: {
      ...{ onRecords: true, takes: [], writes: true },
      run(_, ids) {
        for (const id of ids) post(existing("account.move", id));
        return false;
      },
    },
    button_validate: {
      ...{ onRecords: true, takes: [], writes: true },
      run(_, ids, __, context) {
        const asked = ids.map((id) => validate(existing("stock.picking", id), context)).find((answer) => answer !== true);
        return asked ?? true;
      },
    },
    action_cancel: {
      ...{ onRecords: true, takes: [], writes: true },
      run(_, ids) {
        for (const id of ids) {
          const transfer = existing("stock.picking", id);
          if (transfer.state === "done") throw userError("You cannot cancel a stock move that has been set to 'Done'.");
          transfer.state = "cancel";
          for (const move of movesOf(transfer)) move.state = "cancel";
        }
        return true;
      },
    },
    // addons/web/models/models.py (19): groups with their aggregates by name. odoo/models.py, `read_group` (until 18): by the field's name.
    ...(version === 19
      ? {
          formatted_read_group: {
            ...{ onRecords: false, takes: ["domain", "groupby", "aggregates"], writes: false },
            run: (model, _, { domain, groupby, aggregates }, context) =>
              grouped(model, domain as unknown[], groupby as string[], aggregates as string[], context, (sum) => sum),
          } satisfies Method,
        }
      : {
          read_group: {
            ...{ onRecords: false, takes: ["domain", "fields", "groupby", "lazy"], writes: false },
            run: (model, _, { domain, groupby, fields }, context) =>
              grouped(model, domain as unknown[], groupby as string[], fields as string[], context, (sum) => sum.split(":")[0] ?? ""),
          } satisfies Method,
        }),
  };

  function isAllowed(model: string, row: Row, context: Named): boolean {
    const allowed = (context.allowed_company_ids as number[] | undefined) ?? caller.companies();
    if (model === "res.company") return caller.companies().includes(row.id);
    return row.company_id === undefined || row.company_id === false || allowed.includes(Number(row.company_id));
  }

  function existing(model: string, id: number): Row {
    const row = tables.row(model, id);
    if (row === undefined) throw new OdooError("odoo.exceptions.MissingError", 404, "Record does not exist or has been deleted.");
    return row;
  }

  function create(model: string, values: Named): number {
    if (model === "stock.picking") {
      const transfer = tables.insert(model, { state: "draft", ...values });
      for (const move of movesOf(transfer)) move.state = "draft";
      return transfer.id;
    }
    if (model === "purchase.order") {
      const order = tables.insert(model, { ...values, state: "draft", name: `P${String((orders += 1)).padStart(5, "0")}` });
      for (const line of tables.rows("purchase.order.line")) if (line.order_id === order.id) line.qty_received = 0;
      return order.id;
    }
    if (model !== "account.move") return tables.insert(model, values).id;
    const move = tables.insert(model, { state: "draft", name: "/", ...values });
    const company = tables.row("res.company", move.company_id);
    let balance = 0;
    for (const line of linesOf(move)) {
      const net = Number(line.debit) - Number(line.credit);
      if (Number(line.debit) * Number(line.credit) !== 0) throw validationError("Wrong credit or debit value in accounting entry!");
      if (net * Number(line.amount_currency) < 0)
        throw validationError(
          "The amount expressed in the secondary currency must be positive when account is debited and negative when account is credited.",
        );
      if (line.currency_id === company?.currency_id && Math.abs(net - Number(line.amount_currency)) > 1e-6)
        throw validationError("The amount in the company's currency is not the balance.");
      Object.assign(line, { company_id: move.company_id, parent_state: "draft", date: move.date });
      balance += net;
    }
    if (Math.abs(balance) > 1e-6) throw userError("The entry is not balanced.");
    return move.id;
  }

  const linesOf = (move: Row) => tables.rows("account.move.line").filter((line) => line.move_id === move.id);

  function post(move: Row): void {
    if (move.state !== "draft") throw userError(`The entry ${move.name} (id ${move.id}) must be in draft.`);
    const lines = linesOf(move);
    if (lines.length === 0) throw userError("You need to add a line before posting.");
    const accounts = lines.map((line) => tables.row("account.account", line.account_id));
    if (accounts.some((account) => account?.active === false || account?.deprecated === true))
      throw userError("A line of this move is using an archived account, you cannot post it.");
    if (tables.row("res.currency", move.currency_id)?.active !== true)
      throw userError("You cannot validate a document with an inactive currency.");
    const company = tables.row("res.company", move.company_id);
    const locked = [company?.fiscalyear_lock_date, company?.hard_lock_date]
      .filter((day) => typeof day === "string")
      .sort()
      .at(-1);
    if (locked !== undefined && String(move.date) <= locked) {
      const next = new Date(`${locked}T00:00:00Z`);
      next.setUTCDate(next.getUTCDate() + 1);
      move.date = next.toISOString().slice(0, 10);
    }
    const journal = tables.row("account.journal", move.journal_id);
    const series = `${move.company_id} ${journal?.code}/${String(move.date).slice(0, 7).replace("-", "/")}`;
    const number = (numbers.get(series) ?? 0) + 1;
    numbers.set(series, number);
    Object.assign(move, { state: "posted", name: `${series.split(" ")[1]}/${String(number).padStart(4, "0")}` });
    for (const line of lines) Object.assign(line, { parent_state: "posted", date: move.date });
  }

  const movesOf = (transfer: Row) => tables.rows("stock.move").filter((move) => move.picking_id === transfer.id);

  function confirm(order: Row): void {
    if (order.state !== "draft" && order.state !== "sent") return;
    order.state = "purchase";
    const operation = tables.row("stock.picking.type", order.picking_type_id);
    const vendors = tables.rows("stock.location").find(({ usage }) => usage === "supplier");
    const places = { location_id: vendors?.id, location_dest_id: operation?.default_location_dest_id, company_id: order.company_id };
    const transfer = tables.insert("stock.picking", {
      ...{ ...places, state: "assigned", origin: order.name, picking_type_id: order.picking_type_id, name: `IN/${order.id}` },
    });
    for (const line of tables.rows("purchase.order.line").filter(({ order_id }) => order_id === order.id)) {
      const { product_id, product_qty: product_uom_qty, product_uom, product_uom_id, name } = line;
      const goods = { product_id, product_uom: product_uom_id ?? product_uom, product_uom_qty, quantity: product_uom_qty };
      const named = version === 19 ? {} : { name };
      const link = { picking_id: transfer.id, purchase_line_id: line.id, state: "assigned", picked: false };
      tables.insert("stock.move", { ...places, ...goods, ...named, ...link });
    }
  }

  function validate(transfer: Row, context: Named): true | object {
    if (transfer.state === "done" || transfer.state === "cancel")
      throw userError("You cannot validate a transfer that is done or cancelled.");
    const moves = movesOf(transfer).filter(({ state }) => state !== "done" && state !== "cancel");
    const came = moves.filter((move) => move.picked === true && Number(move.quantity) > 0);
    if (came.length === 0) throw userError("You cannot validate a transfer if no quantities are reserved nor done.");
    const tracked = came.map(({ product_id }) => tables.row("product.product", product_id)).find((product) => product?.tracking === "lot");
    if (tracked !== undefined) throw userError(`You need to supply a Lot/Serial number for products ${tracked.name}.`);
    const waiting = moves.filter((move) => !came.includes(move) || Number(move.quantity) < Number(move.product_uom_qty));
    if (context.skip_backorder !== true && waiting.length > 0)
      return { type: "ir.actions.act_window", res_model: "stock.backorder.confirmation" };
    const { id: _, ...copied } = transfer;
    const backorder = waiting.length === 0 ? undefined : tables.insert("stock.picking", { ...copied, backorder_id: transfer.id });
    for (const move of moves) {
      const { id: __, ...values } = move;
      const quantity = came.includes(move) ? Number(move.quantity) : 0;
      const left = Number(move.product_uom_qty) - quantity;
      const onward = { picking_id: backorder?.id, product_uom_qty: left, quantity: left, picked: false };
      if (quantity === 0) {
        Object.assign(move, onward);
        continue;
      }
      if (left > 0) tables.insert("stock.move", { ...values, ...onward });
      add(move.product_id, move.location_id, transfer.company_id, 0 - quantity);
      add(move.product_id, move.location_dest_id, transfer.company_id, quantity);
      Object.assign(move, { state: "done", product_uom_qty: quantity });
      const line = tables.row("purchase.order.line", move.purchase_line_id);
      if (line !== undefined) line.qty_received = Number(line.qty_received) + quantity;
    }
    transfer.state = "done";
    return true;
  }

  function add(product_id: unknown, location_id: unknown, company_id: unknown, quantity: number): void {
    const found = tables.rows("stock.quant").find((each) => each.product_id === product_id && each.location_id === location_id);
    const quant = found ?? tables.insert("stock.quant", { product_id, location_id, company_id, quantity: 0 });
    quant.quantity = Number(quant.quantity) + quantity;
  }

  function grouped(
    model: string,
    domain: unknown[],
    [field = ""]: readonly string[],
    sums: readonly string[],
    context: Named,
    name: (sum: string) => string,
  ) {
    const rows = tables.search(model, domain, context).filter((row) => isAllowed(model, row, context));
    return [...Map.groupBy(rows, (row) => row[field])].map(([, of]) => ({
      ...tables.told(model, of[0] as Row, [field]),
      ...Object.fromEntries(sums.map((sum) => [name(sum), of.reduce((total, row) => total + Number(row[sum.split(":")[0] ?? ""]), 0)])),
    }));
  }

  return {
    tables: tables as Tables,
    /** Calls a method as either API does. Throws OdooError, after which nothing of the call is left. */
    call(model: string, method: string, ids: readonly number[] | undefined, named: Named, context: Named): unknown {
      if (models[model] === undefined) throw new OdooError("werkzeug.exceptions.NotFound", 404, `the model '${model}' does not exist`);
      const called = Object.hasOwn(methods, method) ? methods[method] : undefined;
      if (called === undefined) throw new OdooError("werkzeug.exceptions.NotFound", 404, `The method '${model}.${method}' does not exist`);
      if (!called.onRecords && ids !== undefined && ids.length > 0)
        throw new OdooError("werkzeug.exceptions.UnprocessableEntity", 422, `cannot call ${model}.${method} with ids`);
      const strange = Object.keys(named).find((name) => !called.takes.includes(name));
      if (strange !== undefined)
        throw new OdooError("werkzeug.exceptions.UnprocessableEntity", 422, `got an unexpected keyword argument '${strange}'`);
      if (caller.closed.includes(model)) throw accessError(`You are not allowed to access '${model}' records.`);
      const beyond = ((context.allowed_company_ids as number[] | undefined) ?? []).filter((id) => !caller.companies().includes(id));
      if (beyond.length > 0) throw accessError("Access to unauthorized or invalid companies.");
      if (!called.writes) return called.run(model, ids ?? [], named, context);
      const before = tables.snapshot();
      try {
        return called.run(model, ids ?? [], named, context);
      } catch (error) {
        tables.restore(before);
        throw error;
      }
    },
  };
}

export type OdooBooks = ReturnType<typeof openBooks>;
