export { Invalid, StalePolicy, Unavailable, UnknownOutcome, UnreadablePolicy } from "./failures.ts";
