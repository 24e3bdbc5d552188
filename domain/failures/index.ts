export { Invalid, StalePolicy, Throttled, Unavailable, UnknownOutcome, UnreadablePolicy } from "./failures.ts";
