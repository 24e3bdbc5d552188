export { fieldErrors } from "./field-errors.ts";
export { tenderReferences, withTenderReferences } from "./references.ts";
export type { FieldError, StatedDocumentAnswer } from "./stated-document.ts";
export {
  documentBytesMax,
  eventsPerDocumentMax,
  readStatedDocument,
  statedDocumentSchema,
  statedEventNames,
} from "./stated-document.ts";
