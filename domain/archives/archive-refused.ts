/** An archive of which nothing is taken in: what is wrong with it, and what to ask for. */
export class ArchiveRefused extends Error {
  override readonly name = "ArchiveRefused";
  readonly code: "damaged" | "encrypted" | "nested" | "path" | "link" | "method" | "too-large" | "bomb" | "incomplete" | "empty";

  constructor(code: ArchiveRefused["code"], message: string) {
    super(message);
    this.code = code;
  }
}
