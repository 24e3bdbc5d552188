/** Reading our own Markdown: what it shows as commands, links and paths. */

/** The lines inside of ``` fences, with the language of the fence. */
export function fencedLines(markdown: string): { readonly language: string; readonly line: string }[] {
  const found: { language: string; line: string }[] = [];
  let language: string | undefined;
  for (const line of markdown.split("\n")) {
    const fence = /^```(.*)$/.exec(line);
    if (fence !== null) language = language === undefined ? (fence[1] ?? "").trim() : undefined;
    else if (language !== undefined) found.push({ language, line });
  }
  return found;
}

/** Markdown without its fenced blocks. */
function prose(markdown: string): string {
  return markdown.replace(/^```[\s\S]*?^```$/gm, "");
}

/** The first word after `npm run -s hub --` in every command shown, in a block or in a line; placeholders such as <command> are not commands. */
export function hubCommands(markdown: string): string[] {
  return [...markdown.matchAll(/npm run -s hub -- ([a-z][a-z-]*)/g)].map((match) => match[1] ?? "");
}

/** npm scripts that are shown: `npm run NAME` and `npm test`. */
export function npmScripts(markdown: string): string[] {
  return [...markdown.matchAll(/\bnpm (?:run (?:-s )?([a-z][a-z-]*(?::[a-z][a-z-]*)?)|(test)\b)/g)].map(
    (match) => match[1] ?? match[2] ?? "",
  );
}

/** Targets of relative links, without their anchors. */
export function relativeLinks(markdown: string): string[] {
  return [...prose(markdown).matchAll(/\]\(([^)\s]+)\)/g)]
    .map((match) => match[1] ?? "")
    .filter((target) => !/^(?:[a-z]+:|#)/.test(target))
    .map((target) => target.replace(/#.*$/, ""));
}

/** Anchors of links into the same file. */
export function ownAnchors(markdown: string): string[] {
  return [...prose(markdown).matchAll(/\]\(#([^)\s]+)\)/g)].map((match) => match[1] ?? "");
}

/** The anchors that a code host gives to headings. */
export function headingAnchors(markdown: string): string[] {
  return [...prose(markdown).matchAll(/^#+ (.+)$/gm)].map((match) =>
    (match[1] ?? "")
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, "")
      .replaceAll(" ", "-"),
  );
}

/** Words in backticks that name a path of the project: a folder ends with "/", a file has a known ending. */
export function projectPaths(markdown: string): string[] {
  return [...prose(markdown).matchAll(/`([^`\n]+)`/g)]
    .map((match) => match[1] ?? "")
    .filter((text) => /^\.?[A-Za-z][\w.-]*(?:\/[\w.-]+)*(?:\/|\.(?:ts|cjs|mjs|json|md|csv|ya?ml))$/.test(text) || text === ".ci/run");
}
