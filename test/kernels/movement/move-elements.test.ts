import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { sliceChunks } from "../../../src/graph/dependencies/slice-plan.js";
import { shapeOf } from "../../../src/graph/model/chunks.js";
import type {
  AxisSelection,
  RechunkLayer,
  ReshapeLayer,
  SliceLayer,
} from "../../../src/graph/model/layer.js";
import { nameLayer } from "../../../src/graph/model/naming.js";
import { computeWhole, dataSource, regular } from "../layers.js";

/** A source that counts from 0, cut at random. */
const grid = fc
  .array(fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 4 }), {
    minLength: 1,
    maxLength: 3,
  })
  .map((chunks) => {
    const size = shapeOf(chunks).reduce((n, length) => n * length, 1);
    return dataSource(
      "int32",
      Int32Array.from({ length: size }, (_, i) => i),
      chunks,
    );
  });

describe("rechunk", () => {
  it("keeps every element, whatever the grids", () => {
    fc.assert(
      fc.property(
        grid,
        fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 3, maxLength: 3 }),
        (source, sizes) => {
          const rechunk = nameLayer<RechunkLayer>("rechunk", {
            kind: "rechunk",
            inputs: [source.name],
            chunks: regular(shapeOf(source.chunks), sizes),
            dtype: "int32",
          });
          expect(computeWhole([source, rechunk]).values).toEqual(computeWhole([source]).values);
        },
      ),
      { numRuns: 150 },
    );
  });
});

describe("slice", () => {
  it("takes what plain indexing takes", () => {
    const selection = fc.tuple(
      fc.double({ min: 0, max: 0.999, noNaN: true }),
      fc.constantFrom(null, 1, 2, 3, -1, -2),
    );
    fc.assert(
      fc.property(grid, fc.array(selection, { minLength: 3, maxLength: 3 }), (source, wanted) => {
        const shape = shapeOf(source.chunks);
        const selections = shape.map((length, axis): AxisSelection => {
          const [at, step] = wanted[axis] as [number, number | null];
          const start = Math.floor(at * length);
          if (step === null) return { type: "index", at: start };
          const room = step > 0 ? length - 1 - start : start;
          return { type: "range", start, step, count: Math.floor(room / Math.abs(step)) + 1 };
        });
        const slice = nameLayer<SliceLayer>("slice", {
          kind: "slice",
          inputs: [source.name],
          chunks: sliceChunks(source.chunks, selections),
          dtype: "int32",
          selection: selections,
        });
        expect(computeWhole([source, slice]).values).toEqual(taken(shape, selections));
      }),
      { numRuns: 150 },
    );
  });
});

/** What a selection takes of an array that counts from 0. */
function taken(shape: readonly number[], selections: readonly AxisSelection[]): number[] {
  let places = [0];
  selections.forEach((selection, axis) => {
    const at =
      selection.type === "index"
        ? [selection.at]
        : Array.from({ length: selection.count }, (_, i) => selection.start + i * selection.step);
    places = places.flatMap((place) => at.map((i) => place * (shape[axis] as number) + i));
  });
  return places;
}

describe("reshape", () => {
  it("keeps the order within blocks", () => {
    const source = dataSource(
      "uint8",
      Uint8Array.from({ length: 24 }, (_, i) => i),
      [[2, 2], [6]],
    );
    const reshape = nameLayer<ReshapeLayer>("reshape", {
      kind: "reshape",
      inputs: [source.name],
      chunks: [[2, 2], [2], [3]],
      dtype: "uint8",
    });
    expect(computeWhole([source, reshape]).values).toEqual(computeWhole([source]).values);
  });
});
