import { formatMinorUnits } from "#domain/money";
import { accountFor } from "#domain/policy";
import { IntercompanyPairs } from "#domain/posting";
import {
  type ConsolidatedTrialBalance,
  consolidate,
  eliminationDifference,
  type Translation,
  type TranslationRate,
  translate,
} from "#domain/reports";
import type { Hub } from "#hub";
import type { ReportFilter } from "./erp-journals.ts";
import { ledgerLines } from "./ledger-reports.ts";
import { allTransactions } from "./read-lineage.ts";
import { grouped, heading, table } from "./table.ts";

/** The trial balances of all entities as one per currency, from the journals that their ERPs hold. */
export async function consolidatedTrialBalances(hub: Hub, filter: Omit<ReportFilter, "entity">): Promise<ConsolidatedTrialBalance[]> {
  return consolidate(await ledgerLines(hub, filter));
}

/** The whole group in one currency, and the rates that it was translated at; or those that are missing. */
export interface TranslatedGroup {
  readonly group: ConsolidatedTrialBalance | undefined;
  readonly rates: Translation["used"];
  readonly missing: readonly TranslationRate[];
}

/** The trial balances of all entities as one in the currency of the group, at the rates of the policies (fxRates). */
export async function translatedTrialBalance(hub: Hub, filter: Omit<ReportFilter, "entity">, currency: string): Promise<TranslatedGroup> {
  const { policy } = hub;
  const lines = await ledgerLines(hub, filter);
  const closingDay = filter.to ?? hub.clock.now().slice(0, 10);
  const pairs = new IntercompanyPairs();
  for await (const view of allTransactions(hub)) pairs.note(view);
  const inFlight = new Set(pairs.inFlight().map(({ posted, missing }) => [posted, missing].sort().join(" ")));
  const {
    lines: translated,
    used: rates,
    missing,
  } = translate({
    lines,
    currency,
    closingDay,
    fxRates: policy.fxRates ?? [],
    roleOf: (account) => policy.accounts.find((rule) => rule.account === account)?.role,
    adjustmentAccount: (entity) =>
      accountFor(policy, "translation-adjustment", { entity }, entity, closingDay)?.account ?? "translation-adjustment",
    isInFlight: (a, b) => inFlight.has([a, b].sort().join(" ")),
  });
  return { group: consolidate(translated)[0], rates, missing };
}

/** What to do about rates that are missing. */
export function missingRatesText(missing: readonly TranslationRate[], currency: string): string {
  return [
    `nothing is translated: these rates into ${currency} are missing. Add them to the fxRates of the policies, and release them:`,
    ...missing.map(({ of, kind, on }) => `  ${of}, ${kind} of ${on}`),
  ].join("\n");
}

export function ratesText(rates: Translation["used"], currency: string): string {
  return rates.map(({ of, kind, on, rate }) => `1 ${of} = ${rate} ${currency}, ${kind} rate of ${on}`).join("\n");
}

/** Machine output: amounts as decimal strings of the currency, debit balances positive. */
export function consolidatedJson(trialBalance: ConsolidatedTrialBalance) {
  const money = (amount: number) => formatMinorUnits(amount, trialBalance.currency);
  return {
    currency: trialBalance.currency,
    entities: trialBalance.entities,
    accounts: trialBalance.accounts.map(({ account, byEntity, eliminated, consolidated }) => ({
      account,
      byEntity: Object.fromEntries(Object.entries(byEntity).map(([entity, amount]) => [entity, money(amount)])),
      eliminated: money(eliminated),
      consolidated: money(consolidated),
    })),
    pairs: trialBalance.pairs.map(({ entities, balances, trade }) => ({ entities, balances: money(balances), trade: money(trade) })),
    notEliminated: trialBalance.notEliminated,
    eliminationDifference: money(eliminationDifference(trialBalance)),
  };
}

export function consolidatedText(hub: Hub, trialBalance: ConsolidatedTrialBalance, columns: number): string {
  const { currency, entities, accounts, pairs, notEliminated } = trialBalance;
  const money = (amount: number) => (amount === 0 ? "" : grouped(formatMinorUnits(amount, currency)));
  const names = new Map(hub.policy.accounts.map(({ account, name }) => [account, name]));
  const total = (amounts: readonly number[]) =>
    grouped(
      formatMinorUnits(
        amounts.reduce((sum, amount) => sum + amount, 0),
        currency,
      ),
    );
  return [
    heading(`Consolidated trial balance, ${entities.join(", ")}, in ${currency}; debit balances positive`),
    table(
      [
        { title: "account" },
        { title: "name", wrap: true },
        ...[...entities, "eliminated", "consolidated"].map((title) => ({ title, align: "right" as const })),
      ],
      [
        ...accounts.map(({ account, byEntity, eliminated, consolidated }) => [
          account,
          names.get(account) ?? "",
          ...entities.map((entity) => money(byEntity[entity] ?? 0)),
          money(eliminated),
          money(consolidated),
        ]),
        [
          "",
          "Total",
          ...entities.map((entity) => total(accounts.map(({ byEntity }) => byEntity[entity] ?? 0))),
          total(accounts.map(({ eliminated }) => eliminated)),
          total(accounts.map(({ consolidated }) => consolidated)),
        ],
      ],
      columns,
    ),
    ...pairs.map(({ entities: [a, b], balances, trade }) => {
      if (balances === 0 && trade === 0) return `${a} and ${b}: both books say the same.`;
      const off = [balances === 0 ? "" : `balances differ by ${money(balances)}`, trade === 0 ? "" : `trade differs by ${money(trade)}`];
      return `${a} and ${b}: ${off.filter((each) => each !== "").join(", ")}: a leg is in flight or held; see report journals and exceptions.`;
    }),
    ...(notEliminated.length === 0
      ? []
      : [
          `Not eliminated here: dealings with ${notEliminated.join(", ")}, which keep${notEliminated.length === 1 ? "s" : ""} books in another currency.`,
        ]),
  ].join("\n");
}
