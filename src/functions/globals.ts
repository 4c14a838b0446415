// Names that a function may use without capturing them: globals that every executor has, and
// helpers that compilers insert. The list is fixed rather than read from globalThis, so globals of
// a test runner or application are not taken for granted elsewhere.

/** Globals of ECMAScript, and those of Node that are useful to computations. */
export const GLOBALS: ReadonlySet<string> = new Set(
  (
    "undefined NaN Infinity globalThis Object Function Array Number Boolean String Symbol BigInt Math " +
    "JSON Date RegExp Map Set WeakMap WeakSet WeakRef Promise Proxy Reflect Atomics Intl " +
    "Error TypeError RangeError SyntaxError ReferenceError EvalError URIError AggregateError " +
    "ArrayBuffer SharedArrayBuffer DataView Int8Array Uint8Array Uint8ClampedArray Int16Array " +
    "Uint16Array Int32Array Uint32Array Float32Array Float64Array BigInt64Array BigUint64Array " +
    "parseInt parseFloat isNaN isFinite encodeURIComponent decodeURIComponent encodeURI decodeURI " +
    "escape unescape console performance structuredClone TextEncoder TextDecoder URL URLSearchParams " +
    "atob btoa Buffer process crypto WebAssembly fetch Headers Request Response FormData Blob " +
    "setTimeout clearTimeout setInterval clearInterval setImmediate clearImmediate queueMicrotask " +
    "AbortController AbortSignal Event EventTarget MessageChannel navigator Iterator " +
    "FinalizationRegistry DOMException ReadableStream WritableStream TransformStream"
  ).split(" "),
);

/** The names that Vite and Vitest substitute for `import()` and `import.meta`. */
export const DYNAMIC_IMPORT = "__vite_ssr_dynamic_import__";
export const IMPORT_META = "__vite_ssr_import_meta__";

/** Helpers that compilers call from inside functions, with their implementations on executors. */
export const COMPILER_HELPERS: Readonly<Record<string, unknown>> = {
  // esbuild and tsx keep the names of inner functions this way.
  __name: <F>(f: F): F => f,
};
