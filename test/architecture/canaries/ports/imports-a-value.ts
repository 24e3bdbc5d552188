import { value } from "#domain/money";

export const port = value;
