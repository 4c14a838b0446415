// Facts common to all functions that are created at one place of a script, such as one written
// inline in a loop. They are computed with the first of these. Captured values may differ.
import { Recent } from "../../base/recent.js";
import type { Binding } from "../../functions/bindings.js";
import type { FunctionSource } from "../../functions/function-source.js";
import type { AnyFunction } from "../../functions/shipped-function.js";
import { enginePlace } from "../scripts/engine-place.js";
import type { Script } from "../scripts/script.js";
import type { FunctionParts, SourceParts } from "./function-parts.js";

/** A place where functions are made. */
export interface FunctionSite {
  readonly script: Script | undefined;
  /** Offset in the script of the parameters. */
  readonly at: number;
  readonly source: FunctionSource;
  /** All but the variables. */
  readonly parts: Omit<SourceParts, "variables">;
  /** By name, the declarations of the variables that were looked up. */
  readonly bindings: Map<string, Binding | undefined>;
  /**
   * The parts of the functions, if all of them capture the same variables: those of a module, or
   * none.
   */
  whole: FunctionParts | undefined;
}

const sites = new Recent<string, FunctionSite>(1_000);

/** The place where a function was made, if it is known already. */
export function knownSite(f: AnyFunction): FunctionSite | undefined {
  const place = enginePlace(f);
  const site = place === undefined ? undefined : sites.get(place);
  return site?.source.text === Function.prototype.toString.call(f) ? site : undefined;
}

/** Notes the site of a function, if the engine can name it. */
export function noteSite(f: AnyFunction, site: FunctionSite): void {
  const place = enginePlace(f);
  if (place !== undefined) sites.set(place, site);
}
