import { createRateLimit } from "#adapters/embedded";
import { rateLimitContract } from "./rate-limit-contract.ts";

rateLimitContract("in memory", (clock, settings) => createRateLimit({ clock, connections: { north: settings, south: settings } }));
