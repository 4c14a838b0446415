import { describe, expect, it } from "vitest";
import { dataAddress } from "../../src/client/session/data-address.js";
import { cutBlock } from "../../src/context/served-arrays.js";

/** 0 … 23 as a 4 × 6 array. */
const DATA = Float64Array.from({ length: 24 }, (_, i) => i);

function cut(chunks: number[][], block: number): number[] {
  const item = cutBlock({ chunks, dtype: "float64" }, DATA, block);
  const { buffer, byteOffset, byteLength } = item.bytes;
  return [...new Float64Array(buffer, byteOffset, byteLength / 8)];
}

describe("cutBlock", () => {
  it("copies the rows of a block", () => {
    expect(
      cut(
        [
          [2, 2],
          [4, 2],
        ],
        1,
      ),
    ).toEqual([4, 5, 10, 11]);
    expect(
      cut(
        [
          [2, 2],
          [4, 2],
        ],
        2,
      ),
    ).toEqual([12, 13, 14, 15, 18, 19, 20, 21]);
  });

  it("takes whole rows without a copy", () => {
    const item = cutBlock({ chunks: [[1, 3], [6]], dtype: "float64" }, DATA, 1);
    expect(item.bytes.buffer).toBe(DATA.buffer);
    expect(cut([[1, 3], [6]], 1)).toEqual([...DATA.subarray(6)]);
  });

  it("cuts three-dimensional boxes", () => {
    expect(cut([[2], [1, 1], [2, 4]], 3)).toEqual([8, 9, 10, 11, 20, 21, 22, 23]);
  });

  it("cuts empty blocks and zero-dimensional arrays", () => {
    expect(cut([[4], [0, 6]], 0)).toEqual([]);
    expect(cutBlock({ chunks: [], dtype: "float64" }, DATA.subarray(3, 4), 0).shape).toEqual([]);
  });
});

describe("dataAddress", () => {
  it("serves where peers of the scheduler can connect", () => {
    expect(dataAddress("tcp://127.0.0.1:8786", "c")).toBe("tcp://127.0.0.1:0");
    expect(dataAddress("tcp://localhost:8786", "c")).toBe("tcp://127.0.0.1:0");
    expect(dataAddress("tcp://10.0.0.1:8786", "c", "10.0.0.9")).toBe("tcp://10.0.0.9:0");
    expect(dataAddress("tcp://10.0.0.1:8786", "c")).not.toContain("127.0.0.1");
    expect(dataAddress("ipc:///tmp/x/scheduler", "c")).toBe("ipc:///tmp/x/scheduler-c");
  });
});
