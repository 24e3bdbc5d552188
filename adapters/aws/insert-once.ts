import type { InsertAnswer } from "#ports/lineage-store";
import { AwsFailure } from "./aws-failure.ts";

/** The condition of a write that is to be done once: nothing is there under its keys. */
export const ifAbsent = "attribute_not_exists(pk)";

/** What became of a write under the condition that its keys are free. */
export async function insertAnswer(write: () => Promise<unknown>): Promise<InsertAnswer> {
  try {
    await write();
    return "inserted";
  } catch (error) {
    if (!(error instanceof AwsFailure)) throw error;
    switch (error.fate) {
      case "condition-failed":
        return "conflict";
      case "not-applied":
        return "unavailable";
      case "unknown":
        return "unknown";
    }
  }
}
