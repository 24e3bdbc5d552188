import { formatQuantity } from "#domain/inventory";
import type { Target, TargetDocument, TargetMovement } from "#domain/ledger";
import { formatMinorUnits } from "#domain/money";

/** A target as an accountant would write it down. Cost of a movement: "at average", or the movement whose cost it takes. */
export function ledgerText(target: Target): string {
  return [
    ...target.documents.flatMap(documentText),
    ...target.problems.map(
      (each) =>
        `! ${each.class}/${each.code} ${each.cause}${each.amount === undefined ? "" : ` ${formatMinorUnits(each.amount, each.currency ?? "USD")}`}`,
    ),
    ...target.heldEvents.map((key) => `held ${key}`),
  ].join("\n");
}

function documentText(document: TargetDocument): string[] {
  const heading = `${document.event} → ${document.kind}`;
  switch (document.type) {
    case "journal":
      return [
        heading,
        ...document.lines.map(
          ({ role, dimensions, amount }) =>
            `  ${amount > 0 ? "Dr" : "  Cr"} ${role}${dimensionText(dimensions)} ${formatMinorUnits(Math.abs(amount), document.currency)}`,
        ),
      ];
    case "stock":
      return [
        heading,
        ...document.movements.map(({ id, item, itemClass, location, quantityMillionths, cost }) => {
          const at = cost === "average" ? "average" : costText(cost, document.currency);
          return `  ${id}: ${formatQuantity(quantityMillionths)} ${item} (${itemClass}) ${location} at ${at}`;
        }),
      ];
    case "told":
      return [`${heading} to ${document.to}`, ...document.facts.map((fact) => `  ${fact.key}`)];
    case "costed":
      return [
        heading,
        ...document.entries.flatMap(({ debit, credit, cost }) => {
          const amount = typeof cost === "number" ? formatMinorUnits(cost, document.currency) : costText(cost, document.currency);
          return [
            `  Dr ${debit.role}${dimensionText(debit.dimensions)} ${amount}`,
            `    Cr ${credit.role}${dimensionText(credit.dimensions)} ${amount}`,
          ];
        }),
      ];
  }
}

function costText(cost: Exclude<TargetMovement["cost"], "average">, currency: string): string {
  if ("amount" in cost) return formatMinorUnits(cost.amount, currency);
  const of = `${cost.document.split("/")[1]} ${cost.movement}`;
  if (!("from" in cost)) return of;
  const part = `${formatQuantity(cost.quantityMillionths)} of ${formatQuantity(cost.issuedMillionths)} after ${formatQuantity(cost.from)}`;
  return `cost + ${cost.markup} of ${of}, ${part}`;
}

function dimensionText(dimensions: Readonly<Record<string, string>>): string {
  const names = Object.entries(dimensions).map(([name, value]) => `${name}:${value}`);
  return names.length === 0 ? "" : `{${names.join(",")}}`;
}

/** A literal ledger, written with the indentation of its test. */
export function ledger(strings: TemplateStringsArray, ...values: readonly string[]): string {
  const lines = String.raw({ raw: strings }, ...values).split("\n");
  const filled = lines.filter((line) => line.trim() !== "");
  const indent = Math.min(...filled.map((line) => line.length - line.trimStart().length));
  return filled.map((line) => line.slice(indent).trimEnd()).join("\n");
}
