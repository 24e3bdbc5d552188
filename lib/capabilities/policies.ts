import { CustomResource, Duration } from "aws-cdk-lib";
import { Construct } from "constructs";
import { contentHash } from "#domain/canonical";
import type { PolicyContent, PolicyFile } from "#domain/policy";
import { onPolicyRelease, operations, pascalCase } from "#wiring";
import { ThroughlineFunction } from "../parts/throughline-function.ts";
import type { Platform } from "../platform.ts";

/** The policies as they were resolved at synthesis, and who puts them in force and why: both stay on record. */
export interface PolicyToRelease {
  readonly policy: PolicyContent;
  /** Content hash of the files. */
  readonly version: string;
  readonly files: readonly PolicyFile[];
  /** From when on it is in force, an instant in UTC; absent: from the deploy on. */
  readonly activeFrom?: string | undefined;
  readonly actor: string;
  readonly reason: string;
  readonly approvedBy?: string | undefined;
  /** What they looked at, as policy diff shows it. */
  readonly seen?: string | undefined;
}

export interface PoliciesProps {
  readonly platform: Platform;
  readonly release: PolicyToRelease;
  /** What must be there before a release wakes whoever waits for it. */
  readonly after: readonly Construct[];
}

/** The operation that a deploy calls; others are called by people and pipelines alone. */
const releasing = "release-policy";
/** Of the whole release, after which the deploy is taken back. */
const releaseMinutesMax = 5;

/**
 * Puts the deployed policies in force, and wakes what waited for them. The policies stand in the releasing function's own bundle; the
 * deploy calls it whenever they are others than before, and is taken back when they are refused.
 */
export class Policies extends Construct {
  constructor(scope: Construct, id: string, { platform, release, after }: PoliciesProps) {
    super(scope, id);
    new ThroughlineFunction(this, pascalCase(onPolicyRelease.function), { platform, name: onPolicyRelease.function });
    for (const { function: name } of operations) {
      const called = new ThroughlineFunction(this, pascalCase(name), {
        platform,
        name,
        // A deploy calls without waiting, and is told by the function itself.
        asynchronous: { deadLetters: platform.undelivered },
        constants: {
          SECOND_PERSON: platform.settings.secondPerson === true,
          ...(name === releasing ? { DEPLOYED_POLICY: release } : {}),
        },
      });
      if (name === releasing) this.#release(called, release, after);
    }
  }

  #release(releases: ThroughlineFunction, { version, policy }: PolicyToRelease, after: readonly Construct[]): void {
    const released = new CustomResource(this, "Release", {
      serviceToken: releases.lambda.functionArn,
      resourceType: "Custom::PolicyRelease",
      serviceTimeout: Duration.minutes(releaseMinutesMax),
      // The files, and what the code makes of them: a change of either is a release.
      properties: { Version: version, Resolved: contentHash(policy) },
    });
    released.node.addDependency(releases, ...after);
  }
}
