/** Takes the worker lease for an hour, says so, and stays. Run as a process of its own, to be killed. */
import { writeSync } from "node:fs";
import { argv } from "node:process";
import { createWorkerLease, openDatabase } from "#adapters/embedded";
import { settableClock } from "./settable-clock.ts";

const [file = ""] = argv.slice(2);
const database = openDatabase(file);
const lease = createWorkerLease({ database, clock: settableClock(), name: "worker", owner: "the child", leaseSeconds: 3_600 });
const answer = await lease.acquire();
writeSync(1, `${answer.kind}\n`);
setInterval(() => {}, 60_000);
