import { type MinorUnits, parseMinorUnits, parseScaled } from "#domain/money";
import { type StatedLine, TicketProblem } from "#domain/pos-files";
import { type JsonObject, listOf, textOf } from "./json-values.ts";

export interface PosdmLine {
  readonly kind: "sale" | "return";
  readonly item: string;
  readonly quantityMillionths: number;
  /** SALESAMOUNT, without sign: before or after the discounts, as the till has it. */
  readonly amount: MinorUnits;
  readonly discounts: StatedLine["discounts"];
  readonly taxes: StatedLine["taxes"];
  readonly unit?: string;
  readonly serialNumber?: string;
}

/** SAP's codes of lines that sell goods and take them back. */
const lineKinds: Readonly<Record<string, "sale" | "return">> = { "2001": "sale", "2801": "return" };

/** The lines of a transaction; one without any money (loyalty points, a remark) is none. Throws TicketProblem and RangeError. */
export function readPosdmLines(transaction: JsonObject, currency: string): readonly PosdmLine[] {
  return listOf(transaction, "RETAILLINEITEM").flatMap((line, index) => {
    const id = textOf(line, "RETAILNUMBER", "RETAILSEQUENCENUMBER") || String(index + 1);
    const discounts = listOf(line, "DISCOUNT").flatMap((discount) => {
      const amount = Math.abs(amountOf(discount, "REDUCTIONAMOUNT", currency) ?? 0);
      const promotion = textOf(discount, "BONUSBUYID", "DISCID", "DISCTYPECODE").slice(0, 255);
      return amount === 0 ? [] : [{ amount, ...(promotion === "" ? {} : { promotion }) }];
    });
    const taxes = listOf(line, "TAX", "LINEITEMTAX").flatMap((tax) => {
      const amount = amountOf(tax, "TAXAMOUNT", currency);
      return amount === undefined ? [] : [{ code: (textOf(tax, "TAXTYPECODE") || "tax").slice(0, 255), amount: Math.abs(amount) }];
    });
    const amount = amountOf(line, "SALESAMOUNT", currency);
    if (amount === undefined) {
      if (discounts.length + taxes.length === 0) return [];
      throw new TicketProblem("data.missing", "figure", `amount:${id}`, `line ${id} has discounts or taxes and no SALESAMOUNT`);
    }
    const quantity = quantityOf(line, id);
    return [
      {
        kind: kindOf(line, id, amount, quantity),
        item: itemOf(line, id),
        quantityMillionths: Math.abs(quantity),
        amount: Math.abs(amount),
        discounts,
        taxes,
        ...stated("unit", textOf(line, "SALESUNITOFMEASURE")),
        ...stated("serialNumber", textOf(line, "SERIALNUMBER")),
      },
    ];
  });
}

function stated(name: "unit" | "serialNumber", text: string): Partial<Pick<PosdmLine, "unit" | "serialNumber">> {
  return text === "" ? {} : { [name]: text.slice(0, 255) };
}

/** `before`: the sales amount is the one before discounts. */
export function statedLine({ amount, ...line }: PosdmLine, before: boolean): StatedLine {
  const off = line.discounts.reduce((sum, each) => sum + each.amount, 0);
  return { ...line, gross: before ? amount : amount + off };
}

function kindOf(line: JsonObject, id: string, amount: number, quantity: number): "sale" | "return" {
  const code = textOf(line, "RETAILTYPECODE");
  const kind = Object.hasOwn(lineKinds, code) ? lineKinds[code] : undefined;
  if (kind === undefined)
    throw new TicketProblem(
      "data.value",
      "line-type",
      `line-type:${id}`,
      `line ${id} is of type ${JSON.stringify(code.slice(0, 20))}, which is not read`,
    );
  if (quantity !== 0 && amount !== 0 && quantity < 0 !== amount < 0)
    throw new TicketProblem("data.value", "sign", `sign:${id}`, `line ${id}: its quantity and its sales amount have different signs`);
  return kind === "return" || amount < 0 || quantity < 0 ? "return" : "sale";
}

function itemOf(line: JsonObject, id: string): string {
  const item = textOf(line, "ITEMID");
  if (item === "") throw new TicketProblem("data.missing", "item", `item:${id}`, `line ${id} names no ITEMID`);
  return item;
}

function quantityOf(line: JsonObject, id: string): number {
  const text = textOf(line, "RETAILQUANTITY");
  if (text === "") throw new TicketProblem("data.missing", "figure", `quantity:${id}`, `line ${id} states no RETAILQUANTITY`);
  return parseScaled(text, 6);
}

function amountOf(object: JsonObject, name: string, currency: string): MinorUnits | undefined {
  const text = textOf(object, name);
  return text === "" ? undefined : parseMinorUnits(text, currency);
}
