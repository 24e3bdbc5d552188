import { targetLedger } from "#domain/ledger";
import type { PostingRules } from "./decision.ts";

/** The rules in force. The version is raised only when `targetLedger` changes meaning: such a deploy is all at once and mended forward. */
export const postingRules: PostingRules = { version: 8, target: targetLedger };
