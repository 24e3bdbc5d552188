import { globSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import ts from "typescript";
import * as z from "zod/mini";
import { eventsOfTopics } from "#adapters/channels/shopify";
import { type EventName, eventSchema } from "#domain/events";
import { statedEventNames } from "#domain/intake";
import { eventExamples } from "./event-examples.ts";

const eventsFolder = resolve(import.meta.dirname, "../domain/events");

interface JsonSchema {
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly maxLength?: number;
  readonly minLength?: number;
  readonly items?: JsonSchema;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
}

/** Beside the topics of Shopify, which its adapter lists itself. */
const otherProducers: Partial<Record<EventName, string>> = {
  "ticket.completed": "POS files (`adapters/channels/poslog/`)",
  "ticket.voided": "POS files, the post-void of a till; a ticket that takes the place of another, told by its plan",
  "account.moved": "the stream of the ticket, told to that of the account",
  "till.moved": "POS files, tender control",
  "till.counted": "POS files, tender control",
  "till.balanced": "`decide-postings`, once the day is audited and whenever something changes what is expected",
  "bank-deposit.sent": "the stream of the store day or of the order that a courier collected for, told by its plan",
  "sequences.seen": "`ingest-pos-chunk`, for each part of a file",
  "stock.received": "POS files, inventory control",
  "stock.returned-to-vendor": "POS files, inventory control",
  "stock.counted": "POS files, inventory control",
  "stock.adjusted": "POS files, inventory control",
  "original.found": "`decide-postings`, when it finds the sale that a ticket takes goods back of",
  "return.taken-back": "the stream of the ticket, told to that of the sale",
  "file.received": "`close-pos-file`, for each POS file",
  "posting.contributed": "a transaction whose journals are posted as a summary, told by its plan",
  "store-day.audited": "`store-day audit`, a named person",
  "store-day.reopened": "`store-day reopen`, a named person",
  "store-day.waived": "`store-day waive`, a named person",
  "store-day.reconciled": "`store-day reconcile`, a named person",
  "ticket.tallied": "the stream of the ticket, told to its store day",
  "window.ended": "`end-window`, when the hour or minute is over",
  "certificate.issued": "`report certificate`",
  "period-sales.stated": "`period accrue`, a named person",
  "settlement-file.received": "`close-settlement-file`, for each settlement report and bank statement",
  "settlement.recorded": "`ingest-settlement-chunk`, for each row of a settlement report",
  "settlement.matched": "`match-settlements`",
  "settlement.released":
    "`match-settlements`, when a bank line shows the payout; `release-settlement-row`, when the period of the row ends",
  "payment.settled": "`match-settlements`, in the stream of the sale",
  "payout.stated": "`ingest-settlement-chunk`, for each payout of a settlement report",
  "payout.returned": "`ingest-settlement-chunk`, for the row that says so",
  "payout.banked": "`match-settlements`, in the stream of the payout",
  "payout.reconciled": "`follow-payout`, in the stream of the payout",
  "variance.written-off": "`exceptions resolve --write-off`, a named person",
  "bank-line.booked": "`ingest-settlement-chunk`, for each line of a bank statement",
  "bank-line.matched": "`match-settlements`",
  "return.requested": readBack("return"),
  "return.authorized": readBack("return"),
  "return.received": readBack("return, a reverse fulfillment order"),
  "return.rejected": readBack("return"),
  "return.cancelled": readBack("return"),
  "return.closed": readBack("return"),
  "exchange.arranged": readBack("return"),
  "transfer.shipped": `${readBack("inventory transfer")}; POS files, inventory control`,
  "transfer.received": `${readBack("inventory transfer")}; POS files, inventory control`,
};

function readBack(what: string): string {
  return `\`fetch-source-document\`, from Shopify: a ${what}`;
}

/** Who states an event. One that nobody states yet says so: its schema is there for channels that can. */
function producers(name: string): string {
  const topics = [...eventsOfTopics].filter(([, names]) => (names as readonly string[]).includes(name)).map(([topic]) => `\`${topic}\``);
  const shopify = topics.length === 0 ? [] : [`Shopify ${topics.join(", ")}`];
  const other = otherProducers[name as EventName];
  const stated = (statedEventNames as readonly string[]).includes(name) ? ["`POST /v1/events`"] : [];
  const all = [...shopify, ...(other === undefined ? [] : [other]), ...stated];
  return all.length === 0 ? "no channel of the hub states it yet" : all.join("; ");
}

/** docs/events.md: every event of the bus with its meaning, its fields, its JSON Schema and an example, from domain/events itself. */
export function eventDocs(): string {
  const declarations = schemaDeclarations();
  const events = eventSchema.def.options.map((option) => {
    const schema = z.toJSONSchema(option) as JsonSchema;
    const name = String(schema.properties?.name?.const);
    const declaration = [...declarations.values()].find((each) => statedName(each.literal) === name);
    if (declaration === undefined) throw new Error(`no schema of domain/events states name: z.literal("${name}")`);
    return { name, schema, doc: withoutPrefix(declaration.doc, `${name}: `), fields: fieldDocs(declaration.literal, declarations) };
  });
  return [
    "# Events of the bus",
    "",
    "Generated by `npm run docs` from `domain/events/`; a test holds this file to it. Every event carries `name`, `schema`, `key`,",
    "`version` and `occurredAt`. Amounts are whole minor units (cents for USD), quantities whole millionths of the item's unit, ids strings.",
    "`schema` counts the changes of meaning of one event: what is stored at an older one is upgraded when it is read, one that is newer than",
    "the release that reads it is held by name and never mis-read.",
    "",
    "| event | meaning |",
    "|---|---|",
    ...events.map(({ name, doc }) => `| [\`${name}\`](#${name.replaceAll(".", "")}) | ${cell(doc)} |`),
    "",
    ...events.flatMap(({ name, schema, doc, fields }) => [
      `## ${name}`,
      "",
      doc,
      "",
      `**Stated by:** ${producers(name)}.`,
      "",
      "| field | holds | |",
      "|---|---|---|",
      ...rows(schema, fields, ""),
      "",
      "<details><summary>Example</summary>",
      "",
      "```json",
      JSON.stringify(eventExamples[name as EventName], null, 2),
      "```",
      "",
      "</details>",
      "",
      "<details><summary>JSON Schema</summary>",
      "",
      "```json",
      JSON.stringify(schema, null, 2),
      "```",
      "",
      "</details>",
      "",
    ]),
  ].join("\n");
}

interface FieldDoc {
  readonly doc: string;
  readonly inside: ReadonlyMap<string, FieldDoc>;
}

function rows(schema: JsonSchema, docs: ReadonlyMap<string, FieldDoc>, path: string): string[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, property]) => {
    const doc = docs.get(name);
    const inner = property.items ?? property;
    const at = `${path}${name}${property.items === undefined ? "" : "[]"}`;
    const required = schema.required?.includes(name) === true ? "" : ", optional";
    return [`| \`${at}\` | ${holds(inner)}${required} | ${cell(doc?.doc ?? "")} |`, ...rows(inner, doc?.inside ?? new Map(), `${at}.`)];
  });
}

function holds(schema: JsonSchema): string {
  if (schema.const !== undefined) return `\`${JSON.stringify(schema.const)}\``;
  if (schema.enum !== undefined) return schema.enum.map((value) => `\`${String(value)}\``).join(", ");
  if (schema.type === "integer") return (schema.minimum ?? -1) >= 0 ? "whole number, not negative" : "whole number";
  if (schema.type === "string" && schema.pattern !== undefined) return `text like \`${schema.pattern.replaceAll("|", "\\|")}\``;
  if (schema.type === "string")
    return schema.maxLength === undefined ? "text" : `text, ${schema.minLength ?? 0} to ${schema.maxLength} characters`;
  return schema.type ?? "any";
}

function withoutPrefix(text: string, prefix: string): string {
  const rest = text.startsWith(prefix) ? text.slice(prefix.length) : text;
  return rest.charAt(0).toUpperCase() + rest.slice(1);
}

function cell(text: string): string {
  return text.replace(/\s*\n\s*/g, " ").replaceAll("|", "\\|");
}

interface Declaration {
  readonly doc: string;
  readonly initializer: ts.Expression;
  /** The object whose members are the schema's fields, where there is one. */
  readonly literal: ts.ObjectLiteralExpression | undefined;
}

/** The constants of domain/events by name, with their doc comments. */
function schemaDeclarations(): Map<string, Declaration> {
  const declarations = new Map<string, Declaration>();
  for (const path of globSync("*.ts", { cwd: eventsFolder }).sort()) {
    const file = ts.createSourceFile(path, readFileSync(resolve(eventsFolder, path), "utf8"), ts.ScriptTarget.Latest, true);
    for (const statement of file.statements) {
      if (!ts.isVariableStatement(statement)) continue;
      for (const { name, initializer } of statement.declarationList.declarations) {
        if (!ts.isIdentifier(name) || initializer === undefined) continue;
        declarations.set(name.text, { doc: docOf(statement), initializer, literal: objectIn(initializer) });
      }
    }
  }
  return declarations;
}

function fieldDocs(
  literal: ts.ObjectLiteralExpression | undefined,
  declarations: ReadonlyMap<string, Declaration>,
): ReadonlyMap<string, FieldDoc> {
  const docs = new Map<string, FieldDoc>();
  for (const member of literal?.properties ?? []) {
    if (ts.isSpreadAssignment(member)) {
      const spread = declarations.get(member.expression.getText());
      for (const [name, doc] of fieldDocs(spread?.literal, declarations)) docs.set(name, doc);
    } else if (ts.isShorthandPropertyAssignment(member)) {
      const named = declarations.get(member.name.text);
      docs.set(member.name.text, { doc: docOf(member) || (named?.doc ?? ""), inside: fieldDocs(named?.literal, declarations) });
    } else if (ts.isPropertyAssignment(member)) {
      const content = contentOf(member.initializer);
      const named = declarations.get(content.getText());
      docs.set(member.name.getText(), {
        doc: docOf(member) || (named?.doc ?? ""),
        inside: fieldDocs(objectIn(content) ?? named?.literal, declarations),
      });
    }
  }
  return docs;
}

/** `minorUnits` of `z.optional(z.array(minorUnits))`; what a `.check(…)` narrows is no longer what the doc of its schema says. */
function contentOf(expression: ts.Expression): ts.Expression {
  if (!ts.isCallExpression(expression) || !ts.isPropertyAccessExpression(expression.expression)) return expression;
  const [argument] = expression.arguments;
  const wraps = ["z.optional", "z.array"].includes(expression.expression.getText());
  return wraps && argument !== undefined ? contentOf(argument) : expression;
}

/** The object literal that an expression is, or that it hands to z.object. */
function objectIn(expression: ts.Expression): ts.ObjectLiteralExpression | undefined {
  if (ts.isObjectLiteralExpression(expression)) return expression;
  if (!ts.isCallExpression(expression) || expression.expression.getText() !== "z.object") return undefined;
  const [argument] = expression.arguments;
  return argument !== undefined && ts.isObjectLiteralExpression(argument) ? argument : undefined;
}

function statedName(literal: ts.ObjectLiteralExpression | undefined): string | undefined {
  const member = literal?.properties.find((property) => property.name?.getText() === "name");
  return member === undefined ? undefined : /z\.literal\("([^"]+)"\)/.exec(member.getText())?.[1];
}

function docOf(node: ts.Node): string {
  return ts
    .getJSDocCommentsAndTags(node)
    .filter(ts.isJSDoc)
    .map((doc) => ts.getTextOfJSDocComment(doc.comment) ?? "")
    .join("\n");
}
