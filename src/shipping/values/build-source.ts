// Makes a function from source text and variables, as if at its place in the user's file: stacks
// name that file and line, and `import()` resolves from there.
import { createRequire } from "node:module";
import { Recent } from "../../base/recent.js";
import { COMPILER_HELPERS, DYNAMIC_IMPORT } from "../../functions/globals.js";
import { renameImports } from "../../functions/import-expressions.js";
import type { SourcePlace } from "../../functions/shipped-function.js";
import { importSent } from "../modules/load-modules.js";
import { evaluateAt } from "../scripts/user-script.js";
import type { SourcePart } from "./encoded-parts.js";

/** A function, and a setter for variables whose values come after it was made. */
export interface BuiltSource {
  readonly value: object;
  setVariables(values: readonly unknown[]): void;
}

/** The replacement of `import` in functions that import sent modules. */
const SENT_IMPORT = "$tileworkImport";

/** Makes the function, and the setter of its variables, from their values and what it is given. */
type Make = (...given: unknown[]) => [object, (...later: unknown[]) => void];

/** Functions of one place have the same code, and differ in the values of their variables. */
const compiled = new Recent<string, Make>(1_000);

/** Evaluates a part's source with these values of its variables. */
export function buildSource(
  part: SourcePart,
  values: readonly unknown[],
  place: SourcePlace,
): BuiltSource {
  const [file, line, column] = place;
  const helpers = Object.keys(COMPILER_HELPERS).filter((name) => !part.variables.includes(name));
  const given: Record<string, unknown> = {};
  for (const name of helpers) given[name] = COMPILER_HELPERS[name];
  if (part.requireFrom !== undefined) given.require = createRequire(part.requireFrom);
  if (part.importsSent)
    given[SENT_IMPORT] = (specifier: string) => importSent(specifier, file, part.packages);
  const source = part.importsSent ? renameImports(part.source, SENT_IMPORT) : part.source;
  const parameters = [...part.variables, ...Object.keys(given)].join();
  const renamed = part.variables.map((_, i) => `$tilework${i}`);
  const assigned = part.variables.map((name, i) => `${name}=$tilework${i};`).join("");
  const directive = part.isSloppy ? "" : '"use strict";';
  const importing = source.includes(DYNAMIC_IMPORT)
    ? `const ${DYNAMIC_IMPORT}=${part.importsSent ? SENT_IMPORT : "(specifier)=>import(specifier)"};`
    : "";
  const prefix = `(function(${parameters}){${directive}${importing}return [`;
  const text = `${prefix}${source}\n,function(${renamed.join()}){${assigned}}]})`;
  const filename = file || `tilework-function/${part.name.replace(/[^\w$.-]/g, "_")}`;
  const columnOffset = column - prefix.length - part.prefixLength;
  const key = `${filename}:${line}:${columnOffset}\n${text}`;
  const make =
    compiled.get(key) ??
    compiled.set(key, evaluateAt(text, { filename, lineOffset: line, columnOffset }) as Make);
  const [value, set] = make(...values, ...Object.values(given));
  const isNamed = Object.hasOwn(value, "name") && (value as { name: unknown }).name === part.name;
  if (!isNamed && part.name !== "") {
    Object.defineProperty(value, "name", { value: part.name, configurable: true });
  }
  return { value, setVariables: (later) => set(...later) };
}
