// The package h5wasm, HDF5's own library in WebAssembly: an instance that is ours alone, and what
// it says of errors. A program that uses the package itself has another.
import { createContext, Script } from "node:vm";
import { reasonOf } from "../../base/reason.js";
import { loadOptional } from "../files/optional-package.js";

type H5Wasm = typeof import("h5wasm/node");

/** The library of a thread. */
export interface Hdf5Library {
  readonly h5wasm: H5Wasm;
  readonly module: Awaited<H5Wasm["ready"]>;
  /**
   * Runs what reads a file, for so long at most: HDF5 may go in circles in a damaged one.
   *
   * @throws Error when it has not ended by then
   */
  within<T>(limitMs: number, read: () => T): T;
  /** What HDF5 has said since it was asked before: `""` where all went well. */
  takeErrors(): string;
}

let loaded: Promise<Hdf5Library> | undefined;
let instances = 0;

/**
 * The library, loaded once by each thread.
 *
 * @throws ArgumentError `argument.value` where h5wasm is not installed
 */
export function hdf5Library(): Promise<Hdf5Library> {
  loaded ??= load().catch((error) => {
    loaded = undefined;
    throw error;
  });
  return loaded;
}

/** Leaves an instance that a damaged file has ended to itself: the next file has another. */
export function leaveIfEnded(error: unknown): void {
  const { name, code } = error as NodeJS.ErrnoException;
  if (name === "RuntimeError" || code === ENDLESS) loaded = undefined;
}

const ENDLESS = "ERR_SCRIPT_EXECUTION_TIMEOUT";

/** Only a script can be stopped from outside, with all that it calls. */
function within<T>(limitMs: number, read: () => T): T {
  caller.context.read = read;
  try {
    return caller.script.runInContext(caller.context, { timeout: limitMs }) as T;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== ENDLESS) throw error;
    const text = `HDF5 has not ended within ${limitMs / 1_000} s: the file is damaged, or its disk slow`;
    throw Object.assign(new Error(text), { code: ENDLESS });
  }
}

const caller = { script: new Script("read()"), context: createContext() };

async function load(): Promise<Hdf5Library> {
  const h5wasm = await loadOptional<H5Wasm>("HDF5 files are read", "h5wasm", () => {
    // Each address has an instance of its own.
    return import(`${import.meta.resolve("h5wasm/node")}?tilework=${instances++}`);
  });
  const module = await h5wasm.ready;
  return { h5wasm, module, within, takeErrors: errorsOf(module) };
}

/**
 * HDF5 writes its errors to the standard error, which is caught here. The package can have them
 * thrown instead, through the library's functions: these would then leave files open, and other
 * reads would find what the library holds of them.
 */
function errorsOf(module: Hdf5Library["module"]): () => string {
  let text = "";
  const { streams } = module.FS as unknown as { readonly streams: object[] };
  const write = (_: unknown, bytes: Uint8Array, start: number, length: number) => {
    text += Buffer.from(bytes.subarray(start, start + length)).toString();
    return length;
  };
  const [WRITES, REGULAR] = [0o1, 0o100000];
  streams[2] = { ...streams[2], flags: WRITES, node: { mode: REGULAR }, stream_ops: { write } };
  return () => {
    const taken = text;
    text = "";
    return taken;
  };
}

/** The cause in words; HDF5 says what went wrong in lists, the cause last in the first of them. */
export function causeOf(errors: string, error?: unknown): string {
  const [, list = ""] = errors.split(/^HDF5-DIAG: /m);
  const causes = [...list.matchAll(/^ *#\d+: .* in \w+\(\): (.+)$/gm)].map(([, cause]) => cause);
  return causes.at(-1) ?? (error === undefined ? errors.trim() : reasonOf(error));
}
