export { readStreamRecord } from "#adapters/aws";
