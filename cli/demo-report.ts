import { storyOf } from "#functions/transaction-story";
import type { DrainAnswer, Hub } from "#hub";
import type { SampleTruth } from "#sample";
import type { DemoSummary } from "./commands/demo.ts";
import { openRows } from "./commands/exceptions.ts";
import { tell } from "./commands/lineage.ts";
import { trialBalances, trialBalanceText } from "./commands/report.ts";
import type { DeliveryOutcome } from "./demo-day.ts";
import type { DeskOutcome } from "./demo-desk.ts";
import type { ComparedFigure } from "./demo-truth.ts";
import { exceptionsText } from "./exception-desk.ts";
import { inventory } from "./inventory-report.ts";
import { findTransactions, stateOf, tellableStory } from "./read-lineage.ts";
import { clearing, clearingText, payouts, payoutsText } from "./settlement-reports.ts";
import { storeDayReport, storeDayText } from "./store-day-report.ts";
import { storeDayReports, storeDaysText } from "./store-days-overview.ts";
import { grouped, heading, table } from "./table.ts";

export interface DemoReportInput {
  readonly date: string;
  readonly retailer: string;
  readonly outcomes: readonly DeliveryOutcome[];
  readonly desk: readonly DeskOutcome[];
  readonly figures: readonly ComparedFigure[];
  readonly truth: SampleTruth;
  /** The order whose lineage is told. */
  readonly lineageOf: string;
  readonly summary: DemoSummary;
  readonly left: DrainAnswer;
  /** Width for tables and prose. */
  readonly columns: number;
}

/** What a person reads at the end of the demo. */
export async function demoReport(hub: Hub, input: DemoReportInput): Promise<string> {
  const { summary, left, columns } = input;
  const open = await openRows(hub);
  return [
    heading(`${input.retailer}, ${input.date}`),
    await storiesText(hub, input),
    trialBalanceText(hub, await trialBalances(hub, {}), columns),
    heading("Stock per location"),
    await stockText(hub),
    heading("The money arrives: payouts, and what the clearing account waits for"),
    payoutsText(await payouts(hub, {}), columns),
    "",
    clearingText(await clearingOf(hub, "shopify_payments"), columns),
    heading("The stores' days, as people closed them on the next morning"),
    deskText(input),
    "",
    storeDaysText(await storeDayReports(hub, { date: input.date }), columns),
    storeDayText(await storeDayReport(hub, shownStore, input.date), columns),
    heading(`Exceptions: ${open.length} open`),
    open.length === 0 ? "None." : exceptionsText(open, columns),
    heading(`Lineage of ${input.lineageOf}, from the order to the ERP`),
    ...(await Promise.all((await findTransactions(hub, input.lineageOf)).map((view) => tellableStory(hub, view)))).map((story) =>
      tell(story, columns),
    ),
    heading("The day in figures"),
    `${summary.documents} deliveries became ${summary.transactions} transactions`,
    `${summary.journals} journals in the ERP, opening balances included`,
    `debit ${grouped(summary.debit)} ${summary.debit === summary.credit ? "=" : "IS NOT"} credit ${grouped(summary.credit)} (a checksum, not converted)`,
    ...truthLines(input),
    `${summary.exceptions} open exceptions, ${(summary.durationMs / 1000).toFixed(1)} s`,
    ...(left.kind === "left" ? [`${left.messages} messages wait (${left.dead} dead letters)`] : []),
    "",
    "Look further:",
    `  npm run -s hub -- lineage '${input.lineageOf}'`,
    "  npm run -s hub -- exceptions",
    "  npm run -s hub -- report journals --entity CA1",
    "  npm run -s hub -- report clearing",
    "  npm run -s hub -- report store-day",
    "  npm run -s hub -- verify",
  ].join("\n");
}

/** The day that has something of everything: a gap, a held ticket, a drawer over and one short. */
const shownStore = "0101";

function deskText({ desk, columns }: DemoReportInput): string {
  return table(
    [
      { title: "store" },
      { title: "who" },
      { title: "does", wrap: true },
      { title: "because", wrap: true },
      { title: "answer", wrap: true },
    ],
    desk.map(({ store, by, did, reason, answer }) => [store, by, did, reason, answer]),
    columns,
  );
}

/** How the books compare with what the sample knows by its own arithmetic, and where they do not. */
function truthLines({ figures, columns }: DemoReportInput): readonly string[] {
  const different = figures.filter(({ books, truth }) => books !== truth);
  if (different.length === 0) return [`${figures.length} figures of the books are what the sample knows by its own arithmetic`];
  const cents = (amount: number) => grouped((amount / 100).toFixed(2));
  return [
    `${different.length} of ${figures.length} figures of the books ARE NOT what the sample knows by its own arithmetic:`,
    table(
      [{ title: "entity" }, { title: "figure" }, { title: "books", align: "right" }, { title: "truth", align: "right" }],
      different.map(({ entity, figure, books, truth }) => [entity, figure, cents(books), cents(truth)]),
      columns,
    ),
  ];
}

/** One gateway's clearing accounts, and how they tie. */
async function clearingOf(hub: Hub, gateway: string): Promise<Awaited<ReturnType<typeof clearing>>> {
  const { balances, ties } = await clearing(hub, {});
  return { balances: balances.filter((balance) => balance.gateway === gateway), ties };
}

/** What became of each thing that the day is told by. */
async function storiesText(hub: Hub, { truth, outcomes, columns }: DemoReportInput): Promise<string> {
  const rows: string[][] = [];
  for (const { about, text } of truth.stories) {
    if (text === "") continue;
    const outcome = outcomes.find(({ id }) => id === about);
    rows.push([about, text, outcome === undefined ? await endOf(hub, about) : await endOfDelivery(hub, outcome)]);
  }
  return table(
    [
      { title: "what", wrap: true, widthMax: 20 },
      { title: "the story", wrap: true },
      { title: "what became of it", wrap: true },
    ],
    rows,
    columns,
  );
}

async function endOf(hub: Hub, about: string): Promise<string> {
  const views = await findTransactions(hub, about);
  if (views.length === 0) return "nothing on record";
  return views
    .map((view) => {
      const posted = storyOf(view, []).documents.filter((document) => document.answer === "done").length;
      const open = view.exceptions.filter(({ closed }) => closed === undefined).map(({ opened }) => `${opened.class} / ${opened.code}`);
      const healed = view.exceptions.filter(({ closed }) => closed !== undefined).length;
      return [stateOf(view), counted(posted, "document"), ...open, ...(healed > 0 ? [`${counted(healed, "exception")} healed`] : [])].join(
        ", ",
      );
    })
    .join("; ");
}

function counted(count: number, what: string): string {
  return `${count === 0 ? "no" : count} ${what}${count === 1 ? "" : "s"}`;
}

async function endOfDelivery(hub: Hub, outcome: DeliveryOutcome): Promise<string> {
  if (outcome.answer !== "dropped") return outcome.answer;
  const views = outcome.transaction === undefined ? [] : await findTransactions(hub, outcome.transaction);
  const exceptions = views.flatMap((view) => view.exceptions).map(({ opened }) => `${opened.class} / ${opened.code}`);
  return exceptions.length === 0 ? "taken in" : exceptions.join(", ");
}

async function stockText(hub: Hub): Promise<string> {
  const rows = await inventory(hub, {});
  const byLocation = new Map<string, typeof rows>();
  for (const row of rows) byLocation.set(row.location, [...(byLocation.get(row.location) ?? []), row]);
  const cents = (text: string) => Math.round(Number(text) * 100);
  const lines = [...byLocation].map(([location, levels]) => [
    levels[0]?.entity ?? "",
    hub.policy.locations[location]?.name ?? location,
    String(levels.length),
    String(levels.reduce((total, level) => total + Number(level.onHand), 0)),
    grouped((levels.reduce((total, level) => total + cents(level.value), 0) / 100).toFixed(2)),
    String(levels.reduce((total, level) => total + level.movements, 0)),
  ]);
  const moved = [...rows].sort((a, b) => b.movements - a.movements).slice(0, 10);
  return [
    table(
      [
        { title: "entity" },
        { title: "location" },
        { title: "items", align: "right" },
        { title: "on hand", align: "right" },
        { title: "value", align: "right" },
        { title: "movements", align: "right" },
      ],
      lines,
    ),
    "",
    "Most moved items:",
    table(
      [
        { title: "location" },
        { title: "item" },
        { title: "on hand", align: "right" },
        { title: "value", align: "right" },
        { title: "movements", align: "right" },
      ],
      moved.map((row) => [row.location, row.item, row.onHand, grouped(row.value), String(row.movements)]),
    ),
  ].join("\n");
}
