import type { ApprovalItem } from "#domain/lineage";
import type { ListedException } from "#functions/open-exceptions";
import type { Erp } from "#ports/erp";
import type { PosFileDelivery, WebhookDelivery } from "#sample";
import type { Faults } from "#sandbox-erp";

/** One place that the product runs in, as its neighbours and its desk see it: a scenario is played on every host by the same code. */
export interface Host {
  /** Over HTTP, signed with the shop's secret, or with another one when the delivery is forged. */
  deliver(delivery: WebhookDelivery): Promise<{ readonly status: number; readonly body: string }>;
  /** Where stores drop their files. */
  drop(file: PosFileDelivery): Promise<void>;
  approvals(): Promise<readonly ApprovalItem[]>;
  decide(decision: Decision): Promise<unknown>;
  exceptions(): Promise<readonly ListedException[]>;
  retry(retried: {
    readonly transaction: string;
    readonly exception: string;
    readonly by: string;
    readonly reason: string;
  }): Promise<unknown>;
  /** What befalls the next requests to the sandbox ERP. */
  readonly erpFaults: Faults;
  /** The function that decides what is posted cannot be started until it is let go again; what then waits to be tried again does so at once. */
  stopDeciding(): Promise<void>;
  letDecidingGo(): Promise<void>;
  /** How many messages of the connection's queue were given up. */
  deadLetters(connection: string): Promise<number>;
  /** Brings dead letters to the desk now, and not only when its schedule says so. */
  redrive(): Promise<void>;
  /** Looks until something is found; throws, with what was looked for, when it is not within a minute. */
  eventually<Found>(what: string, look: () => Promise<Found | undefined>): Promise<Found>;
  /** The ERP's own books, behind every connection. */
  erp(connection: string): Erp;
  close(): Promise<void>;
}

export interface Decision {
  readonly transaction: string;
  readonly approval: string;
  readonly answer: "granted" | "refused";
  readonly by: string;
  readonly reason: string;
}
