import type { BusinessEvent } from "#domain/events";

/** What a payout's own news are: each begins a reconciliation of it. */
export const payoutNews: ReadonlySet<BusinessEvent["name"]> = new Set(["payout.stated", "payout.returned", "payout.banked"]);
