/** An element of a statement with its content; names without their prefix. */
export interface Element {
  readonly name: string;
  readonly currency: string | undefined;
  readonly line: number;
  readonly children: Element[];
  text: string;
}

/** The first element at a path of names. */
export function at(element: Element | undefined, ...path: readonly string[]): Element | undefined {
  let found = element;
  for (const name of path) found = found?.children.find((child) => child.name === name);
  return found;
}

export function all(element: Element | undefined, name: string): readonly Element[] {
  return element?.children.filter((child) => child.name === name) ?? [];
}

/** Its text without spaces around; undefined when it is absent or empty. */
export function textAt(element: Element | undefined, ...path: readonly string[]): string | undefined {
  const text = at(element, ...path)?.text.trim();
  return text === undefined || text === "" ? undefined : text;
}

const saysNothing = /^(?:NOT ?PROVIDED|NONREF|NOTAVAILABLE|N\/A|-)$/i;

/** A reference; undefined also for the words with which banks say that there is none. */
export function referenceAt(element: Element | undefined, ...path: readonly string[]): string | undefined {
  const text = textAt(element, ...path);
  return text === undefined || saysNothing.test(text) ? undefined : text;
}
