// Numbers, texts and the like as bytes and back, and what is left to the general codec.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  isLeaf,
  isLeafList,
  isPackedLeaf,
  packLeaf,
  packLeaves,
  unpackLeaf,
  unpackLeaves,
} from "../../../src/shipping/values/scalar-codec.js";
import {
  packValue,
  unpackValue,
  unpackWhenReady,
} from "../../../src/shipping/values/value-bytes.js";

const leaf = fc.oneof(
  fc.constantFrom(undefined, null, true, false, Number.NaN, -0, 0, 2 ** 31, -(2 ** 31), ""),
  fc.double(),
  fc.integer(),
  fc.string({ unit: "grapheme", maxLength: 80 }).filter((text) => text.length <= 256),
);

/** As workers keep values: in shared memory, at any place. */
function shared(bytes: Uint8Array): Uint8Array {
  const memory = new Uint8Array(new SharedArrayBuffer(bytes.byteLength + 10));
  memory.set(bytes, 5);
  return memory.subarray(5, 5 + bytes.byteLength);
}

describe("leaves", () => {
  it("come back as they were, out of any memory", () => {
    fc.assert(
      fc.property(leaf, (value) => {
        if (!isLeaf(value)) return; // astral characters are left to v8
        expect(unpackLeaf(shared(packLeaf(value)))).toBe(value);
      }),
    );
  });

  it("come back in lists, and holes as what fills them, in order", () => {
    const hole = fc.record({ count: fc.nat(2 ** 20), isList: fc.constant(true) });
    const single = fc.constant({ count: 1, isList: false });
    const list = fc.array(fc.oneof(leaf, hole, single), { maxLength: 16 });
    fc.assert(
      fc.property(list, (values) => {
        const leaves = values.filter((value) => typeof value !== "object" || value === null);
        if (!isLeafList(leaves)) return;
        const packed = packLeaves(values as Parameters<typeof packLeaves>[0]);
        expect(unpackLeaves(shared(packed), (found) => found)).toEqual(values);
      }),
    );
  });

  it("leave to v8 what they cannot write", () => {
    const others = [1n, {}, [], () => {}, "x".repeat(257), "\ud800", "😀"];
    expect(others.map(isLeaf)).toEqual(others.map(() => false));
    expect(isLeafList(new Array(17).fill(0))).toBe(false);
    expect(isLeafList([1, [2]])).toBe(false);
  });

  it("are how small values are packed, and others are not", () => {
    expect(isPackedLeaf(packValue(3))).toBe(true);
    expect(packValue(3).byteLength).toBe(6);
    for (const value of [3, "😀", [1, "a"], "x".repeat(1000), new Map([[1, 2]]), 3n]) {
      expect(unpackValue(packValue(value))).toEqual(value);
      expect(unpackWhenReady(shared(packValue(value)))).toEqual(value);
    }
  });

  it("refuse bytes that are cut off or none of theirs", () => {
    for (const value of [12, 0.5, "text"]) {
      const bytes = packLeaf(value);
      expect(() => unpackLeaf(bytes.subarray(0, bytes.byteLength - 1))).toThrow(/cut off/);
    }
    expect(() => unpackLeaf(Uint8Array.of(0xfe, 99))).toThrow(/no kind of leaf has number 99/);
  });
});
