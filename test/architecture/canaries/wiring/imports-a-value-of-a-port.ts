import { value } from "#ports/imports-a-value";

export const port = value;
