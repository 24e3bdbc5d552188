import { writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { eventDocs } from "./event-docs.ts";

writeFileSync(resolve(import.meta.dirname, "../docs/events.md"), eventDocs());
