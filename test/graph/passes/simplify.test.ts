import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ChunkedArray } from "../../../src/array/chunked-array.js";
import { fromArray, where, zeros } from "../../../src/array/index.js";
import type { DType } from "../../../src/base/dtype.js";
import { graphBelow, layersOf } from "../../../src/graph/model/layer-graph.js";
import { fuseBlockwise } from "../../../src/graph/passes/fuse.js";
import { inlineSources } from "../../../src/graph/passes/inline-sources.js";
import { simplify } from "../../../src/graph/passes/simplify.js";
import { after } from "../after-pass.js";
import { elementsOf } from "../computed-elements.js";

/** The one program before and after the pass, as operations; none where nothing is left to do. */
function operations(x: ChunkedArray): string[] {
  const graph = after(simplify, after(fuseBlockwise, graphBelow([x.node])));
  return layersOf(graph).flatMap((layer) => {
    if (layer.kind !== "blockwise") return [];
    return layer.program.nodes.map(({ op }) => op).filter((op) => op !== "load");
  });
}

const data = (dtype: DType, values: readonly number[]) =>
  fromArray([...values], { chunks: 3 }).astype(dtype) as ChunkedArray;

const SPECIAL = [
  0,
  -0,
  1,
  -1,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
  5e-324,
];
const steps: readonly ((x: ChunkedArray) => ChunkedArray)[] = [
  (x) => x.negative(),
  (x) => x.positive(),
  (x) => x.multiply(1),
  (x) => x.multiply(2),
  (x) => x.divide(1).astype(x.dtype),
  (x) => x.subtract(0),
  (x) => x.subtract(-0),
  (x) => x.add(0),
  (x) => x.add(-0),
  (x) => x.floor(),
  (x) => x.round(),
  (x) => x.maximum(x),
  (x) => where(x.greater(0), x, x) as ChunkedArray,
  (x) => where(zeros([], { dtype: "bool" }), x, x.negative()) as ChunkedArray,
];

describe("simplify", () => {
  const x = data("float64", [1, 2, 3, 4]);
  const n = data("int32", [1, 2, 3, 4]);

  it("drops what changes no bit", () => {
    for (const same of [x.negative().negative(), x.multiply(1), x.divide(1), x.subtract(0)]) {
      expect(operations(same)).toEqual(operations(x));
    }
    for (const same of [n.add(0), n.floor(), n.bitwiseInvert().bitwiseInvert(), n.minimum(n)]) {
      expect(operations(same)).toEqual(operations(n));
    }
    expect(operations(x.sin().add(x.sin()))).toEqual(["sin", "add"]);
  });

  it("keeps what changes a zero, an infinity or a NaN", () => {
    expect(operations(x.add(0))).toContain("add");
    expect(operations(x.subtract(-0))).toContain("subtract");
    expect(operations(x.subtract(x))).toContain("subtract");
    expect(operations(x.multiply(0))).toContain("multiply");
    const complex = x.astype("complex128") as ChunkedArray;
    expect(operations(complex.multiply(1))).toContain("multiply");
    expect(operations(x.floor())).toContain("floor");
  });

  it("leaves out layers that hand on their input", () => {
    const square = fromArray([
      [1, 2],
      [3, 4],
    ]) as ChunkedArray;
    const graph = after(simplify, after(fuseBlockwise, graphBelow([square.T.T.node])));
    expect(layersOf(graph)).toEqual([square.node.layer]);
    expect(after(simplify, graphBelow([square.T.node])).order).toBe(2);
  });

  it("gives the very bits, on random programs of special values", async () => {
    const programs = fc.record({
      dtype: fc.constantFrom<DType>("float64", "float32", "int8", "uint8"),
      program: fc.array(fc.constantFrom(...steps), { minLength: 1, maxLength: 5 }),
    });
    await fc.assert(
      fc.asyncProperty(programs, async ({ dtype, program }) => {
        const values = dtype.startsWith("float") ? SPECIAL : [0, 1, 2, 100, 127, 3];
        const y = program.reduce(
          (x, step) => step(x).astype(dtype) as ChunkedArray,
          data(dtype, values),
        );
        const fused = after(fuseBlockwise, after(inlineSources, graphBelow([y.node])));
        const wanted = await elementsOf(graphBelow([y.node]));
        const found = await elementsOf(after(simplify, fused));
        expect(found.map((value, i) => Object.is(value, wanted[i]))).not.toContain(false);
      }),
      { numRuns: 100, seed: 3 },
    );
  });
});
