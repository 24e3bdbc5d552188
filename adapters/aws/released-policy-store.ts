import { addSeconds } from "#domain/calendar";
import { sha256Hex } from "#domain/canonical";
import { Invalid, Unavailable, UnreadablePolicy } from "#domain/failures";
import { contentAddress } from "#domain/lineage";
import { activeFromOf, type Policy, type PolicyContent, policyForm } from "#domain/policy";
import type { Clock } from "#ports/clock";
import type { DocumentStore } from "#ports/document-store";
import type { PolicyRelease, PolicyReleases } from "#ports/policy-releases";
import type { PolicyStore } from "#ports/policy-store";
import { standingReleases } from "./standing-releases.ts";

const cacheSeconds = 5;
/** The cache, the time-out of decide-postings (25 s), and a minute by which clocks may differ. */
const olderDecideSeconds = cacheSeconds + 25 + 60;

/**
 * ports/policy-store over what was released: the last release says where its content lies in the document store. The release is read anew
 * every five seconds, which is one small strongly consistent read; the content only when it is another one. A release in another form than
 * this code knows, or whose content is not what was released, throws UnreadablePolicy.
 */
export function createReleasedPolicyStore(options: {
  readonly releases: PolicyReleases;
  readonly documents: DocumentStore;
  readonly clock: Clock;
}): PolicyStore {
  const { releases, documents, clock } = options;
  let cached: { readonly policy: Policy; readonly until: number } | undefined;
  let content: { readonly address: string; readonly policy: PolicyContent } | undefined;

  async function standing(): Promise<{ readonly inForce: PolicyRelease; readonly next: PolicyRelease | undefined }> {
    const { inForce, pending } = await standingReleases(releases, clock.now());
    if (inForce === undefined) throw new Invalid("no policy was released yet: release one with release-policy");
    return { inForce, next: pending[0] };
  }

  async function contentOf({ release, address, form = 1 }: PolicyRelease): Promise<PolicyContent> {
    if (form !== policyForm)
      throw new UnreadablePolicy(
        release,
        `policy release ${release} is written in form ${form} and this code reads form ${policyForm}: deploy the code that it was released with, or release the policies again with this one`,
      );
    if (content?.address === address) return content.policy;
    const bytes = await documents.get(address);
    if (bytes === undefined) throw new Unavailable(`the content ${address} of a policy release is missing: release it again`);
    if (contentAddress(sha256Hex(bytes)) !== address)
      throw new UnreadablePolicy(release, `the content ${address} of policy release ${release} is not what was released: release it again`);
    const policy = JSON.parse(new TextDecoder().decode(bytes)) as PolicyContent;
    content = { address, policy };
    return policy;
  }

  async function reload(): Promise<Policy> {
    // The age of what is read counts from before the reading.
    const cachedUntil = Date.parse(clock.now()) + cacheSeconds * 1_000;
    const { inForce, next } = await standing();
    const { release, version, actor } = inForce;
    const policy: Policy = { ...(await contentOf(inForce)), release, version, releasedBy: actor };
    // A release that is pending is in force from its instant on, also for whoever has another one in memory.
    const until = next === undefined ? cachedUntil : Math.min(cachedUntil, Date.parse(activeFromOf(next)));
    cached = { policy, until };
    return policy;
  }

  return {
    async current() {
      return cached !== undefined && Date.parse(clock.now()) < cached.until ? cached.policy : reload();
    },
    reload,
    async lastRelease() {
      const { inForce } = await standing();
      const at = activeFromOf(inForce);
      const pending = inForce.activeFrom === undefined ? {} : { wasPending: true as const };
      // There is none before the first.
      return { release: inForce.release, at, everywhereAt: inForce.release === 1 ? at : addSeconds(at, olderDecideSeconds), ...pending };
    },
  };
}
