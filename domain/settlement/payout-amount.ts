/** What a bank line without any reference can find the money by that it shows: where it went, and how much. */
export function payoutAmount(
  bankAccount: string,
  currency: string,
  amount: number,
): { readonly type: "payout-amount"; readonly value: string } {
  return { type: "payout-amount", value: `${bankAccount} ${currency} ${amount}` };
}
