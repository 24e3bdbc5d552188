import { formatQuantity } from "#domain/inventory";
import type { TransactionView } from "#domain/lineage";
import { formatMinorUnits } from "#domain/money";
import { type BoundDocument, foldPlans, type LiveDocument } from "#domain/posting";
import { unitCosts } from "./golden-policy.ts";
import type { Scenario } from "./scenario.ts";

/** What stands in the ERPs and what is open, written as a scenario writes it. Lines are sorted: their order says nothing. */
export function ledgerOf(view: TransactionView, seller: string): Pick<Scenario, "journals" | "stock" | "open"> {
  const journals: Record<string, string[]> = {};
  const stock: Record<string, string[]> = {};
  const live = liveDocuments(view).map(({ document }) => document);
  const nameOf = ({ event: key, kind, entity }: BoundDocument) => {
    const event = key.split(":").slice(1).join(":").replace(/^1$/, "ticket");
    return `${event} ${kind}${entity === seller ? "" : ` in ${entity}`}`;
  };
  for (const document of live) {
    const namesakes = live.filter((other) => nameOf(other) === nameOf(document));
    const name = namesakes.length === 1 ? nameOf(document) : `${nameOf(document)} ${document.currency}`;
    if (document.type === "journal") journals[name] = journalLines(document).sort();
    else stock[name] = movementLines(document).sort();
  }
  const open = view.exceptions
    .filter(({ closed }) => closed === undefined)
    .map(({ opened }) => `${opened.class}/${opened.code} ${opened.cause}`);
  return { journals, stock, open: open.sort() };
}

/** Everything live, of every connection. */
export function liveDocuments(view: TransactionView): LiveDocument[] {
  return [...view.chains.values()].flatMap(({ plans, outcomes }) => [...foldPlans(plans, outcomes).live.values()]);
}

/** A scenario's own expectation in the same order. */
export function expectedLedger({ journals, stock, open }: Scenario): Pick<Scenario, "journals" | "stock" | "open"> {
  const sorted = (by: Record<string, string[]>) => Object.fromEntries(Object.entries(by).map(([name, lines]) => [name, [...lines].sort()]));
  return { journals: sorted(journals), stock: sorted(stock), open: [...open].sort() };
}

/** "Dr role dimensions amount", with " = amount currency" where the books are in another currency than the journal. */
function journalLines({ lines, currency, functionalCurrency }: Extract<BoundDocument, { type: "journal" }>): string[] {
  return lines.map(({ role, dimensions, amount, functionalAmount }) => {
    const line = [functionalAmount > 0 ? "Dr" : "Cr", role, ...dimensionValues(dimensions), formatMinorUnits(Math.abs(amount), currency)];
    const inBooks = `= ${formatMinorUnits(Math.abs(functionalAmount), functionalCurrency)} ${functionalCurrency}`;
    return [...line, ...(functionalCurrency === currency ? [] : [inBooks])].join(" ");
  });
}

/** The currency stands in the amounts already. */
function dimensionValues(dimensions: Readonly<Record<string, string>>): string[] {
  return Object.entries(dimensions).flatMap(([name, value]) => (name === "currency" ? [] : [value]));
}

function movementLines({ movements, functionalCurrency }: Extract<BoundDocument, { type: "stock" }>): string[] {
  return movements.map(({ item, location, quantityMillionths, totalCost, counterRole, counterDimensions }) => {
    const cost = totalCost ?? Math.round((Math.abs(quantityMillionths) * (unitCosts[item] ?? 0)) / 1_000_000);
    const against = counterRole === "cogs" ? "" : ` against ${[counterRole, ...Object.values(counterDimensions ?? {})].join(" ")}`;
    const sign = quantityMillionths > 0 ? "+" : "";
    return `${sign}${formatQuantity(quantityMillionths)} ${item} ${location} at ${formatMinorUnits(cost, functionalCurrency)}${against}`;
  });
}
