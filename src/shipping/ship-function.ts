// Functions as they travel, and back: shipped once for as long as what they captured stays, rebuilt
// once per hash. What the front tower and executor threads use of this room.
import { createHash } from "node:crypto";
import { givenCaptured } from "../functions/declared-captures.js";
import { refuseNoFunction } from "../functions/parse-function.js";
import type {
  AnyFunction,
  FunctionShipper,
  ShipOptions,
  ShippedFunction,
} from "../functions/shipped-function.js";
import { decodeValue, holdsRevived, prepareValue } from "./decode-value.js";
import { encodeValue } from "./encode-value.js";
import { sentModulesCount } from "./sent-modules.js";

type BuiltFunction = (...args: unknown[]) => unknown;

let shippedFunctions = new WeakMap<AnyFunction, ShippedFunction>();
let modulesThen = 0;
const built = new Map<string, BuiltFunction>();
/** Those that hold handles of actors, which are to be kept no longer than what uses them. */
const builtFor = new WeakMap<ShippedFunction, BuiltFunction>();
const BUILT_MAX = 1000;

/**
 * The form in which `f` travels.
 *
 * @throws ArgumentError `argument.function` when it cannot, naming the variable and what to do
 */
export function shipFunction(f: AnyFunction, options: ShipOptions = {}): ShippedFunction {
  if (typeof f !== "function") refuseNoFunction(f);
  if (modulesThen !== sentModulesCount()) {
    shippedFunctions = new WeakMap();
    modulesThen = sentModulesCount();
  }
  const captured = options.captured ?? givenCaptured(f);
  const known = captured === undefined ? shippedFunctions.get(f) : undefined;
  if (known !== undefined) return known;
  const { bytes, places, isMutable } = encodeValue(f, {
    name: f.name,
    ...(captured === undefined ? {} : { captured }),
  });
  const hash = createHash("sha256").update(bytes).digest("hex").slice(0, 32);
  const shipped = { hash, name: f.name || "anonymous", bytes, places };
  // Objects that it captured may have changed by the next time.
  if (!isMutable && captured === undefined) shippedFunctions.set(f, shipped);
  return shipped;
}

/** The function again; rebuilt once per hash. */
export function buildShipped(shipped: ShippedFunction): BuiltFunction {
  let f = built.get(shipped.hash) ?? builtFor.get(shipped);
  if (f === undefined) {
    f = decodeValue(shipped) as BuiltFunction;
    if (holdsRevived(shipped)) {
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

/** What ships functions between threads and processes of Node. */
export const nodeShipper: FunctionShipper = { ship: shipFunction, build: buildShipped };
