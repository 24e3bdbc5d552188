import { readFileSync } from "node:fs";
import { createRequire, isBuiltin } from "node:module";
import { dirname, join, relative } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { isModuleNamespaceObject } from "node:util/types";
import { compileFunction } from "node:vm";
import { transformSync } from "esbuild";

/** A source file of the project, compiled once and run as often as a mutant needs it fresh. */
interface Unit {
  file: string;
  index: number;
  /** Absent for JSON, which is data. */
  run?: (module: { exports: object }, require: (specifier: string) => unknown, folder: string, url: string) => void;
  data?: unknown;
  /** Who imports it, as far as anything was loaded. */
  importers: Set<Unit>;
  imports: Set<Unit>;
  /** Whose exports it read while it was loaded: what it is made of. */
  readAtLoad: Set<number>;
}

/** A unit that was run: its exports, and the view of them that notes who reads. */
interface Instance {
  module: { exports: object };
  view?: object;
}

type Instances = Map<Unit, Instance>;

const external = createRequire(import.meta.url);

/**
 * The project's modules, loaded so that each can be run anew: Node and Vitest keep a module for as long as the process lives, and code that runs at
 * load (schemas, tables) would never meet a mutant that is switched on later. Here a unit is a function, and running it again takes a millisecond.
 */
export class Modules {
  /** 1 at the index of each unit whose exports were read since it was last cleared. */
  readonly read = new Uint8Array(8192);
  readonly #root: string;
  readonly #instead: ReadonlyMap<string, string>;
  readonly #supplied: Readonly<Record<string, object>>;
  readonly #units = new Map<string, Unit>();
  readonly #externals = new Map<string, object>();
  readonly #loading: Unit[] = [];
  #lasting: Instances = new Map();

  /**
   * @param instead what to run instead of what a file holds, by its path below the root
   * @param supplied packages that are given and not looked up
   */
  constructor(root: string, instead: ReadonlyMap<string, string>, supplied: Readonly<Record<string, object>>) {
    this.#root = root;
    this.#instead = instead;
    this.#supplied = supplied;
  }

  /** Loads a file, and what it imports, once: the second time nothing is run. */
  load(file: string): void {
    this.#instanceOf(this.#unitOf(file), this.#lasting);
  }

  /** Forgets what was loaded; what was compiled stays. */
  forget(): void {
    this.#lasting = new Map();
  }

  /**
   * A copy in which this file and everything that imports it, straight or not, is run anew when it is asked for; the rest is what was loaded before.
   * The function answers a loader as `load`.
   */
  renewed(file: string): (file: string) => void {
    const anew = closure([this.#unitOf(file)], (unit) => unit.importers);
    const instances: Instances = new Map([...this.#lasting].filter(([unit]) => !anew.has(unit)));
    return (wanted) => {
      this.#instanceOf(this.#unitOf(wanted), instances);
    };
  }

  indexOf(file: string): number {
    return this.#unitOf(file).index;
  }

  /** The indices of this file and of everything that read something of it while it was loaded: whoever reads these may see a change of it. */
  madeOf(file: string): Set<number> {
    const units = [...this.#units.values()];
    const readers = (read: Unit) => units.filter((unit) => unit.readAtLoad.has(read.index));
    return new Set([...closure([this.#unitOf(file)], readers)].map(({ index }) => index));
  }

  /** The files below a folder that this one imports, straight or not, itself included. */
  importsOf(file: string, below: string): string[] {
    return [...closure([this.#unitOf(file)], (unit) => unit.imports)].map((unit) => unit.file).filter((name) => name.startsWith(below));
  }

  #unitOf(file: string): Unit {
    const known = this.#units.get(file);
    if (known !== undefined) return known;
    const unit: Unit = { file, index: this.#units.size, importers: new Set(), imports: new Set(), readAtLoad: new Set() };
    const content = this.#instead.get(file) ?? readFileSync(join(this.#root, file), "utf8");
    if (file.endsWith(".json")) unit.data = JSON.parse(content);
    else unit.run = compiled(join(this.#root, file), content);
    this.#units.set(file, unit);
    return unit;
  }

  #instanceOf(unit: Unit, instances: Instances): Instance {
    const known = instances.get(unit);
    if (known !== undefined) return known;
    const instance: Instance = { module: { exports: unit.run === undefined ? { default: unit.data } : {} } };
    instances.set(unit, instance);
    this.#loading.push(unit);
    try {
      const path = join(this.#root, unit.file);
      unit.run?.(instance.module, (specifier) => this.#required(specifier, unit, instances), dirname(path), pathToFileURL(path).href);
    } catch (error) {
      instances.delete(unit);
      throw error;
    } finally {
      this.#loading.pop();
    }
    return instance;
  }

  #required(specifier: string, importer: Unit, instances: Instances): object {
    const supplied = this.#supplied[specifier];
    if (supplied !== undefined) return supplied;
    if (!/^[.#/]/.test(specifier)) return this.#external(specifier);
    const path = specifier.startsWith("#")
      ? fileURLToPath(import.meta.resolve(specifier))
      : join(this.#root, dirname(importer.file), specifier);
    const unit = this.#unitOf(relative(this.#root, path));
    unit.importers.add(importer);
    importer.imports.add(unit);
    const instance = this.#instanceOf(unit, instances);
    // While two modules import each other the names are there already: exports are declared before anything is imported.
    if (this.#loading.includes(unit)) return this.#viewOf(unit, instance);
    return (instance.view ??= this.#viewOf(unit, instance));
  }

  #viewOf(unit: Unit, { module }: Instance): object {
    const view = {};
    for (const name of Object.getOwnPropertyNames(module.exports)) {
      const get = () => {
        this.read[unit.index] = 1;
        this.#loading.at(-1)?.readAtLoad.add(unit.index);
        return (module.exports as Record<string, unknown>)[name];
      };
      Object.defineProperty(view, name, { get, enumerable: true });
    }
    return view;
  }

  #external(specifier: string): object {
    const known = this.#externals.get(specifier);
    if (known !== undefined) return known;
    // As an import finds it: some packages have no door for `require`.
    const found = external(isBuiltin(specifier) ? specifier : fileURLToPath(import.meta.resolve(specifier))) as object;
    const module = isModuleNamespaceObject(found) || "__esModule" in found ? found : { ...found, default: found };
    this.#externals.set(specifier, module);
    return module;
  }
}

function compiled(path: string, content: string): NonNullable<Unit["run"]> {
  const { code } = transformSync(content, {
    loader: "ts",
    format: "cjs",
    target: "node24",
    sourcefile: path,
    supported: { "dynamic-import": false },
    define: { "import.meta.dirname": "importMetaDirname", "import.meta.url": "importMetaUrl" },
  });
  // Everything that is required is shaped like an ES module already, so that esbuild need not make it one.
  const plain = code.replaceAll(/__toESM\((require\([^()]*\))(?:, 1)?\)/g, "$1");
  const names = ["module", "require", "importMetaDirname", "importMetaUrl"];
  return compileFunction(`"use strict";${plain}`, names, { filename: path }) as NonNullable<Unit["run"]>;
}

function closure<Node>(from: Iterable<Node>, next: (node: Node) => Iterable<Node>): Set<Node> {
  const all = new Set(from);
  for (const node of all) for (const found of next(node)) all.add(found);
  return all;
}
