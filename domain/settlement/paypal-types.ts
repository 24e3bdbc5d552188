import type { GatewayTypes } from "./gateway-types.ts";
import { treated } from "./row-classes.ts";

/**
 * PayPal: transaction event codes. The two digits behind the T are the accounting group, which PayPal calls sufficient for
 * reconciliation; codes are listed one by one all the same, so that a new one is looked at. A payment that the merchant sends has the
 * code of the payment that its receiver gets: readers write "T0000 sent" for it.
 */
export const paypalTypes: GatewayTypes = [
  ...treated("sale_refund", "charge", codes("T00", 0, 19)),
  ...treated("investigate", undefined, codes("T00", 0, 19).map(paypalSent)),
  ...treated("platform_fee", undefined, [
    "T0100",
    "T0101",
    "T0102",
    "T0103",
    "T0104",
    "T0105",
    "T0107",
    "T0108",
    "T0109",
    "T0110",
    "T0111",
    "T0112",
    "T0113",
  ]),
  ...treated("dispute", "dispute-fee", ["T0106", "T0114"]),
  ...treated("payout_movement", "conversion", codes("T02", 0, 2)),
  ...treated("payout_movement", "payout", [...codes("T03", 0, 3), ...codes("T04", 0, 3)]),
  ...treated("promo_funding", undefined, [...codes("T08", 0, 6), ...codes("T09", 0, 6)]),
  ...treated("payout_movement", "payout-returned", ["T1101", "T1104"]),
  ...treated("reserve", undefined, ["T1105"]),
  ...treated("dispute", "dispute", ["T1106", "T1110", "T1111"]),
  ...treated("sale_refund", "refund", ["T1107", "T1113"]),
  ...treated("platform_fee", undefined, ["T1108", "T1109"]),
  ...treated("promo_funding", undefined, ["T1117", "T1204"]),
  ...treated("investigate", undefined, ["T1100", "T1112", "T1114", "T1115", "T1116", "T1200", "T1203"]),
  ...treated("dispute", "dispute", ["T1201", "T1202", "T1207", "T1208"]),
  ...treated("dispute", "protection", ["T1205"]),
  ...treated("reserve", undefined, codes("T15", 0, 3)),
  ...treated("payout_movement", "payout", codes("T17", 0, 2)),
  ...treated("investigate", undefined, ["T1900"]),
  ...treated("payout_movement", "transfer", ["T2000", "T2001"]),
  ...treated("reserve", undefined, ["T2101", "T2102", "T2103", "T2104", "T2105", "T2106", "T2107", "T2108", "T2111", "T2112"]),
];

/** The type of a payment that the merchant made. */
export function paypalSent(code: string): string {
  return `${code} sent`;
}

function codes(group: string, from: number, to: number): string[] {
  return Array.from({ length: to - from + 1 }, (_, index) => `${group}${String(from + index).padStart(2, "0")}`);
}
