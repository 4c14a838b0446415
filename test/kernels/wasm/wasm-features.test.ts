// What is found of an engine against what it runs: the kernels that need it.
import { describe, expect, it } from "vitest";
import { contiguousBlock, emptyBlock } from "../../../src/base/block.js";
import type { Matrix } from "../../../src/kernels/linalg/products/strided-matrix.js";
import { sumOfProducts } from "../../../src/kernels/linalg/products/sum-of-products.js";
import { matmulRelaxedWasm } from "../../../src/kernels/wasm/generated/matmul-relaxed-wasm.js";
import { wasmFeatures } from "../../../src/kernels/wasm/wasm-features.js";
import { isWasmValid } from "../../../src/kernels/wasm/wasm-instances.js";
import { describeKernels } from "../../../src/runtime/host/describe-kernels.js";

describe("relaxed SIMD", () => {
  it("is found where the products that use it compile", () => {
    const bytes = Buffer.from(matmulRelaxedWasm, "base64");
    expect(wasmFeatures().relaxedSimd).toBe(isWasmValid(bytes));
  });

  it("is there since Node.js 22, and said", () => {
    const major = Number(process.versions.node.split(".")[0]);
    expect(wasmFeatures()).toEqual({ relaxedSimd: major >= 22 });
    const wanted =
      major >= 22 ? "WebAssembly SIMD, and relaxed SIMD for products" : "WebAssembly SIMD";
    expect(describeKernels()).toBe(wanted);
  });

  it("changes a product by no more than its roundings", () => {
    const [rows, depth, columns] = [9, 600, 11];
    const values = (count: number) =>
      Float64Array.from({ length: count }, (_, i) => Math.sin(i + 1));
    const matrix = (height: number, width: number): Matrix => ({
      data: values(height * width),
      offset: 0,
      rows: height,
      columns: width,
      rowStride: width,
      columnStride: 1,
    });
    const [left, right] = [matrix(rows, depth), matrix(depth, columns)];
    const output = emptyBlock("float64", [rows, columns]);
    sumOfProducts([[left, right]], contiguousBlock("float64", output.data, [rows, columns]));
    for (let i = 0; i < rows; i++) {
      for (let j = 0; j < columns; j++) {
        let [sum, size] = [0, 0];
        for (let k = 0; k < depth; k++) {
          const term =
            (left.data[i * depth + k] as number) * (right.data[k * columns + j] as number);
          sum += term;
          size += Math.abs(term);
        }
        const wrong = Math.abs((output.data[i * columns + j] as number) - sum);
        expect(wrong).toBeLessThanOrEqual(depth * size * 2 ** -52);
      }
    }
  });
});
