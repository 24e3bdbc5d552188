import { addSeconds } from "#domain/calendar";

/** How long one execution may work on a plan. A lease runs from the insert of the plan or of the last take-over. */
export interface PostingLease {
  readonly leaseSeconds: number;
  /** After this the sender gives a request up. */
  readonly requestTimeoutSeconds: number;
  /** The longest that the ERP works on a request that the sender gave up. */
  readonly serverRunSeconds: number;
  readonly clockSkewSeconds: number;
  /** How long a taken document may stay invisible to look-ups. */
  readonly visibilityLagSeconds: number;
}

/** The lease alone of a connection's settings: what a plan stores. */
export function leaseOf(settings: PostingLease): PostingLease {
  const { leaseSeconds, requestTimeoutSeconds, serverRunSeconds, clockSkewSeconds, visibilityLagSeconds } = settings;
  return { leaseSeconds, requestTimeoutSeconds, serverRunSeconds, clockSkewSeconds, visibilityLagSeconds };
}

/**
 * Whether a step may still be sent: what is left must cover the request time-out, the ERP's longest run and the clock skew, so that
 * nothing is still being sent or worked on when another execution takes over. A clock that shows a time before the lease began, by more
 * than the skew, was set back: how much of the lease is left cannot be told from it.
 */
export function maySend(lease: PostingLease, startedAt: string, now: string): boolean {
  const needed = lease.requestTimeoutSeconds + lease.serverRunSeconds + lease.clockSkewSeconds;
  return now >= addSeconds(startedAt, -lease.clockSkewSeconds) && now <= addSeconds(startedAt, lease.leaseSeconds - needed);
}

/** From when another execution may take over: the lease is out, and what the ERP took can be seen. */
export function takeOverFrom(lease: PostingLease, startedAt: string): string {
  return addSeconds(startedAt, lease.leaseSeconds + lease.visibilityLagSeconds);
}
