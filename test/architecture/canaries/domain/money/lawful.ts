import "dinero.js/currencies";
import "zod";
import "@noble/hashes/sha2.js";
import { value } from "#domain/events";
import "./index.ts";

export const lawful = value;
