import { mayWrite } from "#domain/access";
import { addSeconds } from "#domain/calendar";
import { contentHash } from "#domain/canonical";
import { Unavailable } from "#domain/failures";
import { fieldErrors } from "#domain/intake";
import { foldFacts } from "#domain/ledger";
import { type ReservationItem, type ReservationState, reservationKey, type TransactionView } from "#domain/lineage";
import type { Policy } from "#domain/policy";
import { gatherFacts } from "#domain/posting";
import {
  authorizationId,
  authorizationsMax,
  basisOf,
  judgeBlindReturn,
  judgeReturn,
  type ReturnGrant,
  refusal,
  type Sale,
  saleOf,
  shippingBasisOf,
} from "#domain/returns";
import type { ApiClients } from "#ports/api-clients";
import type { Clock } from "#ports/clock";
import type { LineageStore } from "#ports/lineage-store";
import type { Metrics } from "#ports/metrics";
import type { PolicyStore } from "#ports/policy-store";
import type { References } from "#ports/references";
import { createApiDoor, jsonReply, problemReply } from "./api-door.ts";
import { findTransactions } from "./find-transactions.ts";
import type { HttpReply } from "./http-exchange.ts";
import { readTransaction } from "./read-transaction.ts";
import { endsToRecord, openReservations } from "./return-reservations.ts";
import { type LinkedAnswer, type ReturnAnswer, type ReturnRequestBody, returnRequest } from "./return-schemas.ts";

export interface AuthorizeReturnDependencies {
  readonly apiClients: ApiClients;
  readonly lineage: LineageStore;
  readonly references: References;
  readonly policies: PolicyStore;
  readonly clock: Clock;
  readonly metrics: Metrics;
}

export const returnBodyBytesMax = 50_000;
/** Somebody else reserved of the same sale each time: more tries would only be slower. */
const triesMax = 5;
const salesNamedMax = 10;
const hourSeconds = 3_600;

/**
 * POST /v1/return-authorizations: may these goods come back here, for how much, to which tender? Decided by policy and item lineage, and
 * reserved by a numbered insert, so that of two clients at the same instant one gets the last unit. The reservation stands beside the facts
 * of its sale; the request's own name finds it again, so that a lost answer is asked for by the same request. A refusal reserves nothing
 * and is decided anew.
 */
export function createHandler({ apiClients, lineage, references, policies, clock, metrics }: AuthorizeReturnDependencies) {
  return createApiDoor(
    { apiClients, clock, metrics },
    {
      name: "authorize-return",
      permission: "authorize-returns",
      rate: { perSecond: 20, capacity: 40 },
      bodyBytesMax: returnBodyBytesMax,
    },
    async ({ name, client, json }) => {
      const read = returnRequest.safeParse(json);
      if (!read.success) {
        const errors = fieldErrors(read.error.issues, "").map(({ field, message }) => `${field || "the body"} ${message}`);
        return problemReply(422, "Not a request for a return", errors.join("; "));
      }
      const request = read.data;
      const unnamed = request.lines.findIndex(({ lineId, item }) => lineId === undefined && item === undefined);
      if (unnamed !== -1)
        return problemReply(422, "Not a request for a return", `lines[${unnamed}] names neither a lineId nor an item: give one of them`);
      if (!mayWrite(client, request.channel, request.place))
        return problemReply(403, "Not permitted", "this client is not registered to take returns at this channel and place");
      const isSale = (transaction: string) => transaction.startsWith("sale:");
      const sales =
        request.sale === undefined ? [] : await findTransactions({ lineage, references }, request.sale, salesNamedMax + 1, isSale);
      const [sale, ...others] = sales;
      if (others.length > 0) return ambiguous([sale!, ...others]);
      const policy = await policies.current();
      return sale === undefined ? blind(request, policy, clock.now()) : await linked(name, request, sale, policy);
    },
  );

  async function linked(client: string, request: ReturnRequestBody, found: TransactionView, policy: Policy): Promise<HttpReply> {
    const { transaction } = found;
    const requestHash = contentHash(request);
    for (let tries = 0; tries < triesMax; tries += 1) {
      const view = tries === 0 ? found : await readTransaction(lineage, transaction);
      const before = view.reservations.find(({ granted }) => granted.client === client && granted.request === request.request);
      if (before !== undefined) return before.granted.requestHash === requestHash ? told(before) : otherRequest(request.request);
      const now = clock.now();
      if (await recordedEnds(view, now)) continue;
      const sale = soundSale(view, policy);
      if ("problem" in sale) return unclear(request, transaction, sale.problem);
      const open = openReservations(view).map(({ grant }) => ({ lines: grant.allowed, refund: grant.refund }));
      const judgement = judgeReturn({ sale, reservations: open, policy, request: { ...request, at: now } });
      const { authorizedHours, refundWithinHours, ...grant } = judgement;
      if (grant.allowed.length === 0) return refusedReply(transaction, grant);
      if (view.reservations.length >= authorizationsMax)
        return problemReply(
          409,
          "Too many returns",
          `${transaction} has ${authorizationsMax} authorised returns on record: take the next one by hand`,
        );
      const number = view.reservations.length + 1;
      const shippingBasis = shippingBasisOf(sale, open, judgement);
      const item: ReservationItem = {
        type: "reservation",
        transaction,
        key: reservationKey(number),
        at: now,
        number,
        authorization: authorizationId(transaction, number),
        client,
        request: request.request,
        requestHash,
        channel: request.channel,
        place: request.place,
        grant,
        basis: basisOf(sale, open, judgement),
        ...(shippingBasis === undefined ? {} : { shippingBasis }),
        expiresAt: addSeconds(now, authorizedHours * hourSeconds),
        refundWithinHours,
        policyRelease: policy.release,
        policyVersion: policy.version,
      };
      const [inserted] = await lineage.insert([item]);
      if (inserted === "inserted") return told({ granted: item });
      // Another client took this number: what is left is decided with its reservation in sight.
      if (inserted !== "conflict")
        throw new Unavailable(`nobody can say whether ${item.key} of ${transaction} was recorded: send the same again`);
    }
    throw new Unavailable(`others reserve of ${transaction} at the same time: send the same again`);
  }

  /** Puts on record which reservations have ended. True when there were any: whether they are on record is seen when the sale is read again. */
  async function recordedEnds(view: TransactionView, now: string): Promise<boolean> {
    const ends = endsToRecord(view, now);
    if (ends.length === 0) return false;
    await lineage.insert(ends);
    return true;
  }
}

/** The sale as its facts state it; what stands against any answer is a problem, and nothing is guessed. */
function soundSale(view: TransactionView, policy: Policy): Sale | { readonly problem: string } {
  const gathered = gatherFacts(view.documents);
  const { events, problems } = foldFacts(gathered.events);
  const [problem] = [...gathered.issues, ...problems];
  if (problem !== undefined) return { problem: `${problem.message} Then ask again.` };
  const sale = saleOf(events, policy, view.transaction);
  return "reason" in sale ? { problem: sale.message } : sale;
}

function blind(request: ReturnRequestBody, policy: Policy, at: string): HttpReply {
  const { channel, place } = request;
  const lines = request.lines.map(({ item = "", quantityMillionths, condition, amount }) => ({
    item,
    quantityMillionths,
    condition,
    amount,
  }));
  const { allowed, refusals, refund } = judgeBlindReturn({ policy, channel, place, lines, at });
  const answer: ReturnAnswer = {
    kind: "blind",
    answer: answerOf(allowed, refusals),
    lines: [...allowed],
    refusals: [...refusals],
    refund,
  };
  return jsonReply(200, answer);
}

function unclear({ lines }: ReturnRequestBody, transaction: string, message: string): HttpReply {
  const refusals = lines.map(({ quantityMillionths }, index) => refusal(index, "sale-unclear", quantityMillionths, message));
  const nothing = { net: 0, taxes: [], fees: [], settlesUnpaid: 0, notCovered: 0, payable: 0, tenders: [] };
  return refusedReply(transaction, { allowed: [], refusals, refund: { currency: "", ...nothing } });
}

function refusedReply(transaction: string, grant: ReturnGrant): HttpReply {
  return jsonReply(200, linkedAnswer(transaction, grant, { authorization: null, state: null, expiresAt: null }));
}

function told({ granted, end }: ReservationState): HttpReply {
  const { transaction, grant, authorization, expiresAt } = granted;
  return jsonReply(200, linkedAnswer(transaction, grant, { authorization, state: end?.how ?? "open", expiresAt }));
}

function linkedAnswer(
  transaction: string,
  { allowed, refusals, refund }: ReturnGrant,
  reserved: Pick<LinkedAnswer, "authorization" | "state" | "expiresAt">,
): LinkedAnswer {
  const { shipping = { net: 0, taxes: [] } } = refund;
  return {
    kind: "linked",
    answer: answerOf(allowed, refusals),
    transaction,
    ...reserved,
    lines: allowed.map(({ value, ...line }) => ({ ...line, value: { net: value.net, taxes: [...value.taxes] } })),
    refusals: [...refusals],
    refund: {
      ...refund,
      taxes: [...refund.taxes],
      shipping: { net: shipping.net, taxes: [...shipping.taxes] },
      fees: [...refund.fees],
      tenders: [...refund.tenders],
    },
  };
}

function answerOf(allowed: readonly unknown[], refusals: readonly unknown[]): LinkedAnswer["answer"] {
  if (allowed.length === 0) return "refused";
  return refusals.length === 0 ? "authorized" : "partly-authorized";
}

function otherRequest(request: string): HttpReply {
  const detail = `${JSON.stringify(request)} named another request for a return of this sale: give this one a name of its own`;
  return problemReply(409, "Name is taken", detail);
}

function ambiguous(views: readonly TransactionView[]): HttpReply {
  const names = views.slice(0, salesNamedMax).map(({ transaction }) => transaction);
  return problemReply(409, "Several sales", `this name is that of several sales: send one of ${names.join(", ")}`);
}
