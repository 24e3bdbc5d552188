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

/** References to ambient globals; the same words in strings, comments, member and property names are not meant. */
export function ambientReferences(source: string): string[] {
  const found: string[] = [];
  visit(source, (node, line) => {
    if (ts.isPropertyAccessExpression(node) && ambientMembers.has(node.getText())) found.push(`${line}: ${node.getText()}`);
    if (ts.isElementAccessExpression(node)) {
      const member = ts.isStringLiteralLike(node.argumentExpression) ? node.argumentExpression.text : "?";
      if (ambientMembers.has(`${node.expression.getText()}.${member}`)) found.push(`${line}: ${node.getText()}`);
    }
    if (ts.isIdentifier(node) && ambientGlobals.has(node.text) && !isOnlyAName(node)) found.push(`${line}: ${node.text}`);
    const imported = importedModule(node);
    if (imported?.startsWith("node:")) found.push(`${line}: ${imported}`);
  });
  return found;
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
