// How a task names the user's function that it runs: Node has no pickle, so a layer carries the
// function's source and the values it captured, once, and executors rebuild it once per hash
// (build-function.ts).
import { checkCaptured, hashFunction } from "./captured.js";
import { type FreeVariable, freeVariables } from "./free-variables.js";
import { COMPILER_HELPERS, GLOBALS } from "./known-names.js";
import { parseFunction, refuseFunction } from "./parse-function.js";

/** A function by its source. */
export interface FunctionRef {
  /** Hash of the source and the captured values: executors cache the rebuilt function by it. */
  readonly hash: string;
  /** The function's name, for keys and stacks. */
  readonly name: string;
  /** An expression that evaluates to the function. */
  readonly source: string;
  /** Values of the function's free variables, by name: anything that structured clone takes. */
  readonly captured: Readonly<Record<string, unknown>>;
}

/** Options of {@link functionRef}. */
export interface FunctionRefOptions {
  /** Values of the variables that the function uses from outside itself, by name: plain data. */
  readonly captured?: Readonly<Record<string, unknown>>;
}

/**
 * The reference by which `f` travels to other threads and processes.
 *
 * @param f an arrow function, function or method that uses nothing from outside itself but globals
 * of JavaScript and Node, and what `captured` gives
 * @returns its source, captured values and their hash
 * @throws ArgumentError `argument.function` when `f` cannot travel; the message says why and what to do
 *
 * @example
 * const ref = functionRef((x) => x.data.map((v) => v * factor), { captured: { factor: 3 } });
 */
export function functionRef(
  f: (...args: never) => unknown,
  options: FunctionRefOptions = {},
): FunctionRef {
  if (typeof f !== "function") {
    refuseFunction("", `was expected, but a ${f === null ? "null" : typeof f} was given`);
  }
  const captured = options.captured ?? {};
  checkCaptured(f.name, captured);
  const { source, node } = parseFunction(f);
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

/** How bundlers and test runners spell what a module imports. */
const IMPORT_NAMES = /^__vi_import|^__vite_ssr_import|^__vi_ssr_import|^import_|^\w+_\d+$/;

function refuseVariable(functionName: string, { name, member }: FreeVariable): never {
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
