import { chainOf, type TransactionView } from "#domain/lineage";
import { formatMinorUnits } from "#domain/money";
import type { PlanStep, StepResult } from "#domain/posting";
import { openHub } from "#hub";
import { type Command, UsageError } from "../command.ts";
import { findTransactions, rowOf, stateOf } from "../read-lineage.ts";

export const lineage: Command = {
  name: "lineage",
  summary: "The whole story of one transaction, by any id or reference.",
  usage: ["lineage REFERENCE"],
  examples: ["lineage '#1001'", "lineage J-000123   # an ERP document number", "lineage sale:pos:0101:1:2026-11-27:12 --json"],
  options: {},
  async run(input) {
    const [reference] = input.arguments;
    if (reference === undefined)
      throw new UsageError("lineage takes an order name, receipt, payment, refund, fulfilment, ERP document or transaction id");
    const hub = await openHub(input.hub);
    try {
      const stories = (await findTransactions(hub, reference)).map(storyOf);
      if (stories.length === 0) {
        input.terminal.note(`nothing is known under ${JSON.stringify(reference)}`);
        return 1;
      }
      if (input.json) input.terminal.print(JSON.stringify(stories.length === 1 ? stories[0] : stories));
      else for (const story of stories) input.terminal.print(tell(story));
      return 0;
    } finally {
      await hub.close();
    }
  },
};

export type Story = ReturnType<typeof storyOf>;

/** The contract of `lineage --json` (docs/operations.md): references, events, documents, exceptions and state of one transaction. */
export function storyOf(view: TransactionView) {
  const references = new Map(
    view.documents.flatMap((document) => document.references).map((reference) => [`${reference.type} ${reference.value}`, reference]),
  );
  const events = view.documents
    .flatMap((document) =>
      document.events.map((event) => ({
        document: document.key,
        receivedAt: document.at,
        quarantined: document.issues.length > 0,
        rawHash: document.raw.hash,
        event,
      })),
    )
    .sort((a, b) => (a.event.occurredAt < b.event.occurredAt ? -1 : a.event.occurredAt > b.event.occurredAt ? 1 : 0));
  return {
    transaction: view.transaction,
    kind: view.documents[0]?.kind ?? "sale",
    references: [...references.values()],
    events: distinct(events).map(({ event, document, receivedAt, quarantined, rawHash }) => ({
      name: event.name,
      key: event.key,
      version: event.version,
      occurredAt: event.occurredAt,
      receivedAt,
      quarantined,
      document,
      rawHash,
    })),
    documents: [...view.chains.keys()].flatMap((connection) => documentsOf(view, connection)),
    settlements: [] as readonly unknown[],
    exceptions: view.exceptions.map(rowOf),
    state: stateOf(view),
  };
}

// The same content of an event may lie in several documents (an order embeds its refunds): it is told once, by its first arrival.
function distinct<Told extends { readonly event: { readonly key: string; readonly version: string }; readonly receivedAt: string }>(
  told: readonly Told[],
): Told[] {
  const first = new Map<string, Told>();
  for (const each of told) {
    const id = `${each.event.key} ${each.event.version}`;
    const known = first.get(id);
    if (known === undefined || each.receivedAt < known.receivedAt) first.set(id, each);
  }
  return [...first.values()];
}

function documentsOf(view: TransactionView, connection: string) {
  const { plans, outcomes } = chainOf(view, connection);
  return plans.flatMap((plan) =>
    plan.steps.map((step, index) => {
      const result = outcomes.get(plan.number)?.results[index];
      return {
        connection,
        plan: plan.number,
        plannedAt: plan.at,
        step: step.kind,
        key: step.key,
        erpKey: step.erpKey,
        erpDocument: result?.kind === "done" ? result.number : null,
        answer: result?.kind ?? "none",
        ...(result?.kind === "refused" ? { refusal: result.message } : {}),
        policyVersion: plan.policyVersion,
        covers: plan.covers.count,
        ...contentOf(step, result),
      };
    }),
  );
}

function contentOf(step: PlanStep, result: StepResult | undefined) {
  if (step.kind === "reverse") return { reverses: step.reverses, entity: step.entity, lines: [], movements: [] };
  const { document } = step;
  const lines =
    document.type === "journal"
      ? document.lines.map(({ account, role, amount, dimensions }) => ({
          account,
          role,
          debit: amount > 0 ? formatMinorUnits(amount, document.currency) : "",
          credit: amount < 0 ? formatMinorUnits(-amount, document.currency) : "",
          dimensions,
        }))
      : [];
  const costs = new Map((result?.kind === "done" ? (result.costs ?? []) : []).map((cost) => [cost.movement, cost.totalCost]));
  const movements =
    document.type === "stock"
      ? document.movements.map(({ id, item, location, quantityMillionths }) => {
          const cost = costs.get(id);
          return {
            item,
            location,
            quantity: quantityText(quantityMillionths),
            cost: cost === undefined ? null : formatMinorUnits(cost, document.functionalCurrency),
          };
        })
      : [];
  return {
    entity: document.entity,
    businessDate: document.businessDate,
    postingDate: document.postingDate,
    currency: document.currency,
    kind: document.kind,
    event: document.event,
    lines,
    movements,
  };
}

export function quantityText(millionths: number): string {
  const whole = Math.trunc(millionths / 1_000_000);
  const fraction = String(Math.abs(millionths % 1_000_000))
    .padStart(6, "0")
    .replace(/0+$/, "");
  return `${millionths < 0 && whole === 0 ? "-" : ""}${whole}${fraction === "" ? "" : `.${fraction}`}`;
}

/** The story for people: what came, what was posted for it, what is open. */
export function tell(story: Story): string {
  const lines = [`${story.transaction}  (${story.state})`];
  const names = story.references.map(({ type, value }) => `${type} ${value}`);
  if (names.length > 0) lines.push(`  known as   ${names.join(", ")}`);
  lines.push("  events");
  for (const event of story.events) {
    const late = event.quarantined ? "  quarantined" : "";
    lines.push(
      `    ${event.occurredAt.slice(0, 19).replace("T", " ")}  ${event.key}  received ${event.receivedAt.slice(11, 23)}  raw ${event.rawHash.slice(0, 12)}${late}`,
    );
  }
  lines.push("  documents");
  if (story.documents.length === 0) lines.push("    none");
  for (const document of story.documents) {
    const what =
      document.step === "reverse" ? `reversal of ${document.reverses}` : `${document.kind} ${document.businessDate} for ${document.event}`;
    lines.push(
      `    ${document.erpDocument ?? `(${document.answer})`}  ${document.entity}  ${what}  [plan ${document.plan} on ${document.connection}, policy ${document.policyVersion.slice(0, 8)}]`,
    );
    for (const line of document.lines) {
      const dimensions = Object.entries(line.dimensions)
        .map(([name, value]) => `${name} ${value}`)
        .join(", ");
      lines.push(`      ${line.account}  ${line.role.padEnd(24)} ${line.debit.padStart(12)} ${line.credit.padStart(12)}  ${dimensions}`);
    }
    for (const movement of document.movements)
      lines.push(
        `      ${movement.quantity.padStart(6)} × ${movement.item} at ${movement.location}${movement.cost === null ? "" : `, cost ${movement.cost}`}`,
      );
  }
  if (story.exceptions.length > 0) lines.push("  exceptions");
  for (const row of story.exceptions) lines.push(`    ${row.state}  ${row.class} / ${row.code}: ${row.message}`);
  return lines.join("\n");
}
