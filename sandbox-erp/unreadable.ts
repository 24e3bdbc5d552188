import type { z } from "zod";
import { Refusal } from "./refusal.ts";

/** Names the first fields that are wrong; never their values, which may be anything. */
export function unreadable(code: "invalid-request" | "invalid-step", error: z.ZodError): Refusal {
  const places = error.issues.slice(0, 5).map((issue) => `${issue.path.join(".") || "body"}: ${issue.message}`);
  const more = error.issues.length > 5 ? ` and ${error.issues.length - 5} more` : "";
  return new Refusal(code, `${places.join("; ")}${more}. Compare with openapi.json`.slice(0, 1_000));
}
