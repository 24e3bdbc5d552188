import { value } from "#wiring";

export const needs = value;
