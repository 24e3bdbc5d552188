import { writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { apiDocs, openApi } from "./api-docs.ts";
import { writeBenchTables } from "./bench-docs.ts";
import { costDocs } from "./cost-docs.ts";
import { eventDocs } from "./event-docs.ts";
import { exceptionDocs } from "./exception-docs.ts";
import { masterDataDocs } from "./master-data-docs.ts";
import { permissionDocs } from "./permission-docs.ts";

const docsFolder = resolve(import.meta.dirname, "../docs");
writeFileSync(resolve(docsFolder, "api.md"), apiDocs());
writeFileSync(resolve(docsFolder, "openapi.json"), openApi());
writeFileSync(resolve(docsFolder, "cost.md"), costDocs());
writeFileSync(resolve(docsFolder, "events.md"), eventDocs());
writeFileSync(resolve(docsFolder, "exceptions.md"), exceptionDocs());
writeFileSync(resolve(docsFolder, "master-data.md"), masterDataDocs());
writeFileSync(resolve(docsFolder, "aws-permissions.md"), permissionDocs());
writeBenchTables();
