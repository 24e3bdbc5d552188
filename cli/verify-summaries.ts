import type { TransactionView } from "#domain/lineage";
import { isWindow, summariesIn, summedUp, windowFacts } from "#domain/posting";

/** That each content that counts in a store day or window is in exactly one of its summaries, once it has closed (c35). */
export function verifySummaries(view: TransactionView, check: (name: string, holds: boolean, failure: () => string) => void): void {
  if (!isWindow(view.transaction)) return;
  const facts = windowFacts(view.documents);
  const times = summedUp(summariesIn(view).flatMap(({ document }) => (document.type === "journal" ? [document] : [])));
  for (const [name, count] of times)
    check(
      "what a summary says is said once, and counts",
      count === 1 && facts.current.has(name),
      () => `${view.transaction}: ${name} is summed up ${count} times${facts.current.has(name) ? "" : ", and counts no more"}`,
    );
  if (facts.closing === undefined) return;
  // What nets to nothing is in no summary until something comes that does not.
  const missing = [...facts.current].filter(([name]) => !times.has(name)).sort();
  const sums = new Map<string, number>();
  for (const [, { entity, currency, lines }] of missing)
    for (const { role, dimensions, amount } of lines) {
      const line = JSON.stringify([entity, currency, role, Object.entries(dimensions).sort()]);
      sums.set(line, (sums.get(line) ?? 0) + amount);
    }
  const held = view.exceptions.some(({ closed }) => closed === undefined);
  check(
    "a closed store day or window is summed up in full",
    held || [...sums.values()].every((amount) => amount === 0),
    () => `${view.transaction}: ${missing.length} contributions are in no summary, the first of them ${missing[0]?.[0]}`,
  );
}
