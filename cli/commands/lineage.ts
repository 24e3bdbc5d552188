import type { Story } from "#functions/transaction-story";
import { openHub } from "#hub";
import { type Command, UsageError } from "../command.ts";
import { findTransactions, tellableStory } from "../read-lineage.ts";
import { grouped, table, wrap } from "../table.ts";
import { lineTable } from "./report.ts";

export const lineage: Command = {
  name: "lineage",
  summary: "The whole story of one transaction, by any id or reference.",
  usage: ["lineage REFERENCE"],
  examples: ["lineage '#1001'", "lineage FVC-000037   # an ERP document number", "lineage sale:pos:0101:1:2026-11-27:12 --json"],
  argumentsMax: 1,
  options: {},
  async run(input) {
    const [reference] = input.arguments;
    if (reference === undefined)
      throw new UsageError("lineage takes an order name, receipt, payment, refund, fulfilment, ERP document or transaction id");
    const hub = await openHub(input.hub);
    try {
      const stories = await Promise.all((await findTransactions(hub, reference)).map((view) => tellableStory(hub, view)));
      if (stories.length === 0) {
        input.terminal.note(`nothing is known under ${JSON.stringify(reference)}`);
        return 1;
      }
      if (input.json) input.terminal.print(JSON.stringify(stories.length === 1 ? stories[0] : stories));
      else for (const story of stories) input.terminal.print(tell(story, input.terminal.columns));
      return 0;
    } finally {
      await hub.close();
    }
  },
};

/** The story for people: what came, what was posted for it, what is open. */
export function tell(story: Story, columns: number): string {
  return [
    `${story.transaction}  (${story.state})`,
    ...namesOf(story, columns),
    "",
    "  Events, by when they happened (UTC)",
    ...indented(eventTable(story, columns - 4), "    "),
    "",
    "  Documents in the ERP",
    ...(story.documents.length === 0 ? ["    none"] : story.documents.flatMap((document) => documentText(document, columns))),
    ...returnsOf(story, columns),
    ...(story.settlements.length === 0 ? [] : ["", "  Settled by the gateway"]),
    ...story.settlements.flatMap(({ payment, amount, currency, payout, matchedBy, settlement }) => {
      const into = payout === null ? "no payout yet" : `payout ${payout}`;
      return [`    payment ${payment}: ${grouped(amount)} ${currency}, ${into}`, `      matched by ${matchedBy} to`, `    ${settlement}`];
    }),
    ...(story.told.length === 0 ? [] : ["", "  Told to other transactions"]),
    ...story.told.flatMap(({ to, facts, plan, connection, answer }) => [
      `    ${to}`,
      `      ${facts.length === 0 ? "withdrawn" : facts.map(({ key }) => key).join(", ")}`,
      `      plan ${plan} on ${connection}${answer === "done" ? "" : `, ${answer}`}`,
    ]),
    ...(story.summaries.length === 0 ? [] : ["", "  Summed up in"]),
    ...story.summaries.flatMap(({ document, window, erpDocument }) => [
      `    ${erpDocument ?? "(waits for the close)"}  ${window}`,
      `      ${document}`,
    ]),
    ...(story.exceptions.length === 0 ? [] : ["", "  Exceptions"]),
    ...story.exceptions.flatMap((row) => [
      `    ${row.state}  ${row.class} / ${row.code}`,
      ...wrap(row.message, columns - 6).map((line) => `      ${line}`),
    ]),
  ].join("\n");
}

/** Where there is less room, the time of receipt and the hash of the raw body are left to --json. */
const columnsForReceipt = 110;

function eventTable(story: Story, width: number): string {
  const wide = width >= columnsForReceipt;
  const told = new Set<string>();
  const rows = story.events.map((event) => {
    const again = told.has(event.key) ? (wide ? "stated again" : "again") : "";
    told.add(event.key);
    const toldBy = event.toldBy === undefined ? again : `told by ${event.toldBy}`;
    const cells = [secondText(event.occurredAt), event.key, event.quarantined ? "quarantined" : toldBy];
    return wide ? [...cells, secondText(event.receivedAt), event.rawHash.slice(0, 12)] : cells;
  });
  const titles = [{ title: "happened" }, { title: "event" }, { title: wide ? "remark" : "note" }];
  return table(wide ? [...titles, { title: "received" }, { title: "raw body" }] : titles, rows);
}

/** Returns that were authorised: what is promised, and how it ended. */
function returnsOf({ returns }: Story, columns: number): string[] {
  if (returns.length === 0) return [];
  const told = returns.flatMap(({ authorization, state, channel, place, expiresAt, event, currency, payable, lines }) => {
    const goods = lines.map(({ quantity, item, lineId }) => `${quantity} ${item === "" ? `of line ${lineId}` : item}`).join(", ");
    const how = state === "open" ? `until ${secondText(expiresAt)}` : event === null ? "" : `by ${event}`;
    return wrap(`${authorization}  ${state} ${how}: ${goods} at ${channel} ${place} for ${grouped(payable)} ${currency}`, columns - 4);
  });
  return ["", "  Authorised returns", ...told.map((line) => `    ${line}`)];
}

/** Every other name of the transaction, by type. */
function namesOf(story: Story, columns: number): string[] {
  const byType = new Map<string, string[]>();
  for (const { type, value } of story.references) byType.set(type, [...(byType.get(type) ?? []), value]);
  const text = [...byType].map(([type, values]) => `${type} ${values.join(" ")}`).join(", ");
  return text === "" ? [] : wrap(text, columns - 13).map((line, index) => `${index === 0 ? "  known as   " : "             "}${line}`);
}

function documentText(document: Story["documents"][number], columns: number): string[] {
  const posted =
    document.postingDate === undefined || document.postingDate === document.businessDate ? "" : `, posted on ${document.postingDate}`;
  const what =
    document.kind === undefined
      ? ""
      : `${document.kind}, business day ${document.businessDate}${posted}, in ${document.currency}${document.functionalCurrency === undefined ? "" : `, books in ${document.functionalCurrency}`}`;
  const cause = document.step === "reverse" ? `of ${document.reverses}` : `for ${document.event ?? document.key}`;
  return [
    `    ${document.erpDocument ?? `(${document.step === "opening" ? "opening balance" : document.answer})`}  ${document.entity}  ${document.step === "reverse" ? `reversal, posted on ${document.postingDate}` : what}`,
    `      ${cause}`,
    `      plan ${document.plan} on ${document.connection}, policy ${document.policyVersion.slice(0, 8)}`,
    ...("refusal" in document ? [`      refused: ${document.refusal}`] : []),
    ...(document.lines.length === 0 ? [] : indented(lineTable(document.lines, columns - 6), "      ")),
    ...contributionsText(document.contributions ?? []),
    ...(document.movements.length === 0
      ? []
      : indented(
          table(
            [{ title: "pieces", align: "right" }, { title: "item" }, { title: "location" }, { title: "cost", align: "right" }],
            document.movements.map(({ quantity, item, location, cost }) => [quantity, item, location, cost === null ? "" : grouped(cost)]),
          ),
          "      ",
        )),
    "",
  ];
}

const contributionsShownMax = 20;

/** What a summary sums up; all of it is in --json. */
function contributionsText(contributions: NonNullable<Story["documents"][number]["contributions"]>): string[] {
  if (contributions.length === 0) return [];
  const more = contributions.length - contributionsShownMax;
  return [
    `      of ${contributions.length} contribution${contributions.length === 1 ? "" : "s"}`,
    ...contributions.slice(0, contributionsShownMax).map(({ document, effect }) => `        ${effect === "added" ? "+" : "−"} ${document}`),
    ...(more > 0 ? [`        and ${more} more: see --json`] : []),
  ];
}

function indented(text: string, by: string): string[] {
  return text.split("\n").map((line) => by + line);
}

function secondText(instant: string): string {
  return instant.slice(0, 19).replace("T", " ");
}
