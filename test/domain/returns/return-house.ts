import type { BusinessEvent } from "#domain/events";
import { foldFacts } from "#domain/ledger";
import type { Policy, ReturnRule, TakenBackRule } from "#domain/policy";
import { judgeReturn, type RequestedGoods, type Reservation, type ReturnJudgement, type Sale, saleOf } from "#domain/returns";
import { transaction } from "../ledger/sale-events.ts";
import { policy as salePolicy } from "../ledger/sale-policy.ts";

/** Thirty days, as new or opened, anywhere, back to where the money came from. */
export const rule = (more: Partial<TakenBackRule> = {}): ReturnRule => ({
  windowDays: 30,
  conditions: ["as-new", "opened"],
  channels: ["shopify", "pos"],
  refundTo: "original-tender",
  when: {},
  from: "2020-01-01",
  why: "test",
  layer: 0,
  ...more,
});

export const finalSale = (when: Record<string, string>): ReturnRule => ({
  finalSale: true,
  when,
  from: "2020-01-01",
  why: "Clearance goods stay sold.",
  layer: 0,
});

export const withRules = (...returns: ReturnRule[]): Policy => ({ ...salePolicy, returns });

export function saleIn(events: readonly BusinessEvent[], policy: Policy, of = transaction): Sale {
  const sale = saleOf(foldFacts(events).events, policy, of);
  if ("reason" in sale) throw new Error(sale.message);
  return sale;
}

/** Pieces of a line brought to store 7 on 1 December 2026, as new. */
export const goods = (lineId: string, pieces = 1, more: Partial<RequestedGoods> = {}): RequestedGoods => ({
  lineId,
  quantityMillionths: pieces * 1_000_000,
  condition: "as-new",
  ...more,
});

export function judge(
  events: readonly BusinessEvent[],
  lines: readonly RequestedGoods[],
  more: {
    readonly policy?: Policy;
    readonly reservations?: readonly Reservation[];
    readonly channel?: string;
    readonly place?: string;
    readonly at?: string;
    readonly of?: string;
  } = {},
): ReturnJudgement {
  const { policy = withRules(rule()), reservations = [], channel = "pos", place = "7", at = "2026-12-01T18:00:00.000Z", of } = more;
  return judgeReturn({ sale: saleIn(events, policy, of), reservations, policy, request: { lines, channel, place, at } });
}

/** "2 of A: 1998 + IL 125" for each allowed line. */
export function allowedText({ allowed }: ReturnJudgement): string[] {
  return allowed.map(({ lineId, quantityMillionths, value }) =>
    [`${quantityMillionths / 1_000_000} of ${lineId}: ${value.net}`, ...value.taxes.map(({ code, amount }) => `${code} ${amount}`)].join(
      " + ",
    ),
  );
}

/** "card p1 500" or "store-credit 300" for each tender. */
export function tenderText({ refund }: ReturnJudgement): string[] {
  return refund.tenders.map((tender) =>
    tender.to === "store-credit" ? `store-credit ${tender.amount}` : `${tender.tender} ${tender.paymentId} ${tender.amount}`,
  );
}

export function refusedText({ refusals }: Pick<ReturnJudgement, "refusals">): string[] {
  return refusals.map(({ request, reason, quantityMillionths }) => `${request}: ${quantityMillionths / 1_000_000} ${reason}`);
}
