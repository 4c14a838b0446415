// Describes this machine's kernels in words. Its linear algebra is found by system-blas.ts.

import { wasmFeatures } from "../../kernels/wasm/wasm-features.js";
import { hasWasm } from "../../kernels/wasm/wasm-instances.js";

/** The technology of elementwise kernels, and of products without BLAS. */
export function describeKernels(): string {
  if (!hasWasm()) return "JavaScript (there is no WebAssembly)";
  const madd = wasmFeatures().relaxedSimd ? ", and relaxed SIMD for products" : "";
  return `WebAssembly SIMD${madd}`;
}
