import { checkDimensions, checkSpan, type KnownNames, type Report, unknown } from "./check-parts.ts";
import { checkCurrencies, checkNarrowing, checkTwice, sorted } from "./governance-checks.ts";
import type { Layer } from "./layer-file.ts";
import { roles } from "./roles.ts";
import { ticketRuleData } from "./ticket-rules.ts";

/** What a reason, the terms of a consignor, a vendor's price and a courier's terms may be narrowed to. */
const about = {
  ticketRules: ["store", "tender"],
  tillReasons: ["reason", "store"],
  stockReasons: ["reason", "store"],
  consignments: ["item-class"],
  dropShip: ["item", "item-class"],
  couriers: ["carrier"],
} as const;

/** Roles that goods can be written off to, or found against: whoever bears them has earned or lost them. */
const bearsGoods: readonly string[] = ["expense", "contra-expense", "revenue", "contra-revenue"];

/** That what stores and vendors are booked by can be told apart and means something: roles, narrowings, currencies, bank accounts. */
export function checkStores(layers: readonly Layer[], known: KnownNames, report: Report): void {
  for (const layer of layers) {
    checkTicketRules(layer, known, report);
    checkReasons(layer, known, report);
    checkTerms(layer, layers, report);
    checkCouriers(layer, known, report);
  }
}

function checkTicketRules(layer: Layer, known: KnownNames, report: Report): void {
  const { ticketRules = [] } = layer.data;
  ticketRules.forEach((each, index) => {
    const path = ["ticketRules", index];
    checkSpan(layer, path, each, report);
    checkNarrowing(layer, [...path, "when"], "a ticket rule", each.when ?? {}, about.ticketRules, report);
    const store = each.when?.store;
    if (store !== undefined && !known.stores.has(store)) report(layer, [...path, "when", "store"], store, unknown("store", known.stores));
    const { fixed, takes } = ticketRuleData(each.rule);
    if (fixed === true && each.severity !== "error") {
      report(layer, [...path, "severity"], each.severity, `no ticket that breaks ${each.rule} can be booked; allowed: error`);
    }
    for (const name of ["limit", "systems"] as const) {
      if (each[name] !== undefined && takes !== name) report(layer, [...path, name], each[name], `${each.rule} knows no ${name}`);
    }
    const tender = each.when?.tender;
    if (tender === undefined) return;
    if (each.rule !== "tender-limit") report(layer, [...path, "when", "tender"], tender, `${each.rule} is asked of no tender`);
    if (tender !== tender.toLowerCase())
      report(layer, [...path, "when", "tender"], tender, "tenders are compared in lower case: write it so");
  });
  checkTwice(layer, "ticketRules", ticketRules, ({ rule, when, from }) => [rule, sorted(when), from], "rule, when and from", report);
}

function checkReasons(layer: Layer, known: KnownNames, report: Report): void {
  const { tillReasons = [], stockReasons = [] } = layer.data;
  tillReasons.forEach((rule, index) => {
    checkReason(layer, "tillReasons", index, rule, known, report);
    if (rule.dimensions !== undefined) checkDimensions(layer, ["tillReasons", index, "dimensions"], rule.role, rule.dimensions, report);
  });
  checkTwice(layer, "tillReasons", tillReasons, ({ kind, when, from }) => [kind, sorted(when), from], "kind, when and from", report);
  stockReasons.forEach((rule, index) => {
    checkReason(layer, "stockReasons", index, rule, known, report);
    if (bearsGoods.includes(roles[rule.role]?.side ?? "")) return;
    report(
      layer,
      ["stockReasons", index, "role"],
      rule.role,
      "bears no goods; allowed: a role of income or expense such as shrink or write-down",
    );
  });
  checkTwice(layer, "stockReasons", stockReasons, ({ when, from }) => [sorted(when), from], "when and from", report);
}

function checkReason(
  layer: Layer,
  section: "tillReasons" | "stockReasons",
  index: number,
  rule: { readonly when?: Readonly<Record<string, string>> | undefined; readonly from: string; readonly to?: string | undefined },
  known: KnownNames,
  report: Report,
): void {
  const path = [section, index];
  const { when = {} } = rule;
  checkSpan(layer, path, rule, report);
  checkNarrowing(layer, [...path, "when"], section, when, about[section], report);
  const { reason, store } = when;
  if (reason !== undefined && reason !== reason.toLowerCase())
    report(layer, [...path, "when", "reason"], reason, "reasons are compared in lower case: write it so");
  if (store !== undefined && !known.stores.has(store)) report(layer, [...path, "when", "store"], store, unknown("store", known.stores));
}

function checkTerms(layer: Layer, layers: readonly Layer[], report: Report): void {
  const { consignments = [], dropShip = [] } = layer.data;
  consignments.forEach((rule, index) => {
    checkSpan(layer, ["consignments", index], rule, report);
    checkNarrowing(layer, ["consignments", index, "when"], "consignments", rule.when ?? {}, about.consignments, report);
  });
  checkTwice(
    layer,
    "consignments",
    consignments,
    ({ consignor, when, from }) => [consignor, sorted(when), from],
    "consignor, when and from",
    report,
  );
  dropShip.forEach((rule, index) => {
    checkSpan(layer, ["dropShip", index], rule, report);
    checkNarrowing(layer, ["dropShip", index, "when"], "dropShip", rule.when ?? {}, about.dropShip, report);
    // A currency that is forgotten would leave the cost of its entities out without a word.
    checkCurrencies(layer, layers, ["dropShip", index, "unitCost"], rule.unitCost, "price", report);
  });
  checkTwice(layer, "dropShip", dropShip, ({ vendor, when, from }) => [vendor, sorted(when), from], "vendor, when and from", report);
}

function checkCouriers(layer: Layer, known: KnownNames, report: Report): void {
  const rules = layer.data.couriers ?? [];
  rules.forEach((rule, index) => {
    const path = ["couriers", index];
    checkSpan(layer, path, rule, report);
    checkNarrowing(layer, [...path, "when"], "couriers", rule.when ?? {}, about.couriers, report);
    if (!known.bankAccounts.has(rule.bankAccount))
      report(layer, [...path, "bankAccount"], rule.bankAccount, unknown("bank account", known.bankAccounts));
  });
  checkTwice(layer, "couriers", rules, ({ when, from }) => [sorted(when), from], "when and from", report);
}
