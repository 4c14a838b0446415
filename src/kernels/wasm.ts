// Instances of the WebAssembly modules that src/build.mjs embeds: one per thread, made when first
// needed. What a module does is told where it is used (random.ts, matmul.ts).

// TypeScript knows WebAssembly from the DOM's types only, which this project leaves out.
declare const WebAssembly:
  | undefined
  | {
      readonly Module: new (bytes: Uint8Array) => object;
      readonly Instance: new (module: object) => { readonly exports: Record<string, unknown> };
    };

/** An instance's memory and functions; memory may be grown, which makes earlier views useless. */
export interface WasmInstance<Functions> {
  readonly memory: { readonly buffer: ArrayBuffer; grow(pages: number): number };
  readonly functions: Functions;
}

const PAGE_BYTES = 65_536;

/** Instantiates a module from its base64 text; `undefined` where there is no WebAssembly (--jitless). */
export function instantiateWasm<Functions>(base64: string): WasmInstance<Functions> | undefined {
  if (typeof WebAssembly === "undefined") return undefined;
  const text = atob(base64);
  const bytes = Uint8Array.from(text, (character) => character.charCodeAt(0));
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes));
  const memory = exports.memory as WasmInstance<Functions>["memory"];
  return { memory, functions: exports as unknown as Functions };
}

/** Sees to it that the instance has at least `bytes` of memory. */
export function growMemory(instance: WasmInstance<unknown>, bytes: number): void {
  const missing = bytes - instance.memory.buffer.byteLength;
  if (missing > 0) instance.memory.grow(Math.ceil(missing / PAGE_BYTES));
}
