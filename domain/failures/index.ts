export { Invalid, StalePolicy, Unavailable, UnknownOutcome } from "./failures.ts";
