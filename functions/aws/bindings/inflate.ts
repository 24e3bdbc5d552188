export { inflate } from "#adapters/inflate";
