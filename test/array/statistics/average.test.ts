import { describe, expect, it } from "vitest";
import { asarray, average, ma } from "../../../src/array/index.js";
import { valuesOf } from "../table-arrays.js";

describe("a weighted average of small integers", () => {
  it.each([
    ["uint8", "uint8", 168.75],
    ["uint8", "float32", 168.75],
    ["int16", "uint8", 168.75],
  ] as const)(
    "of %s by %s does not overflow, and is float64 as NumPy's",
    async (own, by, value) => {
      const x = asarray([200, 100, 150], { dtype: own, chunks: 2 });
      const weights = asarray([100, 40, 20], { dtype: by });
      const plain = average(x, 0, { weights });
      const masked = ma.average(ma.maskedArray(x), 0, { weights });
      expect([plain.dtype, masked.dtype]).toEqual(["float64", "float64"]);
      expect(await valuesOf(plain)).toEqual([value]);
      expect(await valuesOf(ma.getdata(masked))).toEqual([value]);
    },
  );
});
