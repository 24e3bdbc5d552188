import { join } from "node:path";
import { createShopifyChanges, createShopifySource, readPartnerEvent, shopifyChannel } from "#adapters/channels/shopify";
import { createSystemClock } from "#adapters/clock";
import {
  createApiClients,
  createCursors,
  createEventBus,
  createExecutions,
  createLineageStore,
  createMetrics,
  createPeriodBook,
  createQueue,
  createRateLimit,
  createReferences,
  createSecrets,
  createTaskTokens,
  createWorkerLease,
  createWorkLists,
  type EmbeddedDocumentStore,
  type EmbeddedLineageStore,
  type EmbeddedMetrics,
  type EmbeddedPolicyStore,
  type EmbeddedQueue,
  type Executions,
  type WorkerLease,
} from "#adapters/embedded";
import { inflate } from "#adapters/inflate";
import { posFormats, posTableFormat } from "#adapters/pos-formats";
import { bankFormats, mappedFormats, settlementSources } from "#adapters/settlement-formats";
import { createShopifyPaymentsFeed } from "#adapters/settlements/shopify-payments";
import { connectionPace, type Policy } from "#domain/policy";
import { type AccruePeriodInput, createHandler as accruePeriod, type PeriodAccrual } from "#functions/accrue-period";
import { createHandler as announceEvents } from "#functions/announce-events";
import { createHandler as answerPrivacyRequests } from "#functions/answer-privacy-requests";
import { createHandler as askApproval } from "#functions/ask-approval";
import { type AuditStoreDayInput, createHandler as auditStoreDay, type StoreDayAudit } from "#functions/audit-store-day";
import { createHandler as authorizeReturn } from "#functions/authorize-return";
import { createHandler as cancelReturnAuthorization } from "#functions/cancel-return-authorization";
import { createHandler as checkPosFile } from "#functions/check-pos-file";
import { createHandler as checkSettlementFile } from "#functions/check-settlement-file";
import { createHandler as closeBooks } from "#functions/close-books";
import { type ClosePeriodInput, createHandler as closePeriod, type PeriodClosed } from "#functions/close-period";
import { createHandler as closePosFile } from "#functions/close-pos-file";
import { createHandler as closeSettlementFile } from "#functions/close-settlement-file";
import { type ApprovalOutcome, type DecideApprovalInput, createHandler as decideApproval } from "#functions/decide-approval";
import { createHandler as decidePostings } from "#functions/decide-postings";
import { createHandler as dispatchPostings } from "#functions/dispatch-postings";
import { type DocumentEdit, type EditDocumentInput, createHandler as editDocument } from "#functions/edit-document";
import { createHandler as endWindow, type WindowEnd } from "#functions/end-window";
import { createHandler as escalateExceptions } from "#functions/escalate-exceptions";
import { createHandler as executePostings } from "#functions/execute-postings";
import { createHandler as fetchSettlements } from "#functions/fetch-settlements";
import { createHandler as fetchSourceDocument } from "#functions/fetch-source-document";
import type { FileProgress } from "#functions/file-progress";
import { createHandler as followPayout } from "#functions/follow-payout";
import { createHandler as followReturn } from "#functions/follow-return";
import { createHandler as followStoreDay } from "#functions/follow-store-day";
import { createHandler as ingestPosChunk } from "#functions/ingest-pos-chunk";
import { createHandler as ingestSettlementChunk } from "#functions/ingest-settlement-chunk";
import { createHandler as matchSettlements } from "#functions/match-settlements";
import { createHandler as placePurchaseOrder } from "#functions/place-purchase-order";
import { createHandler as readBackErp } from "#functions/read-back-erp";
import { createHandler as receiveDroppedFile } from "#functions/receive-dropped-file";
import { createHandler as receiveEvents } from "#functions/receive-events";
import { createHandler as receiveShopifyEvent } from "#functions/receive-shopify-event";
import { createHandler as receiveShopifyWebhook, type WebhookReply, type WebhookRequest } from "#functions/receive-shopify-webhook";
import { createHandler as recordException } from "#functions/record-exception";
import { createHandler as releaseSettlementRow } from "#functions/release-settlement-row";
import { createHandler as replayLineage } from "#functions/replay-lineage";
import { type ExceptionResolution, type ResolveExceptionInput, createHandler as resolveException } from "#functions/resolve-exception";
import { type ExceptionRetry, type RetryExceptionInput, createHandler as retryException } from "#functions/retry-exception";
import { type RetriedExceptions, type RetryExceptionsInput, createHandler as retryExceptions } from "#functions/retry-exceptions";
import { createHandler as showTransaction } from "#functions/show-transaction";
import { createHandler as sweepSource } from "#functions/sweep-source";
import { createHandler as unpackPosFile } from "#functions/unpack-pos-file";
import { createHandler as wakeHeld } from "#functions/wake-held";
import { createHandler as workException } from "#functions/work-exception";
import type { Clock } from "#ports/clock";
import type { References } from "#ports/references";
import type { Secrets } from "#ports/secrets";
import type { TaskCallbacks } from "#ports/task-callbacks";
import type { WorkLists } from "#ports/work-lists";
import type { Workflows } from "#ports/workflows";
import { connectionQueue, queues, subscriptions } from "#wiring";
import { createEmbeddedWorkflows } from "./embedded-workflows.ts";
import type { Handler, Handlers } from "./handlers.ts";
import { hubDatabase, policyStoreOf } from "./open-policies.ts";
import type { HubErps } from "./sandbox-erps.ts";
import { shopifyShops } from "./shopify-shops.ts";
import { type Surroundings, thisMachine, type WorkerPauses } from "./surroundings.ts";
import { createWorker, type Worker } from "./worker.ts";
import { createWriteProbe, type WriteProbe } from "./write-probe.ts";

export interface HubOptions {
  readonly dataFolder: string;
  readonly policiesFolder: string;
  /** Stands for every shop's webhook secret. */
  readonly webhookSecret?: string;
  readonly clock?: Clock;
  /** Where the Admin API of a shop is; the shop's own domain when absent. */
  readonly shopifyOrigin?: (shop: string) => string;
  /** Is told how far the POS files have come that this process takes in. */
  readonly fileProgress?: FileProgress;
  /** What the hub stands on; this machine when absent. */
  readonly surroundings?: Surroundings;
}

/** The embedded hub: the same handlers, machines and wiring as on AWS, in one process, on SQLite and files. */
export interface Hub {
  readonly policy: Policy;
  readonly policies: EmbeddedPolicyStore;
  readonly clock: Clock;
  readonly pauses: WorkerPauses;
  readonly secrets: Secrets;
  readonly lineage: EmbeddedLineageStore;
  readonly documents: EmbeddedDocumentStore;
  readonly references: References;
  readonly workLists: WorkLists;
  readonly workflows: Workflows & TaskCallbacks;
  readonly queue: EmbeddedQueue;
  readonly metrics: EmbeddedMetrics;
  readonly handlers: Handlers;
  readonly erps: HubErps;
  readonly worker: Worker;
  readonly lease: WorkerLease;
  readonly executions: Executions;
  /** Whether the data folder takes writes now. */
  readonly writeProbe: WriteProbe;
  /** Records the decision on an approval. */
  decideApproval(input: DecideApprovalInput): Promise<ApprovalOutcome>;
  /** A named person closes an exception; see functions/resolve-exception. */
  resolveException(input: ResolveExceptionInput): Promise<ExceptionResolution>;
  /** A named person sends a transaction once more; see functions/retry-exception. */
  retryException(input: RetryExceptionInput): Promise<ExceptionRetry>;
  /** All of a class or of an ERP connection at once; see functions/retry-exceptions. */
  retryExceptions(input: RetryExceptionsInput): Promise<RetriedExceptions>;
  /** A named person corrects a document that was kept and not believed; see functions/edit-document. */
  editDocument(input: EditDocumentInput): Promise<DocumentEdit>;
  /** A named person's statement about a store day; see functions/audit-store-day. */
  auditStoreDay(input: AuditStoreDayInput): Promise<StoreDayAudit>;
  /** A named person has a period's expected returns accrued; see functions/accrue-period. */
  accruePeriod(input: AccruePeriodInput): Promise<PeriodAccrual>;
  /** A named person closes a fiscal period; see functions/close-period. */
  closePeriod(input: ClosePeriodInput): Promise<PeriodClosed>;
  /** Ends an hour or minute whose workflow could not; see functions/end-window. */
  endWindow(input: { readonly transaction: string }): Promise<WindowEnd>;
  /** The door for webhooks. */
  receiveWebhook(request: WebhookRequest): Promise<WebhookReply>;
  close(): Promise<void>;
}

const workerLeaseSeconds = 5;

export async function openHub(options: HubOptions): Promise<Hub> {
  const { dataFolder, policiesFolder } = options;
  const clock = options.clock ?? createSystemClock();
  const surroundings = options.surroundings ?? thisMachine();
  const { http, policyLoader, pace, rules, random, sleep, port } = surroundings;
  const database = surroundings.openDatabase(join(dataFolder, hubDatabase));
  try {
    const policies = port("policies", policyStoreOf(database, clock, policiesFolder, policyLoader));
    const policy = await policies.current();
    const connections = Object.keys(policy.connections).sort();
    const lineage = port("lineage store", createLineageStore(database));
    const documents = port("documents", surroundings.documents(join(dataFolder, "documents")));
    const references = port("references", createReferences(database));
    const workLists = port("work lists", createWorkLists(database));
    const metrics = port("metrics", createMetrics({ database, clock }));
    const queue = port("queue", createQueue({ database, clock, queues: queueSettings(connections) }));
    const bus = port("bus", createEventBus({ database, clock, subscriptions: busSubscriptions(connections) }));
    const rateLimit = port(
      "rate limit",
      createRateLimit({
        clock,
        connections: Object.fromEntries(
          connections.map((connection) => [connection, connectionPace(policy.connections[connection], pace)]),
        ),
      }),
    );
    const override = options.webhookSecret === undefined ? {} : { override: options.webhookSecret };
    const secretsFile = join(dataFolder, "secrets.json");
    const apiClients = createApiClients({ file: secretsFile });
    const secrets = port("secrets", createSecrets({ file: secretsFile, shops: shopifyShops(policy), database, ...override }));
    const origin = options.shopifyOrigin === undefined ? {} : { origin: options.shopifyOrigin };
    const sources = [createShopifySource({ http, secrets, ...origin })];
    const executions = port("executions", createExecutions({ database, clock }));
    const cursors = port("cursors", createCursors(database));
    const erps = await surroundings.connectErps({ policy, dataFolder, http, clock, credentials: secrets.connectionCredentials });
    const workflows = createEmbeddedWorkflows({
      machines: surroundings.machines(),
      handlers: () => handlers,
      executions,
      tokens: port("task tokens", createTaskTokens({ database, clock })),
      bus,
      queue,
      clock,
      random,
      sleep,
    });
    const receive = receiveShopifyWebhook({ channel: shopifyChannel, secrets, documents, lineage, clock, metrics });
    const decide = decideApproval({ lineage, documents, callbacks: workflows, clock });
    const audit = auditStoreDay({ lineage, documents, policies, clock, rules });
    const periodBook = createPeriodBook({ policies });
    const end = endWindow({ lineage, documents, clock });
    const desk = {
      ...{ channels: [shopifyChannel], sources, formats: posFormats, tableFormat: posTableFormat },
      ...{ documents, lineage, policies, clock },
    };
    const handlers: Handlers = new Map<string, Handler>([
      ["receive-shopify-webhook", receive],
      [
        "receive-shopify-event",
        receiveShopifyEvent({ channel: shopifyChannel, readEvent: readPartnerEvent, documents, lineage, clock, metrics }),
      ],
      ["receive-events", receiveEvents({ apiClients, documents, lineage, clock, metrics })],
      ["show-transaction", showTransaction({ apiClients, lineage, references, clock, metrics })],
      ["authorize-return", authorizeReturn({ apiClients, lineage, references, policies, clock, metrics })],
      ["cancel-return-authorization", cancelReturnAuthorization({ apiClients, lineage, references, clock, metrics })],
      ["place-purchase-order", placePurchaseOrder({ apiClients, policies, erp: erps.erp, clock, metrics })],
      ["receive-dropped-file", receiveDroppedFile({ documents, workflows })],
      ["announce-events", announceEvents({ references, workLists, bus, policies, workflows })],
      ["ask-approval", askApproval({ documents })],
      ["decide-approval", decide],
      ["wake-held", wakeHeld({ workLists, bus, policies })],
      ["dispatch-postings", dispatchPostings({ workflows, queue, clock, metrics })],
      ["decide-postings", decidePostings({ lineage, references, documents, policies, rateLimit, clock, metrics, rules })],
      ["execute-postings", executePostings({ lineage, rateLimit, clock, erp: erps.erp })],
      ["read-back-erp", readBackErp({ lineage, documents, policies, clock, erp: erps.erp })],
      ["fetch-source-document", fetchSourceDocument({ sources, documents, lineage, queue, clock, metrics })],
      ["unpack-pos-file", unpackPosFile({ documents, lineage, workflows, inflate, clock })],
      [
        "check-pos-file",
        checkPosFile({ formats: posFormats, tableFormat: posTableFormat, documents, lineage, policies, progress: options.fileProgress }),
      ],
      [
        "ingest-pos-chunk",
        ingestPosChunk({
          formats: posFormats,
          tableFormat: posTableFormat,
          documents,
          lineage,
          policies,
          clock,
          progress: options.fileProgress,
        }),
      ],
      ["close-pos-file", closePosFile({ documents, lineage, clock, metrics })],
      [
        "check-settlement-file",
        checkSettlementFile({ sources: settlementSources, banks: bankFormats, mapped: mappedFormats, documents, lineage, policies, clock }),
      ],
      ["ingest-settlement-chunk", ingestSettlementChunk({ documents, lineage, policies, clock })],
      ["close-settlement-file", closeSettlementFile({ documents, lineage, clock, metrics })],
      [
        "fetch-settlements",
        fetchSettlements({
          feeds: [createShopifyPaymentsFeed({ http, secrets, ...origin })],
          sources: settlementSources,
          banks: bankFormats,
          mapped: mappedFormats,
          documents,
          lineage,
          policies,
          clock,
          metrics,
        }),
      ],
      ["match-settlements", matchSettlements({ lineage, references, policies, clock, metrics })],
      ["record-exception", recordException({ lineage, clock })],
      ["replay-lineage", replayLineage({ lineage, references, workLists, bus, policies, workflows, clock })],
      ["answer-privacy-requests", answerPrivacyRequests({ lineage, documents, removal: documents, workLists, clock, metrics })],
      ["sweep-source", sweepSource({ changes: [createShopifyChanges({ http, secrets, ...origin })], lineage, policies, clock, metrics })],
      ["work-exception", workException({ ...desk, references, workLists })],
      ["escalate-exceptions", escalateExceptions({ lineage, workLists, policies, clock, metrics })],
      ["end-window", end],
      ["follow-store-day", followStoreDay({ lineage, policies, clock, rules })],
      ["follow-payout", followPayout({ lineage, references, policies, clock, rules })],
      ["release-settlement-row", releaseSettlementRow({ lineage, policies, clock })],
      ["follow-return", followReturn({ lineage, clock })],
      ["close-books", closeBooks({ erp: erps.erp, lineage, documents, policies, periodBook, clock, metrics, rules, secondPerson: false })],
    ]);
    return {
      policy,
      policies,
      clock,
      pauses: surroundings.pauses,
      secrets,
      lineage,
      documents,
      references,
      workLists,
      workflows,
      queue,
      metrics,
      handlers,
      erps,
      worker: createWorker({
        handlers,
        lineage,
        cursors,
        queue,
        workflows,
        policies,
        connections,
        clock,
        follow: erps.follow,
      }),
      executions,
      writeProbe: createWriteProbe({ cursors, documents, clock }),
      lease: port(
        "lease",
        createWorkerLease({ database, clock, name: "worker", owner: surroundings.owner, leaseSeconds: workerLeaseSeconds }),
      ),
      decideApproval: decide,
      resolveException: resolveException({ lineage, references, policies, clock }),
      retryException: retryException({ lineage, clock }),
      retryExceptions: retryExceptions({ lineage, workLists, clock }),
      editDocument: editDocument(desk),
      auditStoreDay: audit,
      accruePeriod: accruePeriod({ erp: erps.erp, lineage, documents, policies, clock }),
      closePeriod: closePeriod({ lineage, policies, periodBook, clock, metrics, rules, secondPerson: false }),
      endWindow: end,
      receiveWebhook: receive,
      async close() {
        await metrics.flush();
        await erps.close();
        http.close();
        database.close();
      },
    };
  } catch (error) {
    http.close();
    database.close();
    throw error;
  }
}

/** Every queue of wiring/, once per ERP connection where it says so. */
export function queueSettings(connections: readonly string[]): Record<string, { maxReceives: number }> {
  return Object.fromEntries(
    queues.flatMap(({ name, perConnection, receivesMax }) =>
      (perConnection ? connections.map((connection) => connectionQueue(name, connection)) : [name]).map((queue) => [
        queue,
        { maxReceives: receivesMax },
      ]),
    ),
  );
}

/** Every subscription of wiring/: once per ERP connection where its queue is, else once. */
export function busSubscriptions(connections: readonly string[]) {
  return subscriptions.flatMap(({ name, queue, names }) =>
    queues.some((wired) => wired.name === queue && wired.perConnection)
      ? connections.map((connection) => ({
          name: connectionQueue(name, connection),
          queue: connectionQueue(queue, connection),
          names,
          connection,
        }))
      : [{ name, queue, names }],
  );
}
