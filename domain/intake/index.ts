export { fieldErrors } from "./field-errors.ts";
export { findableByTender } from "./references.ts";
export type { FieldError, StatedDocumentAnswer } from "./stated-document.ts";
export {
  documentBytesMax,
  eventsPerDocumentMax,
  readStatedDocument,
  statedDocumentSchema,
  statedEventNames,
} from "./stated-document.ts";
