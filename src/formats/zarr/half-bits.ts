// Numbers as float16, which is no dtype here: fill values of Zarr arrays that hold it.

/** The bits of the float16 that is nearest to a number. */
export function halfBits(value: number): number {
  if (Number.isNaN(value)) return 0x7e00;
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
  const size = Math.abs(value);
  if (size >= 65_520) return sign + 0x7c00;
  let exponent = Math.max(Math.floor(Math.log2(size)), -14);
  // The logarithm is rounded.
  if (2 ** exponent > size && exponent > -14) exponent--;
  // Numbers below 2^-14 have no leading one, so that their exponent's bits are 0.
  return sign + (exponent + 14) * 1_024 + toEven(size / 2 ** (exponent - 10));
}

/** The nearest integer, the even one of two. */
function toEven(value: number): number {
  const up = Math.round(value);
  return up - value === 0.5 && up % 2 === 1 ? up - 1 : up;
}
