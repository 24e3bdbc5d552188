/** The placeholder of a function in machine files: "decide-postings" is `${DecidePostingsArn}`. */
export function placeholderOf(functionName: string): string {
  return `${pascalCase(functionName)}Arn`;
}

/** "decide-postings" is "DecidePostings". */
export function pascalCase(name: string): string {
  return name
    .split("-")
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join("");
}
