// The parts of functions, as types. capture-function.ts finds them, encode-value.ts sends them.
import type { SourcePlace } from "../../functions/shipped-function.js";
import type { ModuleReference } from "../modules/module-reference.js";

/** A function by its source. */
export interface SourceParts {
  readonly type: "source";
  /** Evaluates to the function; the first `prefixLength` characters were added. */
  readonly source: string;
  readonly prefixLength: number;
  readonly isSloppy: boolean;
  readonly isClass: boolean;
  readonly usesRequire: string | undefined;
  /** Modules that it loads by `import()`. */
  readonly imports: readonly string[];
  readonly place: SourcePlace;
  readonly variables: readonly CapturedVariable[];
  /** The same object for all functions of one place, where that is known. */
  readonly site?: object;
}

/** A variable with its value at the time of capture. */
export interface CapturedVariable {
  readonly name: string;
  readonly from:
    | { readonly type: "value"; readonly value: unknown }
    | { readonly type: "module"; readonly module: ModuleReference };
}

export type FunctionParts =
  | { readonly type: "global"; readonly path: string }
  | { readonly type: "module"; readonly module: ModuleReference }
  | SourceParts;
