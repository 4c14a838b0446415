// Elements of float16, which is no dtype here, as float32: every one of them has its own there.
import type { ChunkedArray } from "../array/chunked-array.js";
import { bitwiseLeftShift } from "../array/elementwise/bitwise.js";
import { where } from "../array/elementwise/where.js";

/** The numbers whose bits `halves` holds as uint16. One pass fuses all steps into the read. */
export function floatsOfHalves(halves: ChunkedArray): ChunkedArray {
  const bits = halves.astype("uint32");
  const exponent = bits.bitwiseRightShift(10).bitwiseAnd(31);
  const fraction = bits.bitwiseAnd(1_023);
  // Below the smallest exponent, no leading one is hidden.
  const digits = where(exponent.equal(0), fraction, fraction.add(1_024)).astype("float32");
  const scale = bitwiseLeftShift(1, exponent.maximum(1))
    .astype("float32")
    .multiply(2 ** -25);
  const special = where(fraction.equal(0), Number.POSITIVE_INFINITY, Number.NaN);
  const size = where(exponent.equal(31), special.astype("float32"), digits.multiply(scale));
  return where(bits.greaterEqual(0x8000), size.negative(), size);
}
