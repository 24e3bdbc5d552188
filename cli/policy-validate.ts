import { Invalid } from "#domain/failures";
import { type PolicyError, type PolicyFile, resolvePolicy } from "#domain/policy";
import type { HubPolicies } from "#hub";
import type { CommandInput } from "./command.ts";
import { isFollowed } from "./policy-source.ts";
import { refuse } from "./policy-text.ts";

/** Checks the policies folder and puts nothing in force. */
export function validatePolicy(input: CommandInput, opened: HubPolicies): number {
  const files = readFolder(opened);
  if ("fault" in files) return refuse(input, [files.fault]);
  const resolved = resolvePolicy(files.files);
  if ("errors" in resolved) return refuse(input, resolved.errors);
  const { version, policy } = resolved;
  if (input.json) {
    input.terminal.print(JSON.stringify({ ok: true, faults: [], version }));
    return 0;
  }
  const releases = opened.policies.releases();
  const { inForce: last } = opened.policies.standing();
  const counted = `${files.files.length} files, ${Object.keys(policy.entities).length} entities`;
  input.terminal.print(`The policies are sound: ${counted}, version ${version.slice(0, 12)}.`);
  if (last?.version === version) input.terminal.print(`They are in force as release ${last.release}, by ${last.actor}: ${last.reason}`);
  else if (isFollowed(releases)) input.terminal.print("The hub takes them up by itself: nobody has released by name yet.");
  else input.terminal.print(`In force is release ${last?.release}. See policy diff, then policy release.`);
  return 0;
}

/** A folder that cannot be read is a fault of the policies, and no internal one. */
function readFolder({ policies }: HubPolicies): { readonly files: readonly PolicyFile[] } | { readonly fault: PolicyError } {
  try {
    return { files: policies.folder() };
  } catch (error) {
    if (!(error instanceof Invalid)) throw error;
    return { fault: { file: "policies", path: "", value: "nothing", message: error.message.replace(/^policies: /, "") } };
  }
}
