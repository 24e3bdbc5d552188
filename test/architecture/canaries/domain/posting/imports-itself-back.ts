import { itself } from "./imports-itself.ts";

export const value: number = itself;
