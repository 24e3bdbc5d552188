import { CellProblem, type Cells } from "#domain/csv";
import { formatMinorUnits, rateOfPercent } from "#domain/money";
import type { StatedLine } from "#domain/pos-files";
import type { PosTableMapping } from "#domain/pos-tables";
import { readPercent, readQuantity, readStatedAmount } from "./read-number.ts";

const onePiece = 1_000_000;

/** A line of a ticket. Throws CellProblem for what cannot be read, and for figures that contradict each other. */
export function readLine(mapping: PosTableMapping, row: Cells<string>, currency: string): StatedLine {
  const { line } = mapping;
  const stated = {
    gross: readStatedAmount(mapping, row, line.gross, currency),
    net: readStatedAmount(mapping, row, line.net, currency),
    discount: readStatedAmount(mapping, row, line.discount, currency),
    tax: readStatedAmount(mapping, row, line.tax, currency),
  };
  const quantity = line.quantity === undefined ? onePiece : readQuantity(mapping, row, line.quantity);
  const signed = stated.gross || stated.net || stated.tax || quantity;
  const kind = kindOf(mapping, row, signed, quantity);
  for (const part of ["net", "discount", "tax"] as const) {
    if ((stated[part] ?? 0) * signed < 0)
      throw new CellProblem("data.value", "sign", line[part], `the ${part} has the opposite sign of the line`);
  }
  const { gross, discount } = grossOf(mapping, stated, currency);
  const promotion = line.promotion === undefined ? undefined : row.stated(line.promotion);
  const collects = collectsOf(mapping, row);
  const description = line.description === undefined ? undefined : row.stated(line.description)?.slice(0, 255);
  return {
    kind,
    ...(collects === undefined ? {} : { collects }),
    item: itemOf(mapping, row, collects !== undefined),
    ...(description === undefined ? {} : { description }),
    quantityMillionths: Math.abs(quantity),
    ...statedText("unit", row, line.unit),
    ...statedText("serialNumber", row, line.serialNumber),
    gross,
    discounts: discount === 0 ? [] : [{ amount: discount, ...(promotion === undefined ? {} : { promotion }) }],
    taxes: taxesOf(mapping, row, stated.tax),
  };
}

function statedText(name: "unit" | "serialNumber", row: Cells<string>, column: string | undefined): Partial<Pick<StatedLine, typeof name>> {
  const text = column === undefined ? undefined : row.stated(column)?.slice(0, 255);
  return text === undefined ? {} : { [name]: text };
}

function itemOf({ line }: PosTableMapping, row: Cells<string>, collects: boolean): string {
  if (typeof line.item !== "string") return line.item.constant;
  return collects ? row.text(line.item) : row.needed(line.item);
}

/** A return is written with a minus, or a column says it; where both speak they agree. */
function kindOf({ line, returns }: PosTableMapping, row: Cells<string>, signed: number, quantity: number): "sale" | "return" {
  const negative = signed < 0;
  if (quantity < 0 && signed > 0)
    throw new CellProblem("data.value", "sign", line.quantity, "the quantity is negative and the amount is not");
  if (line.kind === undefined) return negative ? "return" : "sale";
  const { column } = line.kind;
  const text = row.text(column).toLowerCase();
  const said = line.kind.return.some((value) => value.toLowerCase() === text)
    ? "return"
    : line.kind.sale.some((value) => value.toLowerCase() === text)
      ? "sale"
      : undefined;
  if (said === undefined)
    throw new CellProblem("data.value", "line-kind", column, `${JSON.stringify(text.slice(0, 40))} is in no list of the mapping`);
  const asWritten = returns === "by-kind" ? !negative : negative === (said === "return") || signed === 0;
  if (!asWritten) throw new CellProblem("data.value", "sign", column, `the line is a ${said}, and its amount has the sign of the other`);
  return said;
}

interface StatedFigures {
  readonly gross: number | undefined;
  readonly net: number | undefined;
  readonly discount: number | undefined;
}

/** Without signs, which agree by now. What is not stated of gross, discount and net follows from the other two; all three must agree. */
function grossOf(
  { line }: PosTableMapping,
  { gross, net, discount }: StatedFigures,
  currency: string,
): { gross: number; discount: number } {
  const off = Math.abs(discount ?? 0);
  if (gross !== undefined && net !== undefined) {
    const taken = Math.abs(gross) - Math.abs(net);
    if (taken < 0 || (line.discount !== undefined && taken !== off)) {
      const money = (amount: number) => formatMinorUnits(Math.abs(amount), currency);
      throw new CellProblem(
        "money.amount-mismatch",
        "line-figures",
        line.net,
        `${money(gross)} before discounts, discounts of ${money(off)} and ${money(net)} after them do not agree`,
      );
    }
    return { gross: Math.abs(gross), discount: taken };
  }
  if (gross !== undefined) return { gross: Math.abs(gross), discount: off };
  if (net !== undefined) return { gross: Math.abs(net) + off, discount: off };
  throw new CellProblem("data.missing", "cell", line.gross ?? line.net, "the row states no amount");
}

function taxesOf(mapping: PosTableMapping, row: Cells<string>, amount: number | undefined): StatedLine["taxes"] {
  const { taxCode, taxRate } = mapping.line;
  if (amount === undefined) return [];
  const code = typeof taxCode === "string" ? row.text(taxCode) || "tax" : (taxCode?.constant ?? "tax");
  const percent = taxRate === undefined || row.text(taxRate) === "" ? undefined : readPercent(mapping, row, taxRate);
  if (percent === undefined) return amount === 0 && taxCode === undefined ? [] : [{ code, amount: Math.abs(amount) }];
  return [{ code, rate: row.read(taxRate ?? "", () => rateOfPercent(percent)), amount: Math.abs(amount) }];
}

function collectsOf({ line }: PosTableMapping, row: Cells<string>): StatedLine["collects"] {
  if (line.collects === undefined) return undefined;
  const text = row.text(line.collects.column).toLowerCase();
  return Object.entries(line.collects.values).find(([value]) => value.toLowerCase() === text)?.[1];
}
