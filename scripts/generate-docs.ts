import { writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { eventDocs } from "./event-docs.ts";
import { exceptionDocs } from "./exception-docs.ts";
import { permissionDocs } from "./permission-docs.ts";

const docsFolder = resolve(import.meta.dirname, "../docs");
writeFileSync(resolve(docsFolder, "events.md"), eventDocs());
writeFileSync(resolve(docsFolder, "exceptions.md"), exceptionDocs());
writeFileSync(resolve(docsFolder, "aws-permissions.md"), permissionDocs());
