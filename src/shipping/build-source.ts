// From source text to a function, with its variables, at the place in the user's file where it stands:
// stacks name that file and line, and `import()` finds what it finds there.

import { createRequire } from "node:module";
import { COMPILER_HELPERS } from "../functions/known-names.js";
import type { SourcePlace } from "../functions/shipped-function.js";
import type { SourcePart } from "./encoded-parts.js";
import { evaluateAt } from "./user-script.js";

/** A function, and how its variables are given values that were not there when it was made. */
export interface BuiltSource {
  readonly value: object;
  setVariables(values: readonly unknown[]): void;
}

/** Evaluates a part's source with these values of its variables. */
export function buildSource(
  part: SourcePart,
  values: readonly unknown[],
  place: SourcePlace,
): BuiltSource {
  const [file, line, column] = place;
  const helpers = Object.keys(COMPILER_HELPERS).filter((name) => !part.variables.includes(name));
  const requires = part.requireFrom === undefined ? [] : ["require"];
  const parameters = [...part.variables, ...helpers, ...requires].join();
  const renamed = part.variables.map((_, i) => `$tilework${i}`);
  const assigned = part.variables.map((name, i) => `${name}=$tilework${i};`).join("");
  const directive = part.isSloppy ? "" : '"use strict";';
  const prefix = `(function(${parameters}){${directive}return [`;
  const text = `${prefix}${part.source}\n,function(${renamed.join()}){${assigned}}]})`;
  const make = evaluateAt(text, {
    filename: file || `tilework-function/${part.name.replace(/[^\w$.-]/g, "_")}`,
    lineOffset: line,
    columnOffset: column - prefix.length - part.prefixLength,
  }) as (...given: unknown[]) => [object, (...later: unknown[]) => void];
  const [value, set] = make(
    ...values,
    ...helpers.map((name) => COMPILER_HELPERS[name]),
    ...(part.requireFrom === undefined ? [] : [createRequire(part.requireFrom)]),
  );
  const isNamed = Object.hasOwn(value, "name") && (value as { name: unknown }).name === part.name;
  if (!isNamed && part.name !== "") {
    Object.defineProperty(value, "name", { value: part.name, configurable: true });
  }
  return { value, setVariables: (later) => set(...later) };
}
