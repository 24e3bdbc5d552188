import { canonicalJson, sha256Hex } from "#domain/canonical";
import { Invalid, Unavailable, UnknownOutcome } from "#domain/failures";
import { contentAddress } from "#domain/lineage";
import { approvalOf, keepingClosings, type PolicyContent, policyForm } from "#domain/policy";
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
  /** Nothing is released without the approval of a second person. */
  readonly secondPerson: boolean;
}

export interface ReleasePolicyInput {
  /** The policy as it was resolved from its files, and the content hash of these (domain/policy, resolvePolicy). */
  readonly policy: PolicyContent;
  readonly version: string;
  /** Who releases it, and why: both stay on record. */
  readonly actor: string;
  readonly reason: string;
  /** Who approved it: somebody else. */
  readonly approvedBy?: string;
}

/** An earlier release that is to be in force again, as a new one. */
export interface RollbackPolicyInput {
  readonly rollback: number;
  readonly actor: string;
  readonly reason: string;
  readonly approvedBy?: string;
}

export interface ReleasedPolicy {
  readonly release: number;
  readonly version: string;
  /** False when this content was in force already. */
  readonly released: boolean;
  readonly woken: number;
}

interface Wanted extends Pick<PolicyRelease, "version" | "actor" | "reason" | "approvedBy"> {
  readonly policy: PolicyContent;
}

const actorCharactersMax = 200;
const reasonCharactersMax = 1_000;
const attemptsMax = 5;

/**
 * Puts a policy in force, with the periods that people closed by hand before: stores its content, inserts the next release unless the last
 * one has this content, and wakes what is held. A release that was cut off is released again: what is on record already is found, and
 * everything is woken once more. Throws Invalid for an input without version, actor or reason, and for a rollback to a release that there
 * is not; Unavailable or UnknownOutcome when it has to be released again.
 */
export function createHandler(dependencies: ReleasePolicyDependencies) {
  const { releases, documents, policies, workLists, bus, clock, secondPerson } = dependencies;
  const wake = wakeHeld({ workLists, bus, policies });

  return async function releasePolicy(input: ReleasePolicyInput | RollbackPolicyInput): Promise<ReleasedPolicy> {
    const { released, release } = await putInForce("rollback" in input ? await earlier(input) : await wanted(input));
    const { woken } = await wake();
    return { release: release.release, version: release.version, released, woken };
  };

  async function wanted(input: ReleasePolicyInput): Promise<Wanted> {
    const author = checkAuthor(input, secondPerson);
    check(input);
    return { policy: input.policy, version: input.version, ...author };
  }

  /** What was in force before; undefined where its content is lost, as then a release is what heals. */
  async function contentOf({ address }: PolicyRelease): Promise<PolicyContent | undefined> {
    const bytes = await documents.get(address);
    return bytes === undefined ? undefined : (JSON.parse(new TextDecoder().decode(bytes)) as PolicyContent);
  }

  /** What an earlier release put in force lies where it was put. It must be readable by this code, or nothing could be decided after it. */
  async function earlier(input: RollbackPolicyInput): Promise<Wanted> {
    const { rollback } = input;
    const author = checkAuthor(input, secondPerson);
    if (!Number.isSafeInteger(rollback) || rollback < 1) throw new Invalid("rollback takes the number of a release, 1 or higher");
    const [last, target] = [await releases.last(), await releases.get(rollback)];
    if (target === undefined) throw new Invalid(`no release ${rollback} to go back to: the last one is ${last?.release ?? "none"}`);
    if ((target.form ?? 1) !== policyForm)
      throw new Invalid(
        `release ${rollback} is written in form ${target.form ?? 1} and this code reads form ${policyForm}: release its files again`,
      );
    const policy = await contentOf(target);
    if (policy === undefined) throw new Invalid(`the content of release ${rollback} was not kept: release its files again`);
    return { policy, version: target.version, ...author };
  }

  async function putInForce({
    policy,
    version,
    ...author
  }: Wanted): Promise<{ readonly release: PolicyRelease; readonly released: boolean }> {
    let stored: string | undefined;
    for (let attempt = 0; attempt < attemptsMax; attempt++) {
      const last = await releases.last();
      const before = last === undefined ? undefined : await contentOf(last);
      const kept = before === undefined ? policy : keepingClosings(policy, before);
      const bytes = new TextEncoder().encode(canonicalJson(kept));
      const address = contentAddress(sha256Hex(bytes));
      if (stored !== address) await documents.put(address, bytes);
      stored = address;
      // The version alone would not do: other code may resolve the same files to another policy.
      if (last?.version === version && last.address === address && (last.form ?? 1) === policyForm)
        return { release: last, released: false };
      const release = { release: (last?.release ?? 0) + 1, version, address, form: policyForm, ...author, at: clock.now() };
      switch (await releases.insert(release)) {
        case "inserted":
          return { release, released: true };
        case "conflict":
          // Somebody else released meanwhile: this one comes after theirs.
          continue;
        case "unavailable":
          throw new Unavailable(`the policy ${version} was not released: release it again`);
        case "unknown":
          throw new UnknownOutcome(`nobody can say whether the policy ${version} was released: release it again`);
      }
    }
    throw new Unavailable(`the policy ${version} was not released, others were ${attemptsMax} times quicker: release it again`);
  }
}

function check({ policy, version }: ReleasePolicyInput): void {
  if (typeof version !== "string" || !/^[0-9a-f]{64}$/.test(version)) {
    throw new Invalid("a release needs the version of its policy files, 64 hex digits: resolve the files first");
  }
  if (typeof policy !== "object" || policy === null || Object.keys(policy.entities ?? {}).length === 0) {
    throw new Invalid("a release needs a resolved policy with at least one entity: resolve the files first");
  }
}

type Author = Pick<PolicyRelease, "actor" | "reason" | "approvedBy">;

/** What stays on record of who made a release, and of the second person. */
function checkAuthor({ actor, reason, approvedBy }: Author, secondPerson: boolean): Author {
  for (const [name, text, charactersMax] of [
    ["an actor", actor, actorCharactersMax],
    ["a reason", reason, reasonCharactersMax],
  ] as const) {
    if (typeof text !== "string" || text.trim() === "" || text.length > charactersMax) {
      throw new Invalid(`a release needs ${name} of 1 to ${charactersMax} characters: auditors ask for it`);
    }
  }
  const approved = approvalOf({ actor, approvedBy }, "release", secondPerson);
  return { actor, reason, ...(approved === undefined ? {} : { approvedBy: approved }) };
}
