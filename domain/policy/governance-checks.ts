import { daysBetween, type FiscalCalendar, periodById } from "#domain/calendar";
import { checkSpan, type KnownNames, type Report, unknown } from "./check-parts.ts";
import { elections } from "./elections.ts";
import { estimates } from "./estimates.ts";
import type { Layer } from "./layer-file.ts";
import type { Ownership } from "./ownership.ts";
import type { EntityLayer } from "./policy-schema.ts";

/** What return rules may be narrowed to. */
const aboutReturns: readonly string[] = ["channel", "item", "item-class", "promotion"];
/** What a rule must say under which goods are taken back. */
const termsOfReturn = ["windowDays", "conditions", "channels", "refundTo"] as const;
const moreTermsOfReturn = [
  "windowFrom",
  "refundOrder",
  "refundsShipping",
  "fees",
  "authorizedHours",
  "refundWithinHours",
  "blind",
] as const;
/** What an estimate of freight may be narrowed to. */
const aboutFreight: readonly string[] = ["location", "carrier"];
/** What a rule about unclaimed property may be narrowed to. */
const aboutUnclaimed: readonly string[] = ["kind"];
const weeksOfYear = [52, 53];
const weekDays = 7;

/** That dated rules can be told apart and mean something: values, narrowings, roles, currencies, calendars, periods, jurisdictions. */
export function checkGovernance(layers: readonly Layer[], ownership: Ownership, known: KnownNames, report: Report): void {
  for (const layer of layers) {
    checkElections(layer, known, report);
    checkTolerances(layer, report);
    checkWaits(layer, report);
    checkReturns(layer, report);
    checkPromotions(layer, layers, report);
    checkFreight(layer, layers, known, report);
    checkEstimates(layer, report);
    checkUnclaimedProperty(layer, known, report);
    checkLoyalty(layer, layers, report);
    checkReplacements(layer, report);
    checkApprovals(layer, layers, ownership, report);
    checkCalendar(layer, report);
    if (layer.kind !== "entity") continue;
    checkPeriods(layer, layers, report);
    checkTaxFilings(layer, known, report);
  }
  checkTaxPoints(layers, known, report);
}

function checkElections(layer: Layer, known: KnownNames, report: Report): void {
  const rules = layer.data.elections ?? [];
  rules.forEach((rule, index) => {
    const path = ["elections", index];
    checkSpan(layer, path, rule, report);
    const { values, about }: { readonly values: readonly string[]; readonly about: readonly string[] } = elections[rule.election];
    if (!values.includes(rule.value)) {
      report(layer, [...path, "value"], rule.value, `${rule.election} has no such value; allowed: ${values.join(", ")}`);
    }
    checkNarrowing(layer, [...path, "when"], rule.election, rule.when ?? {}, about, report);
    if (rule.value === "store-day" && rule.when?.channel !== "pos") {
      report(layer, [...path, "when"], rule.when ?? {}, "only stores have a day of their own; allowed: a when that says channel pos");
    }
    if (rule.value === "payout" && (rule.when?.channel ?? "pos") === "pos") {
      report(
        layer,
        [...path, "when"],
        rule.when ?? {},
        "a till's tenders are paid out apart from each other; allowed: a when that says another channel",
      );
    }
    const jurisdiction = rule.when?.jurisdiction;
    if (jurisdiction !== undefined && about.includes("jurisdiction") && !known.jurisdictions.has(jurisdiction)) {
      report(layer, [...path, "when", "jurisdiction"], jurisdiction, unknown("jurisdiction", known.jurisdictions));
    }
  });
  checkTwice(layer, "elections", rules, ({ election, when, from }) => [election, sorted(when), from], "election, when and from", report);
}

function checkTolerances(layer: Layer, report: Report): void {
  const rules = layer.data.tolerances ?? [];
  rules.forEach((rule, index) => {
    checkSpan(layer, ["tolerances", index], rule, report);
  });
  checkTwice(layer, "tolerances", rules, ({ tolerance, from }) => [tolerance, from], "tolerance and from", report);
}

function checkWaits(layer: Layer, report: Report): void {
  const rules = layer.data.waits ?? [];
  rules.forEach((rule, index) => {
    checkSpan(layer, ["waits", index], rule, report);
  });
  checkTwice(layer, "waits", rules, ({ wait, from }) => [wait, from], "wait and from", report);
}

function checkReturns(layer: Layer, report: Report): void {
  const rules = layer.data.returns ?? [];
  rules.forEach((rule, index) => {
    checkSpan(layer, ["returns", index], rule, report);
    checkNarrowing(layer, ["returns", index, "when"], "a return rule", rule.when ?? {}, aboutReturns, report);
    checkTerms(layer, ["returns", index], rule, report);
  });
  checkTwice(layer, "returns", rules, ({ when, from }) => [sorted(when), from], "when and from", report);
}

function checkPromotions(layer: Layer, layers: readonly Layer[], report: Report): void {
  const rules = layer.data.promotions ?? [];
  rules.forEach((rule, index) => {
    const path = ["promotions", index];
    checkSpan(layer, path, rule, report);
    for (const limit of ["lineMaxMinorUnits", "transactionMaxMinorUnits", "totalMaxMinorUnits"] as const) {
      checkCurrencies(layer, layers, [...path, limit], rule[limit], "limit", report);
    }
  });
  // Rules for other days or other channels may name the same code.
  const told = ({ code, channels, from }: (typeof rules)[number]) => [code.toLowerCase(), [...(channels ?? [])].sort(), from];
  checkTwice(layer, "promotions", rules, told, "code, channels and from", report);
}

/** Goods come back on complete terms, or not at all. */
function checkTerms(layer: Layer, path: readonly PropertyKey[], rule: Readonly<Record<string, unknown>>, report: Report): void {
  if (rule.finalSale === true) {
    for (const term of [...termsOfReturn, ...moreTermsOfReturn]) {
      if (rule[term] !== undefined)
        report(layer, [...path, term], rule[term], "means nothing where finalSale is true; take one of them out");
    }
    return;
  }
  for (const term of termsOfReturn) {
    if (rule[term] === undefined) report(layer, [...path, term], undefined, "is missing; a rule says it, or that it is a finalSale");
  }
  const fees = (rule.fees ?? []) as readonly { readonly rate?: string; readonly minorUnits?: object }[];
  fees.forEach((fee, index) => {
    if (fee.rate === undefined && fee.minorUnits === undefined)
      report(layer, [...path, "fees", index], fee, "says no amount; give rate, minorUnits or both");
  });
}

function checkApprovals(layer: Layer, layers: readonly Layer[], { roles }: Ownership, report: Report): void {
  const rules = layer.data.approvals ?? [];
  rules.forEach((rule, index) => {
    const path = ["approvals", index];
    checkSpan(layer, path, rule, report);
    if (!Object.hasOwn(roles, rule.role))
      report(layer, [...path, "role"], rule.role, unknown("role of ownership.json", Object.keys(roles)));
    // A currency that is forgotten would send every amount to the desk.
    checkCurrencies(layer, layers, [...path, "aboveMinorUnits"], rule.aboveMinorUnits, "threshold", report);
  });
  checkTwice(layer, "approvals", rules, ({ kind, role, from }) => [kind, role, from], "kind, role and from", report);
}

function checkFreight(layer: Layer, layers: readonly Layer[], known: KnownNames, report: Report): void {
  const rules = layer.data.freight ?? [];
  rules.forEach((rule, index) => {
    const path = ["freight", index];
    checkSpan(layer, path, rule, report);
    checkNarrowing(layer, [...path, "when"], "freight", rule.when ?? {}, aboutFreight, report);
    const location = rule.when?.location;
    if (location !== undefined && !known.locations.has(location)) {
      report(layer, [...path, "when", "location"], location, unknown("location", known.locations.keys()));
    }
    // A currency that is forgotten would leave the freight of its entities out without a word.
    checkCurrencies(layer, layers, [...path, "perShipment"], rule.perShipment, "estimate", report);
    if (rule.perReturn !== undefined) checkCurrencies(layer, layers, [...path, "perReturn"], rule.perReturn, "estimate", report);
  });
  checkTwice(layer, "freight", rules, ({ when, from }) => [sorted(when), from], "when and from", report);
}

function checkEstimates(layer: Layer, report: Report): void {
  const rules = layer.data.estimates ?? [];
  rules.forEach((rule, index) => {
    const path = ["estimates", index];
    checkSpan(layer, path, rule, report);
    const { about, needs }: { readonly about: readonly string[]; readonly needs: readonly string[] } = estimates[rule.estimate];
    checkNarrowing(layer, [...path, "when"], rule.estimate, rule.when ?? {}, about, report);
    const isNeeded = needs.includes("windowDays");
    if (isNeeded && rule.windowDays === undefined)
      report(layer, [...path, "windowDays"], undefined, `${rule.estimate} needs windowDays: the sales of how many days count`);
    if (!isNeeded && rule.windowDays !== undefined)
      report(layer, [...path, "windowDays"], rule.windowDays, `means nothing for ${rule.estimate}; take it out`);
  });
  checkTwice(layer, "estimates", rules, ({ estimate, when, from }) => [estimate, sorted(when), from], "estimate, when and from", report);
}

function checkUnclaimedProperty(layer: Layer, known: KnownNames, report: Report): void {
  const rules = layer.data.unclaimedProperty ?? [];
  rules.forEach((rule, index) => {
    const path = ["unclaimedProperty", index];
    checkSpan(layer, path, rule, report);
    checkNarrowing(layer, [...path, "when"], "unclaimed property", rule.when ?? {}, aboutUnclaimed, report);
    if (!known.jurisdictions.has(rule.jurisdiction))
      report(layer, [...path, "jurisdiction"], rule.jurisdiction, unknown("jurisdiction", known.jurisdictions));
  });
  checkTwice(layer, "unclaimedProperty", rules, ({ when, from }) => [sorted(when), from], "when and from", report);
}

function checkLoyalty(layer: Layer, layers: readonly Layer[], report: Report): void {
  const rules = layer.data.loyalty ?? [];
  rules.forEach((rule, index) => {
    const path = ["loyalty", index];
    checkSpan(layer, path, rule, report);
    // A currency that is forgotten would leave the points of its sales out of the books without a word.
    checkCurrencies(layer, layers, [...path, "worth"], rule.worth, "worth", report);
  });
  checkTwice(layer, "loyalty", rules, ({ program, from }) => [program, from], "program and from", report);
}

function checkReplacements(layer: Layer, report: Report): void {
  const rules = layer.data.replacements ?? [];
  rules.forEach((rule, index) => {
    checkSpan(layer, ["replacements", index], rule, report);
  });
  checkTwice(layer, "replacements", rules, ({ code, from }) => [code.toLowerCase(), from], "code and from", report);
}

/** That amounts by currency name one for every entity that the layer speaks for. */
export function checkCurrencies(
  layer: Layer,
  layers: readonly Layer[],
  path: readonly PropertyKey[],
  amounts: Readonly<Record<string, number>> | undefined,
  what: string,
  report: Report,
): void {
  if (amounts === undefined) return;
  for (const [entity, currency] of currenciesBelow(layer, layers)) {
    if (Object.hasOwn(amounts, currency)) continue;
    report(layer, path, amounts, `has no ${what} in ${currency}, the currency of ${entity}: name one`);
  }
}

/** The first entity in each currency that a layer's rules hold for. */
function currenciesBelow(layer: Layer, layers: readonly Layer[]): [string, string][] {
  const found = new Map<string, string>();
  for (const each of layers) {
    if (each.kind !== "entity") continue;
    const below = {
      global: true,
      region: each.data.region === layer.id,
      brand: each.data.brand === layer.id,
      entity: each.id === layer.id,
    };
    if (below[layer.kind] && !found.has(each.data.functionalCurrency)) found.set(each.data.functionalCurrency, each.id);
  }
  return [...found].map(([currency, entity]) => [entity, currency]);
}

function checkCalendar(layer: Layer, report: Report): void {
  const { calendar } = layer.data;
  if (calendar?.kind !== "weeks") return;
  calendar.years.forEach(({ name, from }, index) => {
    const before = calendar.years[index - 1];
    if (before === undefined) return;
    const path = ["calendar", "years", index];
    const weeks = daysBetween(before.from, from) / weekDays;
    if (!weeksOfYear.includes(weeks)) {
      report(
        layer,
        [...path, "from"],
        from,
        `is ${weeks} weeks after ${before.name} began on ${before.from}; allowed: ${weeksOfYear.join(" or ")}`,
      );
    }
    if (calendar.years.findIndex((each) => each.name === name) < index)
      report(layer, [...path, "name"], name, "is the name of an earlier year");
  });
}

function checkPeriods(layer: Layer & { kind: "entity" }, layers: readonly Layer[], report: Report): void {
  const rules = layer.data.periods ?? [];
  const calendar = calendarOf(layer.data, layers);
  rules.forEach(({ period }, index) => {
    if (periodById(calendar, period) !== undefined) return;
    const allowed =
      calendar.kind === "months"
        ? "a month such as 2026-11"
        : `${calendar.years[0]?.name}-P01 to ${calendar.years.at(-1)?.name}-P12, as the calendar's years are named`;
    report(layer, ["periods", index, "period"], period, `is no period of the calendar; allowed: ${allowed}`);
  });
  // A period may be closed and opened again on one day: the last one counts. The same state twice in a row says nothing new.
  rules.forEach((rule, index) => {
    const earlier = rules.slice(0, index).findLastIndex(({ period, from }) => period === rule.period && from === rule.from);
    if (rules[earlier]?.state !== rule.state) return;
    report(layer, ["periods", index], rule, `says the same period, from and state as periods[${earlier}]; keep one of the two`);
  });
}

function calendarOf(entity: EntityLayer, layers: readonly Layer[]): FiscalCalendar {
  const above = (kind: Layer["kind"], id: string) => layers.find((layer) => layer.kind === kind && layer.id === id)?.data.calendar;
  return (
    entity.calendar ?? above("brand", entity.brand) ?? above("region", entity.region) ?? above("global", "global") ?? { kind: "months" }
  );
}

function checkTaxFilings(layer: Layer & { kind: "entity" }, known: KnownNames, report: Report): void {
  const rules = layer.data.taxFilings ?? [];
  rules.forEach(({ jurisdiction, filedThrough, from }, index) => {
    const path = ["taxFilings", index];
    if (!known.jurisdictions.has(jurisdiction)) {
      report(layer, [...path, "jurisdiction"], jurisdiction, unknown("jurisdiction", known.jurisdictions));
    }
    if (filedThrough >= from) report(layer, [...path, "filedThrough"], filedThrough, `is not over on ${from}; allowed: a day before from`);
  });
  checkTwice(layer, "taxFilings", rules, (rule) => [rule.jurisdiction, rule.from], "jurisdiction and from", report);
}

/** When a tax is due is decided for each jurisdiction, or for all: nobody is to owe a tax on a day that nobody chose. */
function checkTaxPoints(layers: readonly Layer[], known: KnownNames, report: Report): void {
  const elected = layers.flatMap((layer) => layer.data.elections ?? []).filter(({ election }) => election === "taxPoint");
  if (elected.some(({ when = {} }) => Object.keys(when).length === 0)) return;
  for (const layer of layers) {
    if (layer.kind !== "global" && layer.kind !== "region") continue;
    for (const [id, content] of Object.entries(layer.data.jurisdictions ?? {})) {
      if (!known.jurisdictions.has(id) || elected.some(({ when }) => when?.jurisdiction === id)) continue;
      const message = `no election taxPoint says when its tax is due; allowed: ${elections.taxPoint.values.join(", ")}`;
      report(layer, ["jurisdictions", id], content, message);
    }
  }
}

export function checkNarrowing(
  layer: Layer,
  path: readonly PropertyKey[],
  what: string,
  when: Readonly<Record<string, string>>,
  allowed: readonly string[],
  report: Report,
): void {
  for (const [name, value] of Object.entries(when)) {
    if (allowed.includes(name)) continue;
    report(layer, [...path, name], value, `${what} cannot be narrowed by ${name}; allowed: ${allowed.join(", ") || "none"}`);
  }
}

/** Two rules of a file that nothing tells apart: nobody could say which one counts. */
export function checkTwice<Rule>(
  layer: Layer,
  section: string,
  rules: readonly Rule[],
  sameness: (rule: Rule) => readonly unknown[],
  what: string,
  report: Report,
): void {
  const seen = new Map<string, number>();
  rules.forEach((rule, index) => {
    const name = JSON.stringify(sameness(rule));
    const earlier = seen.get(name);
    if (earlier === undefined) seen.set(name, index);
    else report(layer, [section, index], rule, `says the same ${what} as ${section}[${earlier}]; keep one of the two`);
  });
}

export function sorted(when: Readonly<Record<string, string>> | undefined): readonly unknown[] {
  return Object.entries(when ?? {}).sort();
}
