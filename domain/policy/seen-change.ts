import { Invalid } from "#domain/failures";

/** What a release changes: from the policies that it follows, the last pending ones or those in force, to its own. Content hashes. */
export interface PolicyStep {
  readonly before: string;
  readonly after: string;
}

/** Of a content hash, 80 bits: nobody makes another content that begins alike. */
const digits = 20;
const pattern = new RegExp(`^([0-9a-f]{${digits}})\\.\\.([0-9a-f]{${digits}})$`);

/** What somebody who looked at a change takes along, to approve that change and no other: `<before>..<after>`. */
export function seenChange({ before, after }: PolicyStep): string {
  return `${before.slice(0, digits)}..${after.slice(0, digits)}`;
}

/**
 * Holds what was approved to what would be released. Throws Invalid where the approval names no change (`isAskedFor`), or another one: what it would follow, or the draft itself,
 * is not what was looked at. `follows` says in words what it would follow now.
 */
export function assertSeen(
  { approvedBy, seen }: { readonly approvedBy?: string | undefined; readonly seen?: string | undefined },
  step: PolicyStep,
  { isAskedFor, follows }: { readonly isAskedFor: boolean; readonly follows: string },
): void {
  if (seen === undefined) {
    if (!isAskedFor) return;
    throw new Invalid(`${approvedBy} approves what policy diff showed, and nothing else: give the line "seen" that it ended with`);
  }
  if (approvedBy === undefined) throw new Invalid("what was seen goes with whoever approved it: name in approvedBy who looked");
  const [, before, after] = pattern.exec(String(seen)) ?? [];
  if (before === undefined || after === undefined)
    throw new Invalid(
      `what was seen is written as policy diff shows it, ${digits} hex digits, "..", ${digits} hex digits, not ${JSON.stringify(seen).slice(0, 60)}`,
    );
  const changed = [
    ...(step.before.startsWith(before)
      ? []
      : [`it would follow ${follows} now, ${step.before.slice(0, digits)}, and ${approvedBy} compared with ${before}`]),
    ...(step.after.startsWith(after) ? [] : [`its content is ${step.after.slice(0, digits)}, and ${approvedBy} looked at ${after}`]),
  ];
  if (changed.length > 0)
    throw new Invalid(`this is not what was approved: ${changed.join("; ")}. Look at policy diff again, and approve that`);
}
