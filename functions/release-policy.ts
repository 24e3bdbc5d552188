import { millisecondsBetween } from "#domain/calendar";
import { canonicalJson, sha256Hex } from "#domain/canonical";
import { Invalid, Unavailable, UnknownOutcome } from "#domain/failures";
import { contentAddress } from "#domain/lineage";
import {
  activeFromOf,
  approvalOf,
  assertSeen,
  isActive,
  keepingClosings,
  type PolicyContent,
  type PolicyFile,
  placeInTime,
  policyForm,
  type ReleaseTimeline,
  releasesAreApproved,
  releaseTimeline,
  sameButForClosings,
  withdrawable,
} from "#domain/policy";
import type { Clock } from "#ports/clock";
import type { DocumentStore } from "#ports/document-store";
import type { EventBus } from "#ports/event-bus";
import type { PolicyRelease, PolicyReleases } from "#ports/policy-releases";
import type { PolicyStore } from "#ports/policy-store";
import type { WorkLists } from "#ports/work-lists";
import { createHandler as wakeHeld } from "./wake-held.ts";

export interface ReleasePolicyDependencies {
  readonly releases: PolicyReleases;
  readonly documents: DocumentStore;
  readonly policies: PolicyStore;
  readonly workLists: WorkLists;
  readonly bus: EventBus;
  readonly clock: Clock;
  /** The stage asks for the approval of a second person; the policies in force may ask for it too. */
  readonly secondPerson: boolean;
}

export interface ReleasePolicyInput {
  /** The policy as it was resolved from its files, and the content hash of these (domain/policy, resolvePolicy). */
  readonly policy: PolicyContent;
  readonly version: string;
  /** The files themselves: kept, so that the next draft can be compared with what is in force. */
  readonly files?: readonly PolicyFile[];
  /** From when on it is in force, an instant in UTC; absent or past: at once. */
  readonly activeFrom?: string;
  /** Who releases it, and why: both stay on record. */
  readonly actor: string;
  readonly reason: string;
  /** Who approved it: somebody else. */
  readonly approvedBy?: string;
  /** What they looked at, as policy diff shows it: asked for wherever an approval is. */
  readonly seen?: string;
}

/** An earlier release that is to be in force again, as a new one. */
export interface RollbackPolicyInput {
  readonly rollback: number;
  readonly activeFrom?: string;
  readonly actor: string;
  readonly reason: string;
  readonly approvedBy?: string;
  readonly seen?: string;
}

/** A release that is pending is taken back before its time. */
export interface WithdrawPolicyInput {
  readonly withdraw: number;
  readonly actor: string;
  readonly reason: string;
  readonly approvedBy?: string;
  readonly seen?: string;
}

/** "in-force": what is in force, with its files, and what is pending. "last": the same of what the next release would follow, the last one that is pending where one is. */
export interface ShowPolicyInput {
  readonly show: "in-force" | "last";
}

export interface ShownPolicies {
  readonly release: number;
  readonly version: string;
  readonly activeFrom: string;
  readonly actor: string;
  readonly reason: string;
  readonly approvedBy?: string;
  /** Absent: a release of before files were kept. */
  readonly files?: readonly PolicyFile[];
  readonly pending: readonly {
    readonly release: number;
    readonly version: string;
    readonly activeFrom: string;
    readonly actor: string;
    readonly reason: string;
  }[];
}

export interface ReleasedPolicy {
  readonly release: number;
  readonly version: string;
  /** False when this content was in force already. */
  readonly released: boolean;
  /** It is pending until then. */
  readonly activeFrom?: string;
  /** It took this one back. */
  readonly withdrawn?: number;
  readonly woken: number;
}

/** How it was asked for. */
export interface ReleaseCall {
  /** A stack asks for what it was deployed with, forward or back; a call by name never does. */
  readonly byStack?: boolean;
}

interface Wanted extends Pick<PolicyRelease, "version" | "files"> {
  readonly policy: PolicyContent;
  readonly activeFrom: string | undefined;
}

/** Ten may be pending; the others were withdrawn. */
const releasesReadMax = 200;

const actorCharactersMax = 200;
const reasonCharactersMax = 1_000;
const attemptsMax = 5;

/**
 * Puts a policy in force, at once or from an instant on, with the periods that people closed by hand before: stores its content, inserts the next release unless the last one has this content, and wakes what is held. A
 * release that was cut off is released again: what is on record already is found, and everything is woken once more. Throws Invalid for
 * an input without version, actor or reason, without the second person that is asked for, for a rollback to a release that there is not, and for one that would undo a pending one or be undone by it; Unavailable or UnknownOutcome when it has to be released again.
 */
export function createHandler(dependencies: ReleasePolicyDependencies) {
  const { releases, documents, policies, workLists, bus, clock, secondPerson } = dependencies;
  const wake = wakeHeld({ workLists, bus, policies });

  return async function releasePolicy(
    input: ReleasePolicyInput | RollbackPolicyInput | WithdrawPolicyInput | ShowPolicyInput,
    { byStack = false }: ReleaseCall = {},
  ): Promise<ReleasedPolicy | ShownPolicies> {
    if ("show" in input) return show(input);
    checkAuthor(input);
    const { release, released } = await insertNext(input, byStack);
    // Until its time has come there is nothing to look at again: redrive-dead-letters wakes then.
    const isPending = release.activeFrom !== undefined && millisecondsBetween(clock.now(), release.activeFrom) > 0;
    const { woken } = isPending || release.withdraws !== undefined ? { woken: 0 } : await wake();
    return {
      ...{ release: release.release, version: release.version, released, woken },
      ...(isPending && release.activeFrom !== undefined ? { activeFrom: release.activeFrom } : {}),
      ...(release.withdraws === undefined ? {} : { withdrawn: release.withdraws }),
    };
  };

  async function show({ show: which }: ShowPolicyInput): Promise<ShownPolicies> {
    if (which !== "in-force" && which !== "last") throw new Invalid('show takes "in-force" or "last"');
    const known = await releases.latest(releasesReadMax);
    const { inForce, pending } = releaseTimeline(known, clock.now());
    const shown = which === "last" ? (pending.at(-1) ?? inForce) : inForce;
    if (shown === undefined) throw new Invalid("no policy was released yet: release one");
    const { release, version, actor, reason, approvedBy } = shown;
    const files = shown.files ?? (await filesBefore(shown, known));
    const bytes = files === undefined ? undefined : await documents.get(files);
    return {
      ...{ release, version, activeFrom: activeFromOf(shown), actor, reason },
      ...(approvedBy === undefined ? {} : { approvedBy }),
      ...(bytes === undefined ? {} : { files: JSON.parse(new TextDecoder().decode(bytes)) as readonly PolicyFile[] }),
      pending: pending.map((each) => ({
        ...{ release: each.release, version: each.version, activeFrom: activeFromOf(each), actor: each.actor, reason: each.reason },
      })),
    };
  }

  /** Of a closing that was made without files: those of the last release before it of which it is made, and which differs from it in closings alone. */
  async function filesBefore(shown: PolicyRelease, known: readonly PolicyRelease[]): Promise<string | undefined> {
    const content = await contentOf(shown);
    if (content === undefined) return undefined;
    for (const each of onceInForce(known, clock.now())) {
      if (each.release >= shown.release || each.files === undefined) continue;
      const before = await contentOf(each);
      if (before !== undefined && sameButForClosings(before, content)) return each.files;
    }
    return undefined;
  }

  /** What was in force before; undefined where its content is lost, as then a release is what heals. */
  async function contentOf({ address }: PolicyRelease): Promise<PolicyContent | undefined> {
    const bytes = await documents.get(address);
    return bytes === undefined ? undefined : (JSON.parse(new TextDecoder().decode(bytes)) as PolicyContent);
  }

  /** What an earlier release put in force lies where it was put. It must be readable by this code, or nothing could be decided after it. */
  async function earlier({ rollback, activeFrom }: RollbackPolicyInput, last: number): Promise<Wanted> {
    if (!Number.isSafeInteger(rollback) || rollback < 1) throw new Invalid("rollback takes the number of a release, 1 or higher");
    const target = await releases.get(rollback);
    if (target === undefined) throw new Invalid(`no release ${rollback} to go back to: the last one is ${last === 0 ? "none" : last}`);
    if ((target.form ?? 1) !== policyForm)
      throw new Invalid(
        `release ${rollback} is written in form ${target.form ?? 1} and this code reads form ${policyForm}: release its files again`,
      );
    const policy = await contentOf(target);
    if (policy === undefined) throw new Invalid(`the content of release ${rollback} was not kept: release its files again`);
    return { policy, version: target.version, activeFrom, ...(target.files === undefined ? {} : { files: target.files }) };
  }

  async function handedIn(input: ReleasePolicyInput, kept: Set<string>): Promise<Wanted> {
    check(input);
    return {
      policy: input.policy,
      version: input.version,
      activeFrom: input.activeFrom,
      ...(input.files === undefined ? {} : { files: await stored(input.files, kept) }),
    };
  }

  /** `kept`: what this call has put there already. */
  async function stored(content: unknown, kept: Set<string>): Promise<string> {
    const bytes = new TextEncoder().encode(canonicalJson(content));
    const address = contentAddress(sha256Hex(bytes));
    if (!kept.has(address)) await documents.put(address, bytes);
    kept.add(address);
    return address;
  }

  /** Inserts the next release, unless what is wanted stands already. Whoever is quicker is read anew: what is in force, what is pending, and who has to approve. */
  async function insertNext(
    input: ReleasePolicyInput | RollbackPolicyInput | WithdrawPolicyInput,
    byStack: boolean,
  ): Promise<{ readonly release: PolicyRelease; readonly released: boolean }> {
    const kept = new Set<string>();
    for (let attempt = 0; attempt < attemptsMax; attempt++) {
      const known = await releases.latest(releasesReadMax);
      const now = clock.now();
      const timeline = releaseTimeline(known, now);
      const last = known[0]?.release ?? 0;
      const before = timeline.inForce === undefined ? undefined : await contentOf(timeline.inForce);
      const author = authorOf(input, before, now);
      const next =
        "withdraw" in input
          ? withdrawal(input, timeline, known, now)
          : await following("rollback" in input ? await earlier(input, last) : await handedIn(input, kept), timeline, {
              before,
              now,
              kept,
            });
      if ("stands" in next) return { release: next.stands, released: false };
      const goesBack = byStack && "policy" in input && (await wasApproved(input, known, now));
      if (!goesBack) assertApproved(input, next, timeline, before, now);
      const release: PolicyRelease = { release: last + 1, ...next, ...author, at: now };
      switch (await releases.insert(release)) {
        case "inserted":
          return { release, released: true };
        case "conflict":
          // Somebody else released meanwhile: this one comes after theirs.
          continue;
        case "unavailable":
          throw new Unavailable(`the policy ${release.version} was not released: release it again`);
        case "unknown":
          throw new UnknownOutcome(`nobody can say whether the policy ${release.version} was released: release it again`);
      }
    }
    throw new Unavailable(`the policy was not released, others were ${attemptsMax} times quicker: release it again`);
  }

  /** What is wanted as the next release; or the release as which it stands, in force or pending for the same instant. */
  async function following(
    { policy, version, activeFrom, files }: Wanted,
    timeline: ReleaseTimeline<PolicyRelease>,
    { before, now, kept }: { readonly before: PolicyContent | undefined; readonly now: string; readonly kept: Set<string> },
  ): Promise<Next> {
    const { inForce, pending } = timeline;
    const address = await stored(before === undefined ? policy : keepingClosings(policy, before), kept);
    // The version alone would not do: other code may resolve the same files to another policy.
    const isThis = (each: PolicyRelease | undefined) =>
      each?.version === version && each.address === address && (each.form ?? 1) === policyForm;
    const stands = pending.at(-1) ?? inForce;
    if (stands !== undefined && isThis(stands)) return { stands };
    const from = placeInTime(timeline, activeFrom, now);
    return {
      ...{ version, address, form: policyForm },
      ...(from === undefined ? {} : { activeFrom: from }),
      ...(files === undefined ? {} : { files }),
    };
  }

  function withdrawal(
    { withdraw }: WithdrawPolicyInput,
    timeline: ReleaseTimeline<PolicyRelease>,
    known: readonly PolicyRelease[],
    now: string,
  ): Next {
    const done = known.find(({ withdraws }) => withdraws === withdraw);
    if (done !== undefined) return { stands: done };
    const { release: withdraws } = withdrawable(timeline, withdraw, now);
    const { version, address, form } = timeline.inForce as PolicyRelease;
    return { version, address, ...(form === undefined ? {} : { form }), withdraws };
  }

  /** Who approves is asked by what is in force: a release cannot begin by not asking. */
  function authorOf({ actor, reason, approvedBy }: Author, before: PolicyContent | undefined, now: string): Author {
    const approved = approvalOf({ actor, approvedBy }, "release", approvalIsAskedFor(before, now));
    return { actor, reason, ...(approved === undefined ? {} : { approvedBy: approved }) };
  }

  function approvalIsAskedFor(before: PolicyContent | undefined, now: string): boolean {
    return secondPerson || (before !== undefined && releasesAreApproved({ approvals: before.approvals ?? [] }, now));
  }

  /** The same policies, by the same two people, were in force before: a stack that goes back to them has no other approval than that one. Other code that reads the same files otherwise has none. */
  async function wasApproved(input: ReleasePolicyInput, known: readonly PolicyRelease[], now: string): Promise<boolean> {
    const { version, actor, approvedBy, policy } = input;
    if (approvedBy === undefined) return false;
    for (const each of onceInForce(known, now)) {
      if (each.version !== version || each.actor !== actor || each.approvedBy !== approvedBy) continue;
      const content = await contentOf(each);
      if (content !== undefined && sameButForClosings(content, policy)) return true;
    }
    return false;
  }

  /** Of whatever puts other policies in force than stand: the first ones have nothing to be compared with. */
  function assertApproved(
    { approvedBy, seen }: Pick<ReleasePolicyInput, "approvedBy" | "seen">,
    { version }: { readonly version: string },
    { inForce, pending }: ReleaseTimeline<PolicyRelease>,
    before: PolicyContent | undefined,
    now: string,
  ): void {
    const last = pending.at(-1) ?? inForce;
    if (last === undefined) return;
    const follows = `release ${last.release} of ${last.actor} (${last.reason})`;
    assertSeen({ approvedBy, seen }, { before: last.version, after: version }, { isAskedFor: approvalIsAskedFor(before, now), follows });
  }
}

/** Those that were in force, the highest number first: none that was taken back or replaced before its time. */
function onceInForce(known: readonly PolicyRelease[], now: string): readonly PolicyRelease[] {
  const never = new Set(known.flatMap(({ withdraws, replaces }) => [withdraws, replaces]));
  return known.filter((each) => each.withdraws === undefined && !never.has(each.release) && isActive(each, now));
}

type Next = { readonly stands: PolicyRelease } | Omit<PolicyRelease, "release" | "at" | "actor" | "reason" | "approvedBy">;

function check({ policy, version }: ReleasePolicyInput): void {
  if (typeof version !== "string" || !/^[0-9a-f]{64}$/.test(version)) {
    throw new Invalid("a release needs the version of its policy files, 64 hex digits: resolve the files first");
  }
  if (typeof policy !== "object" || policy === null || Object.keys(policy.entities ?? {}).length === 0) {
    throw new Invalid("a release needs a resolved policy with at least one entity: resolve the files first");
  }
}

type Author = Pick<PolicyRelease, "actor" | "reason" | "approvedBy">;

/** What stays on record of who made a release. */
function checkAuthor({ actor, reason }: Author): void {
  for (const [name, text, charactersMax] of [
    ["an actor", actor, actorCharactersMax],
    ["a reason", reason, reasonCharactersMax],
  ] as const) {
    if (typeof text !== "string" || text.trim() === "" || text.length > charactersMax) {
      throw new Invalid(`a release needs ${name} of 1 to ${charactersMax} characters: auditors ask for it`);
    }
  }
}
