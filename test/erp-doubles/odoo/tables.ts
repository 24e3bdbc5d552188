/** A record as Odoo keeps it: a many2one is an id, an empty field is false. */
export type Row = Record<string, unknown> & { readonly id: number };

export interface FieldRule {
  /** The model that a many2one or one2many names. */
  readonly of?: string;
  readonly required?: true;
  /** Lines that come with their record: the field of the line that names it. */
  readonly inverse?: string;
}

export type Models = Readonly<Record<string, Readonly<Record<string, FieldRule>>>>;

/** What Odoo says no with: its exceptions have names, and HTTP statuses of their own. */
export class OdooError extends Error {
  readonly exception: string;
  readonly status: number;

  constructor(exception: string, status: number, message: string) {
    super(message);
    this.exception = exception;
    this.status = status;
  }
}

// odoo/odoo, odoo/exceptions.py: UserError and ValidationError are 422, AccessError 403; anything else is a 500 of the server.
export const userError = (message: string) => new OdooError("odoo.exceptions.UserError", 422, message);
export const validationError = (message: string) => new OdooError("odoo.exceptions.ValidationError", 422, message);
export const accessError = (message: string) => new OdooError("odoo.exceptions.AccessError", 403, message);
const valueError = (message: string) => new OdooError("builtins.ValueError", 500, message);

type Domain = readonly unknown[];

/**
 * Tables with Odoo's way of asking. From odoo/documentation, content/developer/reference/backend/orm.rst:
 * - "Search domains": conditions are joined by "and", unless "|" or "!" stands before them; a field may be followed into the record it names;
 *   =like matches a pattern with % and _, where a backslash takes their meaning away.
 * - "Reserved field names", active: archived records are left out unless the domain asks for active, or the context has active_test false.
 * - "create": a required field that is missing is refused; an unknown field too. One2many commands: [0, 0, values] makes a line.
 */
export function openTables(models: Models) {
  const rows = new Map<string, Map<number, Row>>(Object.keys(models).map((model) => [model, new Map()]));
  let last = 0;

  const table = (model: string) => rows.get(model) ?? new Map<number, Row>();

  function fieldRule(model: string, field: string): FieldRule {
    const rule = field === "id" ? {} : models[model]?.[field];
    if (rule === undefined) throw valueError(`Invalid field '${field}' on model '${model}'`);
    return rule;
  }

  function insert(model: string, values: Readonly<Record<string, unknown>>): Row {
    last += 1;
    const row: Row = { id: last };
    for (const [field, rule] of Object.entries(models[model] ?? {})) if (rule.inverse === undefined) row[field] = false;
    for (const [field, value] of Object.entries(values)) if (fieldRule(model, field).inverse === undefined) row[field] = value;
    for (const [field, { required }] of Object.entries(models[model] ?? {}))
      if (required === true && row[field] === false)
        throw validationError(`The operation cannot be completed: a mandatory field is not set (${field} of ${model}).`);
    table(model).set(row.id, row);
    for (const [field, value] of Object.entries(values)) {
      const { inverse, of = "" } = fieldRule(model, field);
      if (inverse === undefined) continue;
      for (const command of value as readonly [number, number, Record<string, unknown>][]) {
        if (command[0] !== 0) throw valueError(`the double takes commands [0, 0, values] alone, not ${command[0]}`);
        insert(of, { ...command[2], [inverse]: row.id });
      }
    }
    return row;
  }

  function followed(model: string, row: Row, path: string): unknown {
    const [field = "", ...rest] = path.split(".");
    const { of } = fieldRule(model, field);
    if (rest.length === 0) return row[field];
    const named = table(of ?? "").get(Number(row[field]));
    return named === undefined ? false : followed(of ?? "", named, rest.join("."));
  }

  function meets(model: string, row: Row, condition: unknown): boolean {
    const [path, operator, wanted] = condition as [string, string, unknown];
    const value = followed(model, row, path);
    switch (operator) {
      case "=":
        return value === wanted;
      case "!=":
        return value !== wanted;
      case "in":
        return (wanted as unknown[]).includes(value);
      case "not in":
        return !(wanted as unknown[]).includes(value);
      case ">":
        return value !== false && (value as number) > (wanted as number);
      case ">=":
        return value !== false && (value as string) >= (wanted as string);
      case "<=":
        return value !== false && (value as string) <= (wanted as string);
      case "=like":
        return typeof value === "string" && pattern(String(wanted)).test(value);
      default:
        throw valueError(`Invalid leaf ${JSON.stringify(condition)}`);
    }
  }

  return {
    insert,
    rows: (model: string) => [...table(model).values()],
    row: (model: string, id: unknown): Row | undefined => table(model).get(Number(id)),
    change(model: string, row: Row, values: Readonly<Record<string, unknown>>): void {
      for (const [field, value] of Object.entries(values)) {
        const { inverse, of = "" } = fieldRule(model, field);
        if (inverse === undefined) Object.assign(row, { [field]: value });
        else
          for (const [command, id, changed] of value as readonly [number, number, Record<string, unknown>][]) {
            const line = table(of).get(id);
            if (command !== 1 || line === undefined) throw valueError(`the double takes commands [1, id, values] alone, not ${command}`);
            this.change(of, line, changed);
          }
      }
    },
    remove: (model: string, id: number) => void table(model).delete(id),
    fieldRule,

    search(model: string, domain: Domain, context: Readonly<Record<string, unknown>>): Row[] {
      const asksForActive = domain.some((leaf) => Array.isArray(leaf) && leaf[0] === "active");
      const leftOut = models[model]?.active !== undefined && !asksForActive && context.active_test !== false;
      return [...table(model).values()].filter(
        (row) => (!leftOut || row.active !== false) && domain.every((leaf) => meets(model, row, leaf)),
      );
    },

    /** A record as it is read: a many2one is told with its name. */
    told(model: string, row: Row, fields: readonly string[]): Record<string, unknown> {
      const read: Record<string, unknown> = { id: row.id };
      for (const field of fields) {
        const { of, inverse } = fieldRule(model, field);
        if (inverse !== undefined) {
          read[field] = [...table(of ?? "").values()].flatMap((line) => (line[inverse] === row.id ? [line.id] : []));
        } else if (of !== undefined && row[field] !== false) {
          const named = table(of).get(Number(row[field]));
          read[field] = [row[field], String(named?.name ?? named?.code ?? "")];
        } else read[field] = row[field];
      }
      return read;
    },

    snapshot: () => structuredClone(rows),
    restore(kept: ReadonlyMap<string, ReadonlyMap<number, Row>>) {
      for (const [model, held] of kept) rows.set(model, new Map(held));
    },
  };
}

export type Tables = ReturnType<typeof openTables>;

function pattern(like: string): RegExp {
  let source = "";
  for (let place = 0; place < like.length; place += 1) {
    const character = like[place] ?? "";
    if (character === "\\") {
      place += 1;
      source += literal(like[place] ?? "");
    } else source += character === "%" ? ".*" : character === "_" ? "." : literal(character);
  }
  return new RegExp(`^${source}$`, "su");
}

function literal(character: string): string {
  return character.replace(/[.*+?^${}()|[\]\\/]/u, "\\$&");
}
