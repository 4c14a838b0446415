// Native libraries of the system, through koffi. Only this file loads koffi, and only on request.
// Its users are runtime/host/system-blas.ts and memory-calls.ts.
import { createRequire } from "node:module";
import type * as Koffi from "koffi";

let koffi: typeof Koffi | null | undefined;

/** The addon; undefined if it is not installed: it is an optional dependency. */
export function loadKoffi(): typeof Koffi | undefined {
  if (koffi === undefined) {
    const require = createRequire(import.meta.url);
    koffi = orUndefined(() => require("koffi") as typeof Koffi) ?? null;
  }
  return koffi ?? undefined;
}

/** The library of that name; undefined where it, or koffi, is not. */
export function loadLibrary(name: string): Koffi.LibraryHandle | undefined {
  return orUndefined(() => loadKoffi()?.load(name));
}

function orUndefined<T>(body: () => T): T | undefined {
  try {
    return body();
  } catch {
    return undefined;
  }
}
