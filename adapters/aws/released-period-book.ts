import { canonicalJson, contentHash, sha256Hex } from "#domain/canonical";
import { Invalid, Unavailable, UnknownOutcome } from "#domain/failures";
import { contentAddress } from "#domain/lineage";
import { carriedOver, hasPeriodRule, keepingClosings, type PolicyContent, policyForm, withPeriodRule } from "#domain/policy";
import type { Clock } from "#ports/clock";
import type { DocumentStore } from "#ports/document-store";
import type { PeriodBook } from "#ports/period-book";
import type { PolicyRelease, PolicyReleases } from "#ports/policy-releases";
import { standingReleases } from "./standing-releases.ts";

const attemptsMax = 5;

/**
 * ports/period-book over what was released: the content in force with one more period rule is the next release. Its version follows from the one
 * before and the rule, as no files have it; whatever is released from files later keeps the closing (functions/release-policy), and so does what is pending, which is
 * made again after it in the same write.
 */
export function createReleasedPeriodBook(options: {
  readonly releases: PolicyReleases;
  readonly documents: DocumentStore;
  readonly clock: Clock;
}): PeriodBook {
  const { releases, documents, clock } = options;
  async function contentOf({ release, form = 1, address }: PolicyRelease): Promise<PolicyContent> {
    if (form !== policyForm)
      throw new Invalid(`release ${release} is written in form ${form} and this code reads form ${policyForm}: release its files again`);
    const bytes = await documents.get(address);
    if (bytes === undefined) throw new Unavailable(`the content ${address} of a policy release is missing: release it again`);
    return JSON.parse(new TextDecoder().decode(bytes)) as PolicyContent;
  }

  async function stored(content: PolicyContent): Promise<string> {
    const bytes = new TextEncoder().encode(canonicalJson(content));
    const address = contentAddress(sha256Hex(bytes));
    await documents.put(address, bytes);
    return address;
  }

  return {
    async close({ entity, rule, ...author }) {
      for (let attempt = 0; attempt < attemptsMax; attempt++) {
        const now = clock.now();
        const timeline = await standingReleases(releases, now);
        const { inForce: last } = timeline;
        if (last === undefined) throw new Invalid("no policy was released yet: release one with release-policy");
        const content = await contentOf(last);
        if (!Object.hasOwn(content.entities, entity)) throw new Invalid(`the policies in force have no entity ${entity}`);
        if (hasPeriodRule(content, entity, rule)) return { release: last.release, isNew: false };
        const closed = withPeriodRule(content, entity, rule);
        const version = contentHash({ version: last.version, entity, rule });
        const number = timeline.last + 1;
        // The files that it was resolved from are those of the release that it follows: whoever compares a draft, or copies the history, reads them.
        const kept = last.files === undefined ? {} : { files: last.files };
        const made: PolicyRelease[] = [
          { release: number, version, address: await stored(closed), form: policyForm, ...kept, ...author, at: now },
        ];
        for (const [index, pending] of carriedOver(timeline, now).entries()) {
          const address = await stored(keepingClosings(await contentOf(pending), closed));
          made.push({ ...pending, release: number + 1 + index, address, at: now, replaces: pending.release });
        }
        switch (await releases.insertAll(made)) {
          case "inserted":
            return { release: number, isNew: true };
          case "conflict":
            // Somebody released meanwhile: the closing is of what they made.
            continue;
          case "unavailable":
            throw new Unavailable(`${rule.period} of ${entity} was not closed: close it again`);
          case "unknown":
            throw new UnknownOutcome(`nobody can say whether ${rule.period} of ${entity} was closed: close it again`);
        }
      }
      throw new Unavailable(`${rule.period} of ${entity} was not closed, others were ${attemptsMax} times quicker: close it again`);
    },
  };
}
