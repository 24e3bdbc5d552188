import { type PaceSettings, paceFor } from "#domain/pace";
import type { ConnectionPolicy } from "./policy-types.ts";

/**
 * By kind of ERP: who books cost of goods and inventory for a stock document, whether a receipt may be posted against an order, what a connection must
 * state, and how many may send at once. One: the hub books what goods are worth itself, from what was there before, and two senders would start from the
 * same average.
 */
export const erpKinds = {
  sandbox: { booksInventory: "erp", receivesAgainstOrders: true, needs: [], senders: "any" },
  tryton: { booksInventory: "hub", receivesAgainstOrders: true, needs: ["url", "database"], senders: "one" },
  netsuite: { booksInventory: "erp", receivesAgainstOrders: false, needs: ["url", "database"], senders: "any" },
  // Its standard API receives an order only together with the vendor's invoice.
  "business-central": { booksInventory: "hub", receivesAgainstOrders: false, needs: ["url"], senders: "one" },
  odoo: { booksInventory: "hub", receivesAgainstOrders: true, needs: ["url", "database"], senders: "one" },
  erpnext: { booksInventory: "hub", receivesAgainstOrders: true, needs: ["url"], senders: "one" },
} as const satisfies Record<
  ConnectionPolicy["adapter"],
  {
    readonly booksInventory: string;
    readonly receivesAgainstOrders: boolean;
    readonly needs: readonly (keyof ConnectionPolicy)[];
    readonly senders: "one" | "any";
  }
>;

/** Beside the lease: what passes between the turn that was granted and the plan's lease, which ends all sending. */
const beforeLeaseSeconds = 15;

/** The pace of a connection over the host's standard, and whose turn it is where its ERP takes one sender at a time. */
export function connectionPace(connection: ConnectionPolicy | undefined, standard: PaceSettings): PaceSettings {
  const pace = paceFor(connection?.pace, standard);
  if (connection === undefined || !takesOneSender(connection)) return pace;
  return { ...pace, senderSeconds: connection.leaseSeconds + beforeLeaseSeconds };
}

export function takesOneSender({ adapter }: Pick<ConnectionPolicy, "adapter">): boolean {
  return erpKinds[adapter].senders === "one";
}
