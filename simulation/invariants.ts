import { contentHash } from "#domain/canonical";
import { chainOf, factsHash, type LineageItem, type TransactionView, viewTransaction } from "#domain/lineage";
import { foldPlans, toldItem } from "#domain/posting";
import { checkGateways } from "./gateway-books.ts";
import { openCauses } from "./open-causes.ts";
import { checkOrders } from "./order-books.ts";
import type { Played } from "./play.ts";
import type { Script } from "./script.ts";
import type { SimulatedErp } from "./simulated-erp.ts";
import { Violation } from "./violation.ts";

/** What holds in every world that has come to rest, whatever went wrong on the way. */
export function checkRest(played: Played, script: Script): void {
  const items = played.record.items();
  const views = viewsOf(items);
  const onRecord = new Set(items.map(({ transaction, key }) => `${transaction} ${key}`));
  for (const view of views.values()) {
    checkFacts(view);
    checkApprovals(view);
    for (const connection of view.chains.keys()) checkChain(view, connection, played.town.erps.get(connection), onRecord);
  }
  for (const [name, erp] of played.town.erps) {
    checkBalances(name, erp);
    checkStock(name, erp);
    checkStanding(name, erp, views);
    checkGranted(name, erp, played.people.granted);
  }
  checkOrders(played, script, items, views);
  checkGateways(played, script);
}

/** After faults the ERPs hold what they hold without any, and the same things stand open. */
export function compareWithCalm(played: Played, calm: Played): void {
  for (const [name, erp] of played.town.erps) {
    const wanted = calm.town.erps.get(name) as SimulatedErp;
    for (const [key, { hash }] of erp.live) {
      const other = wanted.live.get(key);
      if (other === undefined)
        throw new Violation("the ERP holds what the events ask for", `${name}: ${key} stands, and no event asks for it`);
      if (other.hash !== hash) throw new Violation("the ERP holds what the events ask for", `${name}: ${key} has another content`);
    }
    for (const key of wanted.live.keys())
      if (!erp.live.has(key)) throw new Violation("the ERP holds what the events ask for", `${name}: ${key} is missing`);
    const levels = erp.stockLevels();
    for (const [place, quantity] of wanted.stockLevels())
      if ((levels.get(place) ?? 0) !== quantity)
        throw new Violation(
          "stock is the sum of its movements",
          `${name}: ${place} is ${levels.get(place) ?? 0}, and ${quantity} without faults`,
        );
  }
  const open = openCauses(played.record.items());
  const wanted = openCauses(calm.record.items());
  // The same file dropped once more before it was taken in is one file: whether it is told as a duplicate is a matter of time.
  for (const cause of wanted)
    if (!open.has(cause) && !cause.includes(" source.duplicate-file"))
      throw new Violation("accepted documents are accounted for", `${cause} stands open without faults, and not with them`);
  for (const cause of open)
    if (!wanted.has(cause))
      throw new Violation("accepted documents are accounted for", `${cause} stands open, and nothing is wrong any more`);
}

function viewsOf(items: readonly LineageItem[]): ReadonlyMap<string, TransactionView> {
  const byTransaction = new Map<string, LineageItem[]>();
  for (const item of items) {
    const known = byTransaction.get(item.transaction);
    if (known === undefined) byTransaction.set(item.transaction, [item]);
    else known.push(item);
  }
  return new Map([...byTransaction].map(([transaction, known]) => [transaction, viewTransaction(transaction, known)]));
}

function checkFacts(view: TransactionView): void {
  for (const document of view.documents) {
    const hash = factsHash(document);
    if (hash !== document.contentHash || !document.key.endsWith(hash))
      throw new Violation("facts hash to their key", `${view.transaction} ${document.key}`);
    if (document.issues.length > 0 && view.exceptions.length === 0)
      throw new Violation(
        "accepted documents are accounted for",
        `${view.transaction} ${document.key} is quarantined without an exception`,
      );
  }
}

/** Clocks of two hosts may be five seconds apart. */
const clockSkewMilliseconds = 5_000;

function checkApprovals(view: TransactionView): void {
  for (const { asked, decision } of view.approvals)
    if (decision?.answer === "granted" && Date.parse(decision.at) - Date.parse(asked.expiresAt) >= clockSkewMilliseconds)
      throw new Violation("an approval that expired counts no more", `${view.transaction} ${asked.key}`);
}

function checkChain(view: TransactionView, connection: string, erp: SimulatedErp | undefined, onRecord: ReadonlySet<string>): void {
  const { plans, outcomes } = chainOf(view, connection);
  const known = new Set(view.documents.map(({ key }) => key));
  for (const [index, plan] of plans.entries()) {
    const name = `${view.transaction} plan ${plan.number} of ${connection}`;
    const before = plans[index - 1];
    const previous = before === undefined ? null : contentHash({ plan: before, outcome: outcomes.get(before.number) });
    if (plan.number !== index + 1 || plan.previous !== previous) throw new Violation("plans are chained by hash", name);
    if (!outcomes.has(plan.number)) throw new Violation("plans are finished", `${name} has no outcome`);
    if (before !== undefined && plan.policyRelease < before.policyRelease)
      throw new Violation("plans are chained by hash", `${name} has older policies than the one before`);
    if (before !== undefined && plan.targetVersion < before.targetVersion)
      throw new Violation("plans are chained by hash", `${name} has older rules than the one before`);
    for (const step of plan.steps) {
      if (step.kind !== "tell") continue;
      const told = toldItem(plan, step, plan.at);
      if (!onRecord.has(`${told.transaction} ${told.key}`))
        throw new Violation("what is told is heard", `${name} told ${told.transaction} ${told.key}, which is not on record`);
    }
    for (const key of plan.covers.keys ?? [])
      if (!known.has(key)) throw new Violation("lineage is append-only", `${name} covers ${key}, which is not on record`);
    for (const key of before?.covers.keys ?? [])
      if (plan.covers.keys !== undefined && !plan.covers.keys.includes(key))
        throw new Violation("plans are chained by hash", `${name} forgets ${key}`);
  }
  if (erp === undefined) return;
  for (const [key, live] of foldPlans(plans, outcomes).live)
    if (live.opening !== true && erp.live.get(key)?.erpKey !== live.erpKey)
      throw new Violation("the ERP holds what the events ask for", `${connection}: ${live.erpKey} is taken for posted, and does not stand`);
}

/** Everything that stands in the ERP is what the lineage takes for posted. */
function checkStanding(name: string, erp: SimulatedErp, views: ReadonlyMap<string, TransactionView>): void {
  const live = new Set<string>();
  for (const view of views.values()) {
    const { plans, outcomes } = chainOf(view, name);
    for (const document of foldPlans(plans, outcomes).live.values()) live.add(document.erpKey);
  }
  for (const { erpKey } of erp.live.values())
    if (!live.has(erpKey))
      throw new Violation("the ERP holds what the events ask for", `${name}: ${erpKey} stands, and no recorded answer says so`);
}

function checkBalances(name: string, erp: SimulatedErp): void {
  const sums = new Map<string, number>();
  for (const [id, balance] of erp.balances()) {
    const entity = id.slice(0, id.indexOf(" "));
    sums.set(entity, (sums.get(entity) ?? 0) + balance);
  }
  for (const [entity, off] of sums) if (off !== 0) throw new Violation("trial balances are zero", `${name} ${entity} is off by ${off}`);
}

function checkStock(name: string, erp: SimulatedErp): void {
  const sums = new Map<string, number>();
  for (const { document, entity } of erp.live.values()) {
    if (document.type !== "stock") continue;
    for (const { item, location, quantityMillionths } of document.movements) {
      const place = `${entity} ${item} ${location}`;
      sums.set(place, (sums.get(place) ?? 0) + quantityMillionths);
    }
  }
  for (const [place, quantity] of erp.stockLevels())
    if (quantity !== (sums.get(place) ?? 0))
      throw new Violation(
        "stock is the sum of its movements",
        `${name}: ${place} is ${quantity}, its documents say ${sums.get(place) ?? 0}`,
      );
}

/** Minor units that a concession may come to without a second person: the simulation's own policies. */
const concessionWithoutApproval = 1_000;

/** What people gave away stands with the yes of a second person to that much. */
function checkGranted(name: string, erp: SimulatedErp, granted: ReadonlyMap<string, ReadonlyMap<string, number>>): void {
  for (const { key, document } of erp.live.values()) {
    if (document.type !== "journal") continue;
    const conceded = Math.abs(document.lines.reduce((sum, { role, amount }) => (role === "price-concessions" ? sum + amount : sum), 0));
    const approved = [...(granted.get(key)?.values() ?? [])].reduce((sum, amount) => sum + amount, 0);
    if (conceded > approved + concessionWithoutApproval)
      throw new Violation("what wants an approval has one", `${name}: ${key} gives ${conceded} away, and ${approved} were approved`);
  }
}
