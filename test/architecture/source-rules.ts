import { globSync } from "node:fs";
import ts from "typescript";

/** Rules about the text of a source file that no import fence can hold. Each takes the source and answers what breaks it, with lines. */

/** What a pure or simulated file may not reach for: time, chance, the process and the network come through ports. */
const ambientGlobals = new Set([
  "Date",
  "process",
  "fetch",
  "performance",
  "crypto",
  "console",
  "globalThis",
  "global",
  "setTimeout",
  "setInterval",
  "setImmediate",
  "queueMicrotask",
  "XMLHttpRequest",
  "WebSocket",
  "require",
  "Worker",
  "Buffer",
]);
const ambientMembers = new Set(["Math.random", "Temporal.Now"]);

/**
 * References to ambient globals and imports of node:*. Not meant are the same words in strings, comments, member and property names, and
 * names that the file declares itself.
 */
export function ambientReferences(source: string): string[] {
  return references(source, (name) => ambientGlobals.has(name), true);
}

/**
 * The same for code that may read a given time or bytes with Date and Buffer (what a source wrote is no clock), but not the clock:
 * imports are left to the fences.
 */
export function ambientEffects(source: string): string[] {
  return references(source, (name) => ambientGlobals.has(name) && name !== "Date" && name !== "Buffer", false);
}

function references(source: string, isAmbient: (name: string) => boolean, nodeIsAmbient: boolean): string[] {
  const found: string[] = [];
  const declared = declaredNames(source);
  visit(source, (node, line) => {
    if (isAmbientMember(node)) found.push(`${line}: ${node.getText()}`);
    else if (!isAmbient("Date") && readsClock(node)) found.push(`${line}: ${node.getText()}`);
    if (ts.isIdentifier(node) && isAmbient(node.text) && !declared.has(node.text) && !isOnlyAName(node))
      found.push(`${line}: ${node.text}`);
    const imported = importedModule(node);
    if (nodeIsAmbient && imported?.startsWith("node:")) found.push(`${line}: ${imported}`);
  });
  return found;
}

function isAmbientMember(node: ts.Node): boolean {
  if (ts.isPropertyAccessExpression(node)) return ambientMembers.has(node.getText());
  if (!ts.isElementAccessExpression(node) || !ts.isStringLiteralLike(node.argumentExpression)) return false;
  return ambientMembers.has(`${node.expression.getText()}.${node.argumentExpression.text}`);
}

/** `Date.now`, `new Date()` and `Date()`. */
function readsClock(node: ts.Node): boolean {
  if (ts.isPropertyAccessExpression(node)) return node.getText() === "Date.now";
  if (ts.isNewExpression(node)) return node.expression.getText() === "Date" && (node.arguments?.length ?? 0) === 0;
  return ts.isCallExpression(node) && node.expression.getText() === "Date";
}

/** Names of variables, parameters, functions and classes of the file, in any scope. */
function declaredNames(source: string): Set<string> {
  const names = new Set<string>();
  visit(source, (node) => {
    const declares =
      ts.isVariableDeclaration(node) ||
      ts.isParameter(node) ||
      ts.isBindingElement(node) ||
      ts.isFunctionDeclaration(node) ||
      ts.isClassDeclaration(node);
    if (declares && node.name !== undefined && ts.isIdentifier(node.name)) names.add(node.name.text);
  });
  return names;
}

/** `export *` and default exports. */
export function namelessExports(source: string): string[] {
  const found: string[] = [];
  visit(source, (node, line) => {
    if (ts.isExportDeclaration(node) && (node.exportClause === undefined || ts.isNamespaceExport(node.exportClause))) {
      found.push(`${line}: export *`);
    }
    if (ts.isExportAssignment(node)) found.push(`${line}: export default`);
    if (ts.canHaveModifiers(node) && ts.getModifiers(node)?.some((modifier) => modifier.kind === ts.SyntaxKind.DefaultKeyword)) {
      found.push(`${line}: export default`);
    }
    if (ts.isExportSpecifier(node) && node.name.text === "default") found.push(`${line}: export default`);
  });
  return found;
}

/** Value imports of zod that are not `* as z`: they bring the whole library into a bundle. */
export function zodImportsByName(source: string): string[] {
  const found: string[] = [];
  visit(source, (node, line) => {
    if (!ts.isImportDeclaration(node) || node.importClause === undefined || node.importClause.isTypeOnly) return;
    const module = importedModule(node);
    if (module !== "zod" && !module?.startsWith("zod/")) return;
    const { name, namedBindings } = node.importClause;
    if (name !== undefined || (namedBindings !== undefined && ts.isNamedImports(namedBindings))) found.push(`${line}: ${node.getText()}`);
  });
  return found;
}

/** Module-level `let` and `var`: state that outlives a crash of the hub object. */
export function moduleState(source: string): string[] {
  const found: string[] = [];
  const file = parse(source);
  for (const statement of file.statements) {
    if (ts.isVariableStatement(statement) && (statement.declarationList.flags & ts.NodeFlags.Const) === 0) {
      found.push(`${lineOf(file, statement)}: ${statement.declarationList.declarations.map((each) => each.name.getText(file)).join(", ")}`);
    }
  }
  return found;
}

/** Statements that leave something at run time: a file of types has none. */
export function runtimeStatements(source: string): string[] {
  const file = parse(source);
  return file.statements
    .filter((statement) => !isTypeStatement(statement))
    .map((statement) => `${lineOf(file, statement)}: ${statement.getText(file).split("\n")[0]}`);
}

const bannedNames = /^(?:(?:.*-)?(?:utils?|helpers?|common|shared|misc|managers?)|types)(?:\..*)?$/;

/** Parts of a path that say nothing of what is inside. */
export function namesThatSayNothing(path: string): string[] {
  return path.split("/").filter((part) => bannedNames.test(part));
}

/** Source files under the folders, relative to the project, without canaries. */
export function sourceFiles(projectFolder: string, folders: readonly string[]): string[] {
  return folders
    .flatMap((folder) => globSync(`${folder}/**/*.ts`, { cwd: projectFolder }))
    .filter((path) => !path.startsWith("test/architecture/canaries/"))
    .sort();
}

function isTypeStatement(statement: ts.Statement): boolean {
  if (ts.isInterfaceDeclaration(statement) || ts.isTypeAliasDeclaration(statement)) return true;
  if (ts.isImportDeclaration(statement)) return statement.importClause?.isTypeOnly === true;
  return ts.isExportDeclaration(statement) && statement.isTypeOnly;
}

/** True where the identifier names a member, a property, a label or an import, and so refers to no global. */
function isOnlyAName(identifier: ts.Identifier): boolean {
  const { parent } = identifier;
  if (ts.isPropertyAccessExpression(parent)) return parent.name === identifier;
  if (ts.isQualifiedName(parent)) return parent.right === identifier;
  if (ts.isShorthandPropertyAssignment(parent)) return false;
  if (ts.isBindingElement(parent)) return parent.propertyName === identifier;
  if (ts.isImportSpecifier(parent) || ts.isExportSpecifier(parent)) return true;
  return (
    (ts.isPropertyAssignment(parent) ||
      ts.isPropertySignature(parent) ||
      ts.isPropertyDeclaration(parent) ||
      ts.isMethodSignature(parent) ||
      ts.isMethodDeclaration(parent) ||
      ts.isGetAccessorDeclaration(parent)) &&
    parent.name === identifier
  );
}

function importedModule(node: ts.Node): string | undefined {
  const specifier =
    ts.isImportDeclaration(node) || ts.isExportDeclaration(node)
      ? node.moduleSpecifier
      : ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword
        ? node.arguments[0]
        : undefined;
  return specifier !== undefined && ts.isStringLiteralLike(specifier) ? specifier.text : undefined;
}

function visit(source: string, look: (node: ts.Node, line: number) => void): void {
  const file = parse(source);
  const walk = (node: ts.Node): void => {
    look(node, lineOf(file, node));
    ts.forEachChild(node, walk);
  };
  walk(file);
}

function parse(source: string): ts.SourceFile {
  return ts.createSourceFile("source.ts", source, ts.ScriptTarget.Latest, true);
}

function lineOf(file: ts.SourceFile, node: ts.Node): number {
  return file.getLineAndCharacterOfPosition(node.getStart(file)).line + 1;
}
