// Results whose size their kernel decides: in the room that the task is given, or in memory of
// their own.
import { expect, test } from "vitest";
import { arange } from "../../../src/array/index.js";
import { LayerRunner, type Room } from "../../../src/runtime/tasks/layer-runner.js";

/** The elements of 0 to 7 above 4, in a room of so many bytes. */
function runInRoom(bytes: number | undefined) {
  const x = arange(8, { chunks: 8, dtype: "float64" });
  const { layer, inputs } = x.slice(x.greater(4)).node;
  const runner = new LayerRunner(
    layer,
    inputs.map((node) => node.layer),
  );
  const values = new Float64Array(new SharedArrayBuffer(64)).map((_, i) => i);
  const mask = new Uint8Array(new SharedArrayBuffer(8)).map((_, i) => Number(i > 4));
  const byLayer = new Map<string, { readonly buffer: ArrayBufferLike; byteOffset: number }>(
    inputs.map(({ layer: input }) => {
      const { buffer } = input.dtype === "bool" ? mask : values;
      return [input.name, { buffer, byteOffset: 0 }];
    }),
  );
  const places = inputs.map((node) => byLayer.get(node.layer.name) as Room);
  const forms = places.map(() => ({ start: 0, shape: [8] }));
  const buffer = new SharedArrayBuffer(128);
  const room = bytes === undefined ? undefined : { buffer, byteOffset: 16, bytes };
  const output = runner.runDynamic(0, { places, forms }, room);
  if (output instanceof Promise || output instanceof Uint8Array) throw new Error("not an array");
  const found = output.buffer ?? buffer;
  const offset = output.buffer === undefined ? 16 : 0;
  return { output, elements: [...new Float64Array(found, offset, output.shape[0])] };
}

test("a result goes to the room where it fits", () => {
  const { output, elements } = runInRoom(64);
  expect(output).toEqual({ shape: [3] });
  expect(elements).toEqual([5, 6, 7]);
});

test.each([
  ["too small", 16],
  ["not there", undefined],
] as const)("it has memory of its own where the room is %s", (_, bytes) => {
  const { output, elements } = runInRoom(bytes);
  expect(output.shape).toEqual([3]);
  expect(output.buffer).toBeInstanceOf(SharedArrayBuffer);
  expect(elements).toEqual([5, 6, 7]);
});
