import type * as z from "zod/mini";

/** The first complaint of a schema in words: which field, and what is allowed there; nothing of its content. */
export function shapeProblem({ issues }: { readonly issues: readonly z.core.$ZodIssue[] }): string {
  const [issue] = issues;
  if (issue === undefined) return "it has not the expected form";
  const field = issue.path.length === 0 ? "it" : issue.path.map(String).join(".");
  return `${field} ${allowedBy(issue)}`;
}

function allowedBy(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case "invalid_type":
      return `needs a value of type ${issue.expected}`;
    case "invalid_value":
      return `must be one of ${issue.values.map(String).join(", ")}`;
    case "too_big":
      return `may be or have at most ${issue.maximum}`;
    case "too_small":
      return `must be or have at least ${issue.minimum}`;
    case "unrecognized_keys":
      return `has fields that are not known: ${issue.keys.slice(0, 5).join(", ")}`;
    default:
      return "has not the expected form";
  }
}
