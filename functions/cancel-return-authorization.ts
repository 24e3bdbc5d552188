import { mayWrite } from "#domain/access";
import { Unavailable } from "#domain/failures";
import { type ReservationEndItem, type ReservationItem, reservationEndKey } from "#domain/lineage";
import { isAuthorizationId } from "#domain/returns";
import type { ApiClients } from "#ports/api-clients";
import type { Clock } from "#ports/clock";
import type { LineageStore } from "#ports/lineage-store";
import type { Metrics } from "#ports/metrics";
import type { References } from "#ports/references";
import { createApiDoor, jsonReply, problemReply } from "./api-door.ts";
import { findTransactions } from "./find-transactions.ts";
import type { CancellationAnswer } from "./return-schemas.ts";

export interface CancelReturnAuthorizationDependencies {
  readonly apiClients: ApiClients;
  readonly lineage: LineageStore;
  readonly references: References;
  readonly clock: Clock;
  readonly metrics: Metrics;
}

/**
 * POST /v1/return-authorizations/{authorization}/cancellation: the customer keeps the goods, and others may be given the units. The insert
 * decides: what has ended before stays as it ended, and a second cancellation changes nothing.
 */
export function createHandler({ apiClients, lineage, references, clock, metrics }: CancelReturnAuthorizationDependencies) {
  return createApiDoor(
    { apiClients, clock, metrics },
    { name: "cancel-return-authorization", permission: "authorize-returns", rate: { perSecond: 20, capacity: 40 } },
    async ({ name, client, parameters: { authorization = "" } }) => {
      const granted = isAuthorizationId(authorization) ? await reservationOf(authorization) : undefined;
      if (granted === undefined)
        return problemReply(404, "Not known", "no return was authorised under this id, or not a moment ago: compare it with the answer");
      if (granted.client !== name && !mayWrite(client, granted.channel, granted.place))
        return problemReply(403, "Not permitted", "this client is not registered for the place that this return was authorised for");
      return jsonReply(200, { authorization, state: await cancel(granted, name) } satisfies CancellationAnswer);
    },
  );

  async function reservationOf(authorization: string): Promise<ReservationItem | undefined> {
    const views = await findTransactions({ lineage, references }, authorization);
    return views
      .flatMap(({ reservations }) => reservations.map(({ granted }) => granted))
      .find((each) => each.authorization === authorization);
  }

  async function cancel({ transaction, key }: ReservationItem, by: string): Promise<ReservationEndItem["how"]> {
    const end = { transaction, key: reservationEndKey(key) };
    const [answer] = await lineage.insert([{ type: "reservation-end", ...end, at: clock.now(), how: "cancelled", by }]);
    if (answer === "inserted") return "cancelled";
    const before = answer === "conflict" ? await lineage.get(transaction, end.key) : undefined;
    if (before?.type === "reservation-end") return before.how;
    throw new Unavailable(`nobody can say whether the cancellation of ${key} of ${transaction} was recorded: send the same again`);
  }
}
