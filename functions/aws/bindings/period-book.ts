import { createReleasedPeriodBook } from "#adapters/aws";
import { clock } from "./clock.ts";
import { documents } from "./document-store.ts";
import { policyReleases as releases } from "./policy-releases.ts";

export const periodBook = createReleasedPeriodBook({ releases, documents, clock });
