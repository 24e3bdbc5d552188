import { formatMinorUnits } from "#domain/money";
import { classOfBalanceType, gatewayAccountFor, roles } from "#domain/policy";
import { type ClearingBalance, type ClearingInput, clearingReport } from "#domain/reports";
import { settlementPolicy } from "./settlement-policy.ts";
import type { SettlementWorld } from "./settlement-world.ts";

/** Roles that the sale itself books; a settlement scenario is not about them. */
const ofTheSale: ReadonlySet<string> = new Set([
  "deferred-revenue",
  "refund-payable",
  "sales",
  "tax-payable",
  "price-concessions",
  "sales-returns",
]);

/** Debit less credit in minor units by "<entity> <currency> <role> <dimensions>", over everything that stands in the ERPs. */
export function balancesOf(world: SettlementWorld): Map<string, number> {
  const balances = new Map<string, number>();
  for (const document of world.posted()) {
    if (document.type !== "journal") continue;
    const { entity, currency, event } = document;
    for (const { role, dimensions, amount } of document.lines) {
      if (ofTheSale.has(role) && !event.startsWith("settlement.")) continue;
      const values = (roles[role]?.dimensions ?? []).flatMap((name) =>
        name === "currency" || dimensions[name] === undefined ? [] : [dimensions[name]],
      );
      const name = [entity, role, ...values].join(" ");
      balances.set(`${currency} ${name}`, (balances.get(`${currency} ${name}`) ?? 0) + amount);
    }
  }
  return balances;
}

/** Debit less credit in the currency of the entity's books by "<entity> <role> <dimensions>", as a scenario writes them. */
export function functionalTexts(world: SettlementWorld): Record<string, string> {
  const balances = new Map<string, { amount: number; currency: string }>();
  for (const document of world.posted()) {
    if (document.type !== "journal") continue;
    const { entity, event } = document;
    const currency = settlementPolicy.entities[entity]!.functionalCurrency;
    for (const { role, dimensions, amount, functionalAmount = amount } of document.lines) {
      if (ofTheSale.has(role) && !event.startsWith("settlement.")) continue;
      const values = (roles[role]?.dimensions ?? []).flatMap((name) => (dimensions[name] === undefined ? [] : [dimensions[name]]));
      const name = [entity, role, ...values].join(" ");
      balances.set(name, { amount: (balances.get(name)?.amount ?? 0) + functionalAmount, currency });
    }
  }
  const stand = [...balances].filter(([, { amount }]) => amount !== 0);
  return Object.fromEntries(stand.map(([name, { amount, currency }]) => [name, formatMinorUnits(amount, currency)]).sort());
}

/** As a scenario writes them: decimal, nothing that is 0, and with the currency only where it is not the scenario's. */
export function balanceTexts(world: SettlementWorld, own: string): Record<string, string> {
  return Object.fromEntries(
    [...balancesOf(world)]
      .filter(([, amount]) => amount !== 0)
      .map(([name, amount]) => [name.startsWith(`${own} `) ? name.slice(4) : name, formatMinorUnits(amount, name.slice(0, 3))])
      .sort(),
  );
}

/** "class/code stream" of what is open, the stream without what all of them share. */
export function openTexts(world: SettlementWorld): string[] {
  return world
    .transactions()
    .flatMap((transaction) => world.view(transaction).exceptions.map((state) => ({ transaction, ...state })))
    .filter(({ closed }) => closed === undefined)
    .map(({ transaction, opened }) => `${opened.class}/${opened.code} ${transaction.split(":").at(-1)}`)
    .sort();
}

export function clearingOf(world: SettlementWorld): ClearingBalance[] {
  return clearingReport(inputOf(world));
}

/** What clearing waits for, by item. */
export function waitTexts(world: SettlementWorld): string[] {
  return clearingOf(world)
    .flatMap(({ items }) => items)
    .map(({ transaction, amount, currency, waitsFor, kind }) => {
      const id = (transaction ?? "")
        .replace(/ unpaid$/, "")
        .split(":")
        .at(-1);
      return `${kind} ${id} ${formatMinorUnits(amount, currency)}: ${waitsFor}`;
    })
    .sort();
}

function inputOf(world: SettlementWorld): ClearingInput {
  const rows: ClearingInput["rows"][number][] = [];
  const payouts: ClearingInput["payouts"][number][] = [];
  for (const transaction of world.transactions()) {
    const facts = world.factsOf(transaction);
    const last = <Name extends (typeof facts)[number]["name"]>(name: Name) =>
      [...facts]
        .filter((event) => event.name === name)
        .sort((a, b) => (a.version < b.version ? -1 : 1))
        .at(-1) as Extract<(typeof facts)[number], { name: Name }> | undefined;
    const account = (source: string, id: string, currency: string) => {
      const found = gatewayAccountFor(settlementPolicy, source, id);
      return { entity: found?.entity ?? "", gateway: found?.clearing.gateway ?? "", currency };
    };
    const recorded = last("settlement.recorded");
    const matched = last("settlement.matched");
    if (recorded !== undefined) {
      const { row } = recorded;
      rows.push({
        transaction,
        account: account(row.source, row.account, row.currency),
        row,
        parts: matched?.parts ?? [],
        ...(matched?.entity === undefined ? {} : { seller: matched.entity }),
        unlisted:
          row.class === undefined &&
          classOfBalanceType(settlementPolicy, row.source, row.type) === undefined &&
          last("settlement.released") === undefined,
      });
    }
    const stated = last("payout.stated");
    if (stated !== undefined) {
      const { payout } = stated;
      payouts.push({ transaction, account: account(payout.source, payout.account, payout.currency), payout });
    }
  }
  const lines = world.posted().flatMap((document) =>
    document.type !== "journal"
      ? []
      : document.lines.flatMap(({ role, dimensions, amount }) =>
          role !== "payment-clearing" && role !== "acquirer-clearing"
            ? []
            : [
                {
                  entity: document.entity,
                  gateway: dimensions.gateway ?? dimensions.acquirer ?? "",
                  currency: document.currency,
                  amount,
                  businessDate: document.businessDate,
                  transaction: document.key.split("/", 1)[0]!,
                  reference: document.key,
                },
              ],
        ),
  );
  const settled = new Set(
    Object.values(settlementPolicy.gatewayAccounts ?? {}).map(({ entity, clearing }) => `${entity} ${clearing.gateway}`),
  );
  return { lines, rows, payouts, settled, today: "2026-12-02" };
}
