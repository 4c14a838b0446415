// Instances of the WebAssembly modules that src/compile-kernels.mjs embeds: one per thread, made
// when first needed. Each module is documented where it is used (random-blocks.ts,
// sum-of-products.ts).
import { assert } from "../../base/assert.js";
import { floatPow } from "../math/scalar-functions.js";

// TypeScript knows WebAssembly from the DOM's types only, which this project leaves out.
declare const WebAssembly:
  | undefined
  | {
      readonly validate: (bytes: Uint8Array) => boolean;
      readonly Module: new (bytes: Uint8Array) => object;
      readonly Instance: new (
        module: object,
        imports?: object,
      ) => { readonly exports: Record<string, unknown> };
      readonly Memory: new (pages: {
        readonly initial: number;
        readonly maximum: number;
        readonly shared: true;
      }) => WasmMemory;
    };

/** Memory that threads share: it does not move or change its size. */
export interface WasmMemory {
  readonly buffer: SharedArrayBuffer;
}

/** An instance's memory and functions; memory may be grown, which makes earlier views useless. */
export interface WasmInstance<Functions> {
  readonly memory: { readonly buffer: ArrayBuffer; grow(pages: number): number };
  readonly functions: Functions;
}

const PAGE_BYTES = 65_536;

/**
 * Instantiates a module from its base64 text; `undefined` where there is no WebAssembly
 * (--jitless).
 */
export function instantiateWasm<Functions>(base64: string): WasmInstance<Functions> | undefined {
  if (typeof WebAssembly === "undefined") return undefined;
  const { exports } = new WebAssembly.Instance(compiled(base64));
  const memory = exports.memory as WasmInstance<Functions>["memory"];
  return { memory, functions: exports as unknown as Functions };
}

/** Whether there is WebAssembly. */
export function hasWasm(): boolean {
  return typeof WebAssembly !== "undefined";
}

/** Whether there is WebAssembly that takes this module. */
export function isWasmValid(bytes: Uint8Array): boolean {
  if (typeof WebAssembly === "undefined") return false;
  return WebAssembly.validate(bytes);
}

/** The functions of a module that works in `memory`. */
export function instantiateIn<Functions>(base64: string, memory: WasmMemory): Functions {
  assert(typeof WebAssembly !== "undefined", "there is no WebAssembly");
  const { sin, cos, tan } = Math;
  const env = { memory, sin, cos, tan, pow: floatPow };
  const { exports } = new WebAssembly.Instance(compiled(base64), { env });
  return exports as unknown as Functions;
}

/**
 * Memory of `bytes`, rounded up to whole pages, which threads can share.
 *
 * @throws RangeError when the system has no room for it
 */
export function newWasmMemory(bytes: number): WasmMemory {
  assert(typeof WebAssembly !== "undefined", "there is no WebAssembly");
  const pages = Math.ceil(bytes / PAGE_BYTES);
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
  memories.set(memory.buffer, memory);
  return memory;
}

/** Memories that this thread has made, by their buffers. */
const memories = new WeakMap<ArrayBufferLike, WasmMemory>();

/** The memory that this buffer shows, if this thread has made it. */
export function memoryOf(buffer: ArrayBufferLike): WasmMemory | undefined {
  return memories.get(buffer);
}

/** Sees to it that the instance has at least `bytes` of memory. */
export function growMemory(instance: WasmInstance<unknown>, bytes: number): void {
  const missing = bytes - instance.memory.buffer.byteLength;
  if (missing > 0) instance.memory.grow(Math.ceil(missing / PAGE_BYTES));
}

/**
 * Modules that this thread has compiled, by text: instances in several memories share their code.
 */
const modules = new Map<string, object>();

function compiled(base64: string): object {
  assert(typeof WebAssembly !== "undefined", "there is no WebAssembly");
  let module = modules.get(base64);
  if (module === undefined) {
    const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
    modules.set(base64, (module = new WebAssembly.Module(bytes)));
  }
  return module;
}
