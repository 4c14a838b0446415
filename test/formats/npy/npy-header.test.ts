import { describe, expect, it } from "vitest";
import { formatNpyHeader, parseNpyHeader } from "../../../src/formats/npy/npy-header.js";

/** The bytes that NumPy writes: `np.lib.format.write_array_header_1_0`. */
function header(dictionary: string, version = 1): Uint8Array {
  const length = dictionary.length + 1;
  const lengthBytes =
    version === 1 ? [length & 255, length >> 8] : [length & 255, length >> 8, 0, 0];
  const text = [...dictionary, "\n"].map((character) => character.charCodeAt(0));
  return Uint8Array.of(0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, version, 0, ...lengthBytes, ...text);
}

describe("parseNpyHeader", () => {
  it("reads what NumPy writes", () => {
    const bytes = header("{'descr': '<f8', 'fortran_order': False, 'shape': (3, 4), }");
    expect(parseNpyHeader(bytes)).toEqual({
      dtype: "float64",
      shape: [3, 4],
      fortranOrder: false,
      bigEndian: false,
      isHalf: false,
      byteOffset: bytes.length,
    });
  });

  it("reads Fortran order, big-endian numbers, one axis, no axis and version 2", () => {
    const vector = parseNpyHeader(
      header("{'descr': '>i4', 'fortran_order': True, 'shape': (7,)}", 2),
    );
    expect(vector).toMatchObject({
      dtype: "int32",
      shape: [7],
      fortranOrder: true,
      bigEndian: true,
    });
    const scalar = parseNpyHeader(header("{'descr': '|b1', 'fortran_order': False, 'shape': ()}"));
    expect(scalar).toMatchObject({ dtype: "bool", shape: [] });
  });

  it("refuses what it cannot read, with the reason", () => {
    const good = header("{'descr': '<f8', 'fortran_order': False, 'shape': (3, 4), }");
    expect(() => parseNpyHeader(Uint8Array.of(1, 2, 3))).toThrow("not a .npy file");
    expect(() => parseNpyHeader(good.subarray(0, 20))).toThrow("20 bytes were given");
    expect(() => parseNpyHeader(good.subarray(0, 9))).toThrow("cannot be read");
    expect(() => parseNpyHeader(header("{'descr': '<f8', 'shape': (3,)}"))).toThrow(
      "fortran_order",
    );
    const dtyped = (descr: string) =>
      header(`{'descr': ${descr}, 'fortran_order': False, 'shape': (3,)}`);
    expect(() => parseNpyHeader(dtyped("'<V2'"))).toThrow('dtype "<V2"');
    expect(() => parseNpyHeader(dtyped("[('x', '<f8')]"))).toThrow("structured");
    expect(() => parseNpyHeader(header("", 9))).toThrow("version is 9");
  });
});

describe("formatNpyHeader", () => {
  it("is read back, and aligns the elements", () => {
    for (const shape of [[], [5], [3, 4], [1000, 2000, 3]]) {
      const bytes = formatNpyHeader("float32", shape);
      expect(bytes.length % 64).toBe(0);
      expect(parseNpyHeader(bytes)).toMatchObject({
        dtype: "float32",
        shape,
        byteOffset: bytes.length,
      });
    }
  });
});
