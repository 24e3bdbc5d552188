/** What lines of one account, day, currency and amount find each other by: they may show one movement. */
export function bankMovement(
  accountNumber: string,
  { bookedOn, currency, amount }: { readonly bookedOn: string; readonly currency: string; readonly amount: number },
): { readonly type: "bank-movement"; readonly value: string } {
  const number = accountNumber.replaceAll(/\s/g, "").toUpperCase();
  return { type: "bank-movement", value: `${number} ${bookedOn} ${currency} ${amount}` };
}
