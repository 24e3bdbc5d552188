import { eventKey, sourceKey } from "#domain/identity";
import type { ParsedDocument, TransactionView } from "#domain/lineage";
import { exchangeRateFor, type Policy } from "#domain/policy";
import type { Decision, PostingRules } from "./decision.ts";
import { gatherFacts } from "./gather-facts.ts";

const rateMissing = "money.fx-rate-missing";

/** Whether documents of the transaction wait for a rate, as this decision found or as one before it did. */
export function waitsForRate(view: TransactionView, decision: Decision): boolean {
  const found = decision.exceptions.some((item) => item.type === "exception" && item.class === rateMissing);
  return found || view.exceptions.some(({ opened, closed }) => closed === undefined && opened.class === rateMissing);
}

/**
 * The rates that documents of the transaction wait for and policy knows, as facts to be recorded in it (c33): each is fixed once, and what
 * policy says of that day later changes nothing. Two that are fixed at once under two releases are two versions of one fact: the later release
 * counts for both.
 */
export function rateFacts(view: TransactionView, policy: Policy, rules: PostingRules): ParsedDocument[] {
  const { events } = gatherFacts(view.documents);
  const { ratesWanted = [] } = rules.target(events, policy, view.transaction);
  const [first] = view.documents;
  if (first === undefined) return [];
  const { kind, channel, shop } = first;
  return ratesWanted.flatMap((question) => {
    const found = exchangeRateFor(policy, question);
    if (found === undefined) return [];
    const { from, to, day } = question;
    const id = `${from}-${to}-${day}`;
    return [
      {
        transaction: view.transaction,
        kind,
        source: sourceKey(channel, shop, "exchange-rate", id),
        channel,
        shop,
        events: [
          {
            name: "rate.fixed",
            schema: 1,
            key: eventKey("rate.fixed", id),
            version: String(policy.release).padStart(9, "0"),
            occurredAt: `${day}T00:00:00.000Z`,
            from,
            to,
            day,
            rate: found.rate,
            publishedOn: found.from,
            source: found.why.slice(0, sourceCharactersMax),
          },
        ],
        references: [],
        issues: [],
      },
    ];
  });
}

const sourceCharactersMax = 255;
