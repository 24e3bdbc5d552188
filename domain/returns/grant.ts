import { sha256Hex } from "#domain/canonical";
import type { TransactionId } from "#domain/identity";
import { type MinorUnits, sum } from "#domain/money";
import type { AllowedReturn, ReturnJudgement } from "./judge-return.ts";
import type { ReturnRefund } from "./refund-of.ts";
import type { Refusal } from "./refusals.ts";
import { heldBy, type Reservation } from "./reservations.ts";
import type { LineValue, Sale } from "./sale.ts";

/** What was answered to a request for a return, as it is kept with its reservation. */
export interface ReturnGrant {
  readonly allowed: readonly AllowedReturn[];
  readonly refusals: readonly Refusal[];
  readonly refund: ReturnRefund;
}

/** What was known of a line when units of it were promised, in millionths. */
export interface LineBasis {
  readonly lineId: string;
  readonly sold: number;
  readonly neverLeft: number;
  readonly handedOver: number;
  readonly returned: number;
  readonly expected: number;
  /** To returns that were authorised before. */
  readonly promised: number;
}

/** What was known of a sale's shipping when some of it was promised: minor units, tax included. */
export interface ShippingBasis {
  readonly charged: MinorUnits;
  readonly givenBack: MinorUnits;
  /** To returns that were authorised before. */
  readonly promised: MinorUnits;
}

/** Absent where nothing of the shipping is promised. */
export function shippingBasisOf(
  { shipping }: Sale,
  reservations: readonly Reservation[],
  { refund }: Pick<ReturnJudgement, "refund">,
): ShippingBasis | undefined {
  if (inAll(refund.shipping) === 0) return undefined;
  return {
    charged: inAll(shipping.value),
    givenBack: shipping.givenBack.net + shipping.givenBack.tax,
    promised: sum(reservations.map((each) => inAll(each.refund.shipping))),
  };
}

function inAll({ net, taxes }: LineValue = { net: 0, taxes: [] }): MinorUnits {
  return sum([net, ...taxes.map(({ amount }) => amount)]);
}

/** The basis of a judgement: every line of which it allows units. */
export function basisOf(sale: Sale, reservations: readonly Reservation[], { allowed }: ReturnJudgement): readonly LineBasis[] {
  const held = heldBy(reservations);
  const lines = new Set(allowed.map(({ lineId }) => lineId));
  return sale.lines
    .filter(({ lineId }) => lines.has(lineId))
    .map(({ lineId, sold, neverLeft, handedOver, returned, expected }) => ({
      lineId,
      sold,
      neverLeft,
      handedOver,
      returned,
      expected,
      promised: held.get(lineId)?.quantityMillionths ?? 0,
    }));
}

/** Of a hash: four bits each. 60 bits are twelve letters and digits. */
const hexDigits = 15;
const characters = 12;

/** The id of a sale's n-th authorised return: short enough to be typed, the same whenever it is derived. */
export function authorizationId(transaction: TransactionId, number: number): string {
  const hash = sha256Hex(new TextEncoder().encode(`return authorization ${number} of ${transaction}`));
  return `RA-${BigInt(`0x${hash.slice(0, hexDigits)}`)
    .toString(32)
    .toUpperCase()
    .padStart(characters, "0")}`;
}

/** Of one sale: what asks for more is a fault of the client, and would make the sale unreadable. */
export const authorizationsMax = 500;

/**
 * Whether a text is the id of an authorised return of this sale: it follows from the sale, and a till that types anything that looks like
 * one is not excused by it.
 */
export function isAuthorizationOf(transaction: TransactionId, text: string): boolean {
  if (!isAuthorizationId(text)) return false;
  for (let number = 1; number <= authorizationsMax; number += 1) if (authorizationId(transaction, number) === text) return true;
  return false;
}

/** Whether a text can be the id of an authorised return. */
export function isAuthorizationId(text: string): boolean {
  return /^RA-[0-9A-V]{12}$/.test(text);
}
