/** Written into the bundles of what puts policies in force when the stacks are synthesized; absent in every other bundle. */
declare const SECOND_PERSON: boolean;

/** Whether the stage asks for a second person's approval of every release, be it a deploy's, one by name, or the closing of a period. */
export function asksForSecondPerson(): boolean {
  return typeof SECOND_PERSON === "undefined" ? false : SECOND_PERSON;
}
