// Where the engine has a function's code, asked in a tenth of a microsecond. The query is no part
// of the language: if the engine does not support it, there is no answer, and the slower inspector
// is used (inspect-function.ts).
import { setFlagsFromString } from "node:v8";
import { Script } from "node:vm";
import type { AnyFunction } from "../../functions/shipped-function.js";

const FLAG = "allow-natives-syntax";

type Ask = (f: AnyFunction) => [script: number, offset: number];

/** Undefined before it was tried, null where the engine does not know it. */
let ask: Ask | null | undefined;

/**
 * The script of a function and its offset there, which only functions share that were made at the
 * same place. Undefined for built-in and bound functions, and if the engine does not support it.
 */
export function enginePlace(f: AnyFunction): string | undefined {
  if (ask === undefined) ask = prepare();
  if (ask === null) return undefined;
  let place: ReturnType<Ask>;
  try {
    place = ask(f);
  } catch {
    // Compiled code that is seldom used is dropped, and this cannot be compiled without the flag.
    ask = undefined;
    return undefined;
  }
  return place[0] < 0 ? undefined : `${place[0]}:${place[1]}`;
}

function prepare(): Ask | null {
  const isSet = process.execArgv.includes(`--${FLAG}`);
  const text = "(f) => [%FunctionGetScriptId(f), %FunctionGetScriptSourcePosition(f)]";
  setFlagsFromString(`--${FLAG}`);
  try {
    const prepared = new Script(text).runInThisContext() as Ask;
    // It is compiled when it is called for the first time.
    prepared(prepared);
    return prepared;
  } catch {
    return null;
  } finally {
    if (!isSet) setFlagsFromString(`--no-${FLAG}`);
  }
}
