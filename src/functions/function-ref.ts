// A reference to the user's function in a task. Node has no pickle, so a layer carries the
// function's source and captured values once, and executors rebuild it once per hash
// (build-function.ts). If a shipper of whole functions is installed (shipped-function.ts), it is
// used; otherwise the user passes the captured values as plain data.
import { InvariantError } from "../base/errors.js";
import { provided } from "../base/host.js";
import { checkCaptured, hashFunction } from "./captured.js";
import { givenCaptured } from "./declared-captures.js";
import { type FreeVariable, freeVariables } from "./free-variables.js";
import { COMPILER_HELPERS, GLOBALS } from "./globals.js";
import {
  IS_ASYNC,
  IS_GENERATOR,
  parseFunction,
  refuseFunction,
  refuseNoFunction,
} from "./parse-function.js";
import { type AnyFunction, FUNCTION_SHIPPER, type ShippedFunction } from "./shipped-function.js";

/** A function as layers carry it. */
export type FunctionRef = NamedFunction | ShippedFunction;

/** A function by its source, with plain values. */
export interface NamedFunction {
  /** Hash of the source and the captured values: executors cache the rebuilt function by it. */
  readonly hash: string;
  /** The function's name, for keys and stacks. */
  readonly name: string;
  /** An expression that evaluates to the function. */
  readonly source: string;
  /** Values of the function's free variables, by name: plain data. */
  readonly captured: Readonly<Record<string, unknown>>;
}

/** Options of {@link functionRef}. */
export interface FunctionRefOptions {
  /**
   * Values of captured variables, by name: plain data, or everything that structured clone takes
   * where functions are shipped whole.
   */
  readonly captured?: Readonly<Record<string, unknown>> | undefined;
  /** Whether it may be asynchronous: its caller awaits its promise. */
  readonly mayWait?: boolean;
}

/**
 * The reference that represents `f` on other threads and processes.
 *
 * @param f an arrow function, function or method that uses nothing from outside itself but globals
 * of JavaScript and Node, and what `captured` gives
 * @returns its source, captured values and their hash
 * @throws ArgumentError `argument.function` when `f` cannot be sent; the message has the reason and
 * the remedy
 */
export function functionRef(f: AnyFunction, options: FunctionRefOptions = {}): FunctionRef {
  if (typeof f !== "function") refuseNoFunction(f);
  const shipper = provided(FUNCTION_SHIPPER);
  if (shipper !== undefined) {
    checkKind(f, options.mayWait === true);
    const { captured } = options;
    return shipper.ship(f, captured === undefined ? {} : { captured });
  }
  return namedFunction(f, options.captured ?? givenCaptured(f) ?? {}, options.mayWait === true);
}

/**
 * The serialised form of `f` with everything that it uses.
 *
 * @throws ArgumentError `argument.function` when `f` cannot be sent; InvariantError where nothing
 * ships functions
 */
export function shippedFunction(f: AnyFunction): ShippedFunction {
  const shipper = provided(FUNCTION_SHIPPER);
  if (shipper === undefined) throw new InvariantError("nothing here ships functions");
  return shipper.ship(f);
}

function namedFunction(
  f: AnyFunction,
  captured: Readonly<Record<string, unknown>>,
  mayWait: boolean,
): NamedFunction {
  checkCaptured(f.name, captured);
  const { source, node } = parseFunction(f, mayWait);
  for (const variable of freeVariables(node)) {
    const { name } = variable;
    const known =
      Object.hasOwn(captured, name) || GLOBALS.has(name) || Object.hasOwn(COMPILER_HELPERS, name);
    if (!known) refuseVariable(f.name, variable);
  }
  return {
    hash: hashFunction(source, captured),
    name: f.name || "anonymous",
    source,
    captured: { ...captured },
  };
}

const checked = new WeakSet<AnyFunction>();

/** Throws for functions whose call returns no result, or none that is a block. */
function checkKind(f: AnyFunction, mayWait: boolean): void {
  const { name } = f;
  const kind = f.constructor.name;
  if (kind === "AsyncFunction" && !mayWait) refuseFunction(name, IS_ASYNC);
  if (checked.has(f)) return;
  if (kind === "GeneratorFunction" || kind === "AsyncGeneratorFunction") {
    refuseFunction(name, IS_GENERATOR);
  }
  if (/^class\b/.test(Function.prototype.toString.call(f))) {
    refuseFunction(name, "is a class: give a function, as in (x) => new C(x).y");
  }
  checked.add(f);
}

/** The names that bundlers and test runners give to a module's imports. */
const IMPORT_NAMES = /^__vi_import|^__vite_ssr_import|^__vi_ssr_import|^import_|^\w+_\d+$/;

function refuseVariable(functionName: string, { name, members }: FreeVariable): never {
  const member = members?.[0];
  if (member !== undefined && IMPORT_NAMES.test(name)) {
    refuseFunction(
      functionName,
      `uses ${member}, which its module imports (as ${name}.${member} after compilation): a function ` +
        "travels as its own source, without its module's imports. Write what it needs into the function " +
        "itself, or pass plain data as `captured`",
      { variable: member, compiledAs: name },
    );
  }
  refuseFunction(
    functionName,
    `uses ${name} from outside itself: a function travels as its own source, without the variables ` +
      `around it. Pass it as { captured: { ${name} } } if it is plain data, or define it in the function`,
    { variable: name },
  );
}
