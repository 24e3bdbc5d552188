import { createHandler } from "#functions/release-policy";
import { bus, clock, documents, http, policies, policyReleases as releases, workLists } from "./bindings/index.ts";
import { policyToRelease } from "./triggers/deployed-policy.ts";
import { asksForSecondPerson } from "./triggers/second-person.ts";
import { stackResource } from "./triggers/stack-resource.ts";

const release = createHandler({ releases, documents, policies, workLists, bus, clock, secondPerson: asksForSecondPerson() });

export const handler = stackResource("release-policy", (event, byStack) => release(policyToRelease(event), { byStack }), http);
