// Compiles text of a user as if in a file of its own: stacks name that file, and `import()`
// resolves from there.
import vm from "node:vm";

/** The place of the text. */
export interface ScriptPlace {
  readonly filename: string;
  readonly lineOffset?: number;
  readonly columnOffset?: number;
}

let isPrimed = false;

/** The value of `text`, an expression. */
export function evaluateAt(text: string, place: ScriptPlace): unknown {
  if (!isPrimed) prime();
  return evaluate(text, place);
}

function evaluate(text: string, place: ScriptPlace): unknown {
  return new vm.Script(text, {
    ...place,
    importModuleDynamically: vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  }).runInThisContext();
}

/**
 * Node warns at the first `import()` of such a script; it is nothing that the user could change.
 */
function prime(): void {
  isPrimed = true;
  const { emitWarning } = process;
  process.emitWarning = () => undefined;
  try {
    const load = evaluate('() => import("node:vm")', { filename: import.meta.url });
    void (load as () => Promise<unknown>)();
  } finally {
    process.emitWarning = emitWarning;
  }
}
