// WebAssembly features of this engine beyond those of every supported Node.js, detected by
// validating a tiny module. docs/internals/kernels.md says which kernels use them.
import { isWasmValid } from "./wasm-instances.js";

/** Optional features of WebAssembly. */
export interface WasmFeatures {
  /** Multiplications and additions of floats in one instruction (Node.js 22). */
  readonly relaxedSimd: boolean;
}

const HEADER = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];

/**
 * `(func (param v128 v128 v128) (result v128)
 *   (f64x2.relaxed_madd (local.get 0) (local.get 1) (local.get 2)))`
 */
const RELAXED_MADD = [
  ...[0x01, 0x08, 0x01, 0x60, 0x03, 0x7b, 0x7b, 0x7b, 0x01, 0x7b],
  ...[0x03, 0x02, 0x01, 0x00],
  ...[0x0a, 0x0d, 0x01, 0x0b, 0x00, 0x20, 0x00, 0x20, 0x01, 0x20, 0x02, 0xfd, 0x87, 0x02, 0x0b],
];

let found: WasmFeatures | undefined;

/** The features of this engine. */
export function wasmFeatures(): WasmFeatures {
  found ??= { relaxedSimd: isWasmValid(Uint8Array.from([...HEADER, ...RELAXED_MADD])) };
  return found;
}
