// Text of a user's, compiled as if it stood in a file of its own: stacks name that file, and
// `import()` in it finds what the file would find.
import vm from "node:vm";

/** Where the text stands. */
export interface ScriptPlace {
  readonly filename: string;
  readonly lineOffset?: number;
  readonly columnOffset?: number;
}

let isQuiet = false;

/** The value of `text`, an expression. */
export function evaluateAt(text: string, place: ScriptPlace): unknown {
  return quietly(() =>
    new vm.Script(text, {
      ...place,
      importModuleDynamically: vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
    }).runInThisContext(),
  );
}

/** Node warns of this loader once in each thread; it is nothing that the user could change. */
function quietly<T>(run: () => T): T {
  if (isQuiet) return run();
  const { emitWarning } = process;
  process.emitWarning = () => undefined;
  try {
    return run();
  } finally {
    process.emitWarning = emitWarning;
    isQuiet = true;
  }
}
