// Slabs at positions along an axis, of every width of element and from blocks that do not are in
// order.
import { describe, expect, it } from "vitest";
import { contiguousBlock, emptyBlock } from "../../../src/base/block.js";
import { DTYPES, type DType, isBigInt, partsOf, typedView } from "../../../src/base/dtype.js";
import { contiguousStrides } from "../../../src/graph/model/chunks.js";
import { copySlabs } from "../../../src/kernels/movement/slabs.js";

const SHAPE = [5, 4, 40];
const POSITIONS = Int32Array.from([3, 0, 0, 2, 3]);

/** Elements that count from 0, with all bits of a NaN among them where there is one. */
function counting(dtype: DType, size: number) {
  const numbers = size * partsOf(dtype);
  const data = typedView(dtype, new ArrayBuffer(size * DTYPES[dtype].itemBytes), 0, size);
  for (let i = 0; i < numbers; i++) data[i] = isBigInt(dtype) ? BigInt(i) : i % 251;
  return data;
}

describe("slabs", () => {
  it.each(Object.keys(DTYPES) as DType[])("of %s are those at the positions", (dtype) => {
    const x = contiguousBlock(dtype, counting(dtype, 801), SHAPE, 1);
    const parts = partsOf(dtype);
    for (const axis of [0, 1, 2]) {
      // The same elements, seen with the axes turned round: the block is not contiguous.
      const turned = { ...x, shape: SHAPE.toReversed(), stride: x.stride.toReversed() };
      for (const [from, along] of [
        [x, axis],
        [turned, 2 - axis],
      ] as const) {
        const shape = from.shape.with(along, POSITIONS.length);
        const output = emptyBlock(dtype, shape);
        copySlabs(from, POSITIONS, along, output);
        const strides = contiguousStrides(shape);
        for (let n = 0; n < output.data.length / parts; n++) {
          const index = shape.map((length, i) => Math.floor(n / (strides[i] as number)) % length);
          index[along] = POSITIONS[index[along] as number] as number;
          const at = index.reduce((sum, k, i) => sum + k * (from.stride[i] as number), from.offset);
          for (let part = 0; part < parts; part++) {
            expect(output.data[n * parts + part]).toBe(from.data[at * parts + part]);
          }
        }
      }
    }
  });

  it("keep the bits of a NaN", () => {
    const bits = Uint32Array.of(0x12345678, 0x7ff80001, 1, 0xfff00002);
    const x = contiguousBlock("float64", new Float64Array(bits.buffer), [2]);
    const output = emptyBlock("float64", [2]);
    copySlabs(x, Int32Array.of(1, 0), 0, output);
    expect([...new Uint32Array((output.data as Float64Array).buffer)]).toEqual([
      1, 0xfff00002, 0x12345678, 0x7ff80001,
    ]);
  });
});
