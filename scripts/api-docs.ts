import * as z from "zod/mini";
import { eventSchema } from "#domain/events";
import { documentBytesMax, eventsPerDocumentMax, statedDocumentSchema, statedEventNames } from "#domain/intake";
import type { RefusalReason } from "#domain/returns";
import { eventsAnswer, problemAnswer, transactionsAnswer } from "#functions/api-schemas";
import { returnBodyBytesMax } from "#functions/authorize-return";
import { orderBodyBytesMax } from "#functions/place-purchase-order";
import { orderLinesMax, purchaseOrderAnswer, purchaseOrderText } from "#functions/purchase-order-schemas";
import { documentsMax, eventsBodyBytesMax } from "#functions/receive-events";
import { cancellationAnswer, returnAnswer, returnLinesMax, returnRequest } from "#functions/return-schemas";
import { transactionsMax } from "#functions/show-transaction";
import { routes } from "#wiring";
import { apiExamples } from "./api-examples.ts";

type Json = Record<string, unknown>;

const refused: Readonly<Record<string, string>> = {
  "400": "No JSON, or no reference.",
  "401": "No registered client, or not its secret; the words are the same.",
  "403": "The client is not registered for this, or for none of the places of the documents.",
  "404": "Nothing is known under this reference.",
  "409":
    "The request's name was given to another request, the sale's name is that of several sales, or it has too many returns; or the order's number stands for another order.",
  "413": "The body is too large.",
  "415": "The body is not plain application/json.",
  "422": "None of what was sent can be taken, or the answer is too long; or the ERP refused the order.",
  "429": "The client calls faster than it may: wait for `Retry-After` seconds.",
  "503": "A store or the ERP did not answer: send the same again; it counts once.",
};

/** The description of each client route of wiring/: a route that is missing here stops the generation. */
const operations: Readonly<Record<string, Json>> = {
  "GET /v1/transactions/{reference}": {
    operationId: "show-transaction",
    summary: "Where a transaction stands: events, documents, settlements, authorised returns, exceptions and state.",
    parameters: [
      {
        name: "reference",
        in: "path",
        required: true,
        description: "Order name, receipt, payment, refund, fulfilment, ERP document or transaction id, percent-encoded.",
        schema: { type: "string", minLength: 1, maxLength: 1_000 },
      },
    ],
    responses: {
      "200": told("The transactions of this name.", "TransactionsAnswer"),
      ...problems("400", "401", "403", "404", "422", "429", "503"),
    },
  },
  "POST /v1/events": {
    operationId: "receive-events",
    summary: "Canonical events of any channel, as documents of one resource each.",
    requestBody: { required: true, content: { "application/json": { schema: ref("EventsRequest") } } },
    responses: {
      "200": told("Every document is on record.", "EventsAnswer"),
      "207": told("Some documents are on record; the others say why not.", "EventsAnswer"),
      ...problems("400", "401", "413", "415", "429"),
      ...eitherWay("403", "422", "503"),
    },
  },
  "POST /v1/return-authorizations": {
    operationId: "authorize-return",
    summary: "May these goods come back here, for how much, to which tender? What is allowed is reserved.",
    requestBody: { required: true, content: { "application/json": { schema: ref("ReturnRequest") } } },
    responses: {
      "200": told("Decided: authorised, in part, or refused with the reason of each line.", "ReturnAnswer"),
      ...problems("400", "401", "403", "409", "413", "415", "422", "429", "503"),
    },
  },
  "POST /v1/return-authorizations/{authorization}/cancellation": {
    operationId: "cancel-return-authorization",
    summary: "The customer keeps the goods: what was reserved is free again.",
    parameters: [{ name: "authorization", in: "path", required: true, schema: { type: "string", pattern: "^RA-[0-9A-V]{12}$" } }],
    responses: {
      "200": told("How the authorised return ended, now or before.", "CancellationAnswer"),
      ...problems("401", "403", "404", "429", "503"),
    },
  },
  "POST /v1/purchase-orders": {
    operationId: "place-purchase-order",
    summary: "Places an order to a vendor in the ERP of its entity, once however often it comes.",
    requestBody: { required: true, content: { "application/json": { schema: ref("PurchaseOrder") } } },
    responses: {
      "200": told("The ERP has the order, now or before.", "PurchaseOrderAnswer"),
      ...problems("400", "401", "403", "409", "413", "415", "422", "429", "503"),
    },
  },
};

function ref(name: string): Json {
  return { $ref: `#/components/schemas/${name}` };
}

function told(description: string, schema: string): Json {
  return { description, content: { "application/json": { schema: ref(schema) } } };
}

function problems(...statuses: readonly string[]): Json {
  return Object.fromEntries(
    statuses.map((status) => [
      status,
      { description: refused[status], content: { "application/problem+json": { schema: ref("Problem") } } },
    ]),
  );
}

/** A problem with the call as a whole, or an answer for each document. */
function eitherWay(...statuses: readonly string[]): Json {
  return Object.fromEntries(
    statuses.map((status) => [
      status,
      {
        description: refused[status],
        content: {
          "application/problem+json": { schema: ref("Problem") },
          "application/json": { schema: ref("EventsAnswer") },
        },
      },
    ]),
  );
}

function schemaOf(schema: z.ZodMiniType): Json {
  const { $schema: _, ...rest } = z.toJSONSchema(schema) as Json;
  return rest;
}

function eventName(name: string): string {
  return name.replace(/(?:^|[.-])([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

/** docs/openapi.json, from wiring/ and the schemas that the handlers themselves read and answer by. */
export function openApi(): string {
  const paths: Record<string, Json> = {};
  for (const { method, path, caller } of routes) {
    if (caller !== "client") continue;
    const operation = operations[`${method} ${path}`];
    if (operation === undefined) throw new Error(`scripts/api-docs.ts does not describe ${method} ${path}`);
    paths[path] = { ...paths[path], [method.toLowerCase()]: operation };
  }
  const stated = eventSchema.def.options.flatMap((option) => {
    const name = String(option.def.shape.name.def.values[0]);
    return statedEventNames.some((each) => each === name) ? [[eventName(name), schemaOf(option)] as const] : [];
  });
  const document = schemaOf(statedDocumentSchema) as { properties: { events: Json } };
  document.properties.events.items = { oneOf: stated.map(([name]) => ref(name)) };
  const described = {
    openapi: "3.1.0",
    info: {
      title: "throughline",
      version: "1",
      description: "The hub's own API for tills, customer service and other channels. Generated by npm run docs.",
    },
    security: [{ client: [] }],
    paths,
    components: {
      securitySchemes: { client: { type: "http", scheme: "bearer", description: "<client>.<secret> of a registered client" } },
      schemas: {
        EventsRequest: {
          type: "object",
          properties: { documents: { type: "array", minItems: 1, maxItems: documentsMax, items: ref("StatedDocument") } },
          required: ["documents"],
          additionalProperties: false,
        },
        StatedDocument: document,
        EventsAnswer: schemaOf(eventsAnswer),
        TransactionsAnswer: schemaOf(transactionsAnswer),
        ReturnRequest: schemaOf(returnRequest),
        ReturnAnswer: schemaOf(returnAnswer),
        CancellationAnswer: schemaOf(cancellationAnswer),
        PurchaseOrder: schemaOf(purchaseOrderText),
        PurchaseOrderAnswer: schemaOf(purchaseOrderAnswer),
        Problem: schemaOf(problemAnswer),
        ...Object.fromEntries(stated),
      },
    },
  };
  return `${JSON.stringify(described, null, 2)}\n`;
}

/** docs/api.md: how to call it, with examples that a test makes. */
export function apiDocs(): string {
  return [
    "# The hub's own API",
    "",
    "Generated by `npm run docs`; a test holds this file to the handlers and makes every call that it shows. Tills, customer service and other",
    "channels state what happened and read where a sale stands. The embedded hub serves it beside the webhooks (`npm run -s hub -- start`);",
    "on AWS it is the same handlers behind the same HTTP API. Every field is in [openapi.json](openapi.json), every event in [events.md](events.md).",
    "",
    "| call | does |",
    "|---|---|",
    ...Object.entries(operations).map(([route, { summary }]) => `| \`${route}\` | ${String(summary)} |`),
    "",
    "## Who may call",
    "",
    "A client is registered by hand, beside the other secrets: in the embedded hub as a member of `api` in `secrets.json`, on AWS as the",
    "SecureString parameter `/throughline/<stage>/api-clients/<client>`. Its name has lower-case letters, digits and hyphens; a secret has 32 to",
    "256 characters, and there are two while it is being rotated. `may` is one or more of `read`, `write-events`, `authorize-returns`",
    "and `place-purchase-orders`. `channels` lists the shops and stores whose documents it may write and where it may authorise returns, `entities`",
    "those that it may order for; reading is for the whole retailer, because one process state is for everyone.",
    "",
    "```json",
    JSON.stringify({ api: { till: registration } }, null, 2),
    "```",
    "",
    "Each call carries `Authorization: Bearer <client>.<secret>`. An unknown client and a wrong secret get the same words. The embedded hub",
    "counts a changed file at once; on AWS a change is seen within five minutes.",
    "",
    "## How fast",
    "",
    "A client may read 20 times, ask for 20 returns, state events 50 times and place 5 orders a second, twice that in a burst, in each process of the hub; above",
    "that it is 429 with `Retry-After`. On AWS each route has a throttle of its own before any function runs, over all clients. A body of events",
    `has at most ${eventsBodyBytesMax} bytes and ${documentsMax} documents, a document ${documentBytesMax} bytes and ${eventsPerDocumentMax} events; a request for a return has at most`,
    `${returnBodyBytesMax} bytes and ${returnLinesMax} lines, an order ${orderBodyBytesMax} bytes and ${orderLinesMax} lines.`,
    "",
    "## What may be stated",
    "",
    `A document is one resource at one version. Its events are ${statedEventNames.map((name) => `\`${name}\``).join(", ")}:`,
    "of an order, of a payment, a fulfilment, a refund or a return of it, or of a till's ticket (channel `pos`). The transaction is derived from",
    "channel, place and the order's id or the ticket's number, never given; the key of an event is its name and its native id, and is checked.",
    "A field that an event does not have is refused, so that a misspelt one is not lost.",
    "",
    "| answer | means |",
    "|---|---|",
    "| `accepted` | on record, durably, before this answer was given |",
    "| `duplicate` | this content is on record already: nothing to do |",
    "| `quarantined` | on record and not posted, because its figures contradict themselves; send a newer version of the resource |",
    "| `refused` | not on record: which field, and what is allowed there |",
    "| `not-permitted` | not on record: the client is not registered for this channel and place |",
    "| `unavailable` | perhaps not on record: send it again, it counts once |",
    "",
    "The status is 200 when all are on record, 207 when some are, 422 or 403 when none is, 503 when one is unavailable.",
    "",
    "**What posts.** Tickets of tills post like those of POS files: a ticket that comes both ways with the same content and version is one fact.",
    "Orders of the channel `shopify` post like webhooks. Orders of any other channel post by the same rules once the policies describe it: its",
    "shop, tenders, taxes and locations ([a channel without an adapter](add-a-channel.md#a-channel-without-an-adapter)). Until then they are",
    "recorded, told by this API and held by the exception `data.unmapped` (`channel`), and nothing is guessed.",
    "",
    "## May this come back?",
    "",
    "`POST /v1/return-authorizations` is one round trip: whatever name of the sale the customer has (order name, receipt, payment), the goods with",
    "their condition, and where they are. The answer is decided by the return rules of the day of the sale (window, condition, place, final sale,",
    "fees) and by item lineage: what was handed over and has not come back in any channel, is not expected by the channel, and is not promised",
    "to another return. Each line that is refused says why, and stops no other. Amounts are minor units of the sale's currency. Money goes back",
    "to the payments of the sale in the order of the policy, to each no more than is left of it; goods that were not paid for settle what is",
    "owed (`settlesUnpaid`), and what was given back before as goodwill is not given again (`notCovered`). What was paid for shipping",
    "is a part of it where the rules say so (`refundsShipping`), told apart as `shipping`, and promised to one return only; a till gives it back",
    "as a return line of its own that collects `shipping` and names the sale.",
    "",
    "A store of another currency than the sale's takes it back where the policy has the rate of the day: `paidOut` says what its till pays for `payable`.",
    "",
    "What is allowed is **reserved** until `expiresAt` (`authorizedHours` of the rule), its units and its money: of two clients at the same",
    "instant one gets the last unit. `request` is the client's own name of the request: the same again, for example after a lost answer, gets",
    "the same answer with the `state` of today; the same name for other goods of the sale is 409. A refusal reserves nothing and is decided anew.",
    "",
    "| `state` | means |",
    "|---|---|",
    "| `open` | reserved |",
    "| `consumed` | the return happened: a return line of a ticket named it as its original (`original.reference`), a `refund.issued` or `return.received` named it in `authorization`, or a refund of the sale's own channel gave its goods back |",
    "| `cancelled` | by `POST /v1/return-authorizations/{authorization}/cancellation` |",
    "| `expired` | its time was over when somebody else asked for its units |",
    "",
    "| refused | because |",
    "|---|---|",
    ...Object.entries(refusalTexts).map(([reason, text]) => `| \`${reason}\` | ${text} |`),
    "",
    "Where no sale is found the rule for **blind** returns answers (`kind` is `blind`): up to its limit, for the `amount` that the till states for",
    "each line, and with nothing reserved. A name that several sales share is 409 with their transaction ids.",
    "",
    "## Orders to vendors",
    "",
    "`POST /v1/purchase-orders` places one order in the ERP of its entity, which keeps it: what people change there is theirs, and nothing is",
    "booked until the goods arrive ([purchase orders](erp-adapters.md#purchase-orders)). `number` is the key: the same order again, for example after",
    "a lost answer or a 503, is answered as the first time. Other content under it is 409 and says what differs. What the ERP refuses is 422; the",
    "detail begins with the reason's name, such as `unknown-vendor`, and says what to mend. Quantities and costs are decimals in quotes.",
    "",
    "## What is told",
    "",
    `\`state\` is \`settled\`, \`posting\` or \`held\`. A name that several transactions share tells the first ${transactionsMax}, and \`more\` that there are others.`,
    "`returns` are the returns that were authorised, each with what is reserved, until when, and how it ended.",
    "No raw body and no personal data is told. A reference that holds a slash is found by the transaction's id or another of its names.",
    "",
    "## Examples",
    "",
    ...apiExamples.flatMap(({ says, method, path, body, status, answer }) => [
      says,
      "",
      "```http",
      `${method} ${path}`,
      "```",
      "",
      ...(body === undefined ? [] : ["```json", JSON.stringify(body, null, 2), "```", ""]),
      `The answer is ${status}, and holds:`,
      "",
      "```json",
      JSON.stringify(answer, null, 2),
      "```",
      "",
    ]),
  ].join("\n");
}

const refusalTexts: Readonly<Record<RefusalReason, string>> = {
  "unknown-line": "the sale has no such line or item",
  "not-returnable": "no rule takes it back, or it is a gift card",
  "final-sale": "it was sold for good",
  place: "it is not taken back by this channel or store",
  currency: "the store pays out another currency than the sale's",
  "return-window": "its window is over, in days of the entity that sold",
  condition: "it is not taken back in this condition",
  reserved: "it is promised to another return, or the channel expects it",
  "not-delivered": "it was not handed over yet",
  "over-return": "it came back already, or more is asked for than was sold",
  "sale-unclear": "the sale's own facts contradict each other or its policies: nothing is guessed",
  "blind-not-taken": "without its sale it is not taken, or no amount was stated",
  "blind-limit": "without its sale the return comes to more than policy lets",
};

/** Of the client that the examples are made by. */
export const registration = {
  secrets: ["choose-32-or-more-random-characters"],
  may: ["read", "write-events", "authorize-returns", "place-purchase-orders"],
  channels: [{ channel: "pos", places: ["0101"] }],
  entities: ["US1"],
};
