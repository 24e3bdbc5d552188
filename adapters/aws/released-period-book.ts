import { canonicalJson, contentHash, sha256Hex } from "#domain/canonical";
import { Invalid, Unavailable, UnknownOutcome } from "#domain/failures";
import { contentAddress } from "#domain/lineage";
import { hasPeriodRule, type PolicyContent, placeInTime, policyForm, withPeriodRule } from "#domain/policy";
import type { Clock } from "#ports/clock";
import type { DocumentStore } from "#ports/document-store";
import type { PeriodBook } from "#ports/period-book";
import type { PolicyReleases } from "#ports/policy-releases";
import { standingReleases } from "./standing-releases.ts";

const attemptsMax = 5;

/**
 * ports/period-book over what was released: the content in force with one more period rule is the next release. Its version follows from the one
 * before and the rule, as no files have it; whatever is released from files later keeps the closing (functions/release-policy).
 */
export function createReleasedPeriodBook(options: {
  readonly releases: PolicyReleases;
  readonly documents: DocumentStore;
  readonly clock: Clock;
}): PeriodBook {
  const { releases, documents, clock } = options;
  return {
    async close({ entity, rule, ...author }) {
      for (let attempt = 0; attempt < attemptsMax; attempt++) {
        const now = clock.now();
        const timeline = await standingReleases(releases, now);
        const { inForce: last } = timeline;
        if (last === undefined) throw new Invalid("no policy was released yet: release one with release-policy");
        if ((last.form ?? 1) !== policyForm)
          throw new Invalid(
            `release ${last.release} is written in form ${last.form ?? 1} and this code reads form ${policyForm}: release its files again`,
          );
        const bytes = await documents.get(last.address);
        if (bytes === undefined) throw new Unavailable(`the content ${last.address} of a policy release is missing: release it again`);
        const content = JSON.parse(new TextDecoder().decode(bytes)) as PolicyContent;
        if (!Object.hasOwn(content.entities, entity)) throw new Invalid(`the policies in force have no entity ${entity}`);
        if (hasPeriodRule(content, entity, rule)) return { release: last.release, isNew: false };
        placeInTime(timeline, undefined, now);
        const closed = new TextEncoder().encode(canonicalJson(withPeriodRule(content, entity, rule)));
        const address = contentAddress(sha256Hex(closed));
        await documents.put(address, closed);
        const version = contentHash({ version: last.version, entity, rule });
        const release = { release: timeline.last + 1, version, address, form: policyForm, ...author, at: now };
        switch (await releases.insert(release)) {
          case "inserted":
            return { release: release.release, isNew: true };
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
