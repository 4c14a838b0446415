// Ships functions and rebuilds them: shipped once while their captured values stay the same,
// rebuilt once per hash. The front tower and executor threads use this.
import { hash as hashOf } from "node:crypto";
import { types } from "node:util";
import { uncheckedFunction } from "../base/checked-calls.js";
import { givenCaptured } from "../functions/declared-captures.js";
import { refuseNoFunction } from "../functions/parse-function.js";
import type {
  AnyFunction,
  FunctionShipper,
  ShipOptions,
  ShippedFunction,
} from "../functions/shipped-function.js";
import { captureFunction } from "./capture/capture-function.js";
import type { CapturedVariable, FunctionParts, SourceParts } from "./capture/function-parts.js";
import { usesOwnThis } from "./capture/uses-this.js";
import { sentModulesCount } from "./modules/sent-modules.js";
import { decodeLive, prepareValue } from "./values/decode-value.js";
import { encodeValue } from "./values/encode-value.js";

type BuiltFunction = (...args: unknown[]) => unknown;

let shippedFunctions = new WeakMap<AnyFunction, ShippedFunction>();
/** By place, the last shipped function, if it cannot have changed. */
let latest = new WeakMap<object, { parts: SourceParts; shipped: ShippedFunction }>();
let modulesThen = 0;
const built = new Map<string, BuiltFunction>();
/** Functions with handles of actors, which are kept no longer than their users. */
const builtFor = new WeakMap<ShippedFunction, BuiltFunction>();
const BUILT_MAX = 1000;

/**
 * The serialised form of `f`.
 *
 * @throws ArgumentError `argument.function` when it cannot, naming the variable and what to do
 */
export function shipFunction(f: AnyFunction, options: ShipOptions = {}): ShippedFunction {
  if (typeof f !== "function") refuseNoFunction(f);
  if (modulesThen !== sentModulesCount()) {
    shippedFunctions = new WeakMap();
    latest = new WeakMap();
    modulesThen = sentModulesCount();
  }
  const captured = options.captured ?? givenCaptured(f);
  const known = captured === undefined ? shippedFunctions.get(f) : undefined;
  if (known !== undefined) return known;
  const isChecked = uncheckedFunction(f) !== f;
  const isPlain = captured === undefined && !isChecked && isOnlyCode(f);
  const parts = isPlain ? captureFunction(f, f.name) : undefined;
  const same = parts && shippedAs(parts, f.name);
  if (same !== undefined) return same;
  const { bytes, places, isMutable } = encodeValue(f, {
    name: f.name,
    ...(captured === undefined ? {} : { captured }),
  });
  const hash = hashOf("sha256", bytes, "hex").slice(0, 32);
  const shipped = { hash, name: f.name || "anonymous", bytes, places };
  // Objects that it captured may have changed by the next time.
  if (!isMutable && captured === undefined) {
    shippedFunctions.set(f, shipped);
    if (parts?.type === "source" && parts.site && parts.variables.every(isForGood))
      latest.set(parts.site, { parts, shipped });
  }
  return shipped;
}

/** Whether the function has nothing but its source and its captured variables, and may be sent. */
function isOnlyCode(f: AnyFunction): boolean {
  if (types.isProxy(f) || Object.keys(f).length > 0 || usesOwnThis(f)) return false;
  return Object.keys((f.prototype as object | undefined) ?? {}).length === 0;
}

/** The last function shipped from the same place, if it captured the same values. */
function shippedAs(parts: FunctionParts, name: string): ShippedFunction | undefined {
  if (parts.type !== "source" || parts.site === undefined) return undefined;
  const before = latest.get(parts.site);
  if (before === undefined || before.shipped.name !== (name || "anonymous")) return undefined;
  const areSame = areSameVariables(before.parts.variables, parts.variables);
  return areSame ? before.shipped : undefined;
}

function areSameVariables(
  before: readonly CapturedVariable[],
  now: readonly CapturedVariable[],
): boolean {
  if (before === now) return true;
  if (before.length !== now.length) return false;
  return before.every(({ name, from }, i) => {
    const other = now[i];
    if (other?.name !== name || from.type !== "value" || other.from.type !== "value") return false;
    return Object.is(from.value, other.from.value);
  });
}

/** Whether it captured nothing that could become different: also functions get properties. */
function isForGood({ from }: CapturedVariable): boolean {
  if (from.type === "module") return true;
  return (
    from.value === null || (typeof from.value !== "object" && typeof from.value !== "function")
  );
}

/** The function again; rebuilt once per hash. */
export function buildShipped(shipped: ShippedFunction): BuiltFunction {
  let f = built.get(shipped.hash) ?? builtFor.get(shipped);
  if (f === undefined) {
    const { value, holdsRevived } = decodeLive(shipped);
    f = value as BuiltFunction;
    if (holdsRevived) {
      builtFor.set(shipped, f);
      return f;
    }
    if (built.size >= BUILT_MAX) built.delete(built.keys().next().value as string);
    built.set(shipped.hash, f);
  }
  return f;
}

/** Loads what the function needs before it can be built; undefined where nothing is missing. */
export function prepareShipped(shipped: ShippedFunction): Promise<void> | undefined {
  const isBuilt = built.has(shipped.hash) || builtFor.has(shipped);
  return isBuilt ? undefined : prepareValue(shipped);
}

/** The shipper of functions between threads and processes of Node. */
export const nodeShipper: FunctionShipper = { ship: shipFunction, build: buildShipped };
