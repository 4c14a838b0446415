// The distributions that most numbers are drawn from, many elements at a time: the usual case of
// element-stream.ts and discrete-samplers.ts without a call for each element, and with the same
// numbers.
import type { Fill, Sample } from "./sampler.js";
import { EXPONENTIAL, NORMAL } from "./ziggurat.js";

/** Normal numbers. */
export function normalFill(loc: number, scale: number): Fill {
  const { widths, inner } = NORMAL;
  return (stream, values, at, count, position) => {
    const { tile } = stream;
    for (let i = 0; i < count; i++) {
      const scaled = (tile[at + i] as number) * 256;
      const layer = scaled | 0;
      const place = 2 * (scaled - layer) - (1 - 2 ** -45);
      let x = place * (widths[layer] as number);
      if (Math.abs(place) >= (inner[layer] as number)) {
        stream.begin(position + i, at + i, 1);
        x = stream.normal();
      }
      values[at + i] = loc + scale * x;
    }
  };
}

/** Exponential numbers. */
export function exponentialFill(scale: number): Fill {
  const { widths, inner } = EXPONENTIAL;
  return (stream, values, at, count, position) => {
    const { tile } = stream;
    for (let i = 0; i < count; i++) {
      const scaled = (tile[at + i] as number) * 256;
      const layer = scaled | 0;
      const place = scaled - layer + 2 ** -46;
      let x = place * (widths[layer] as number);
      if (place >= (inner[layer] as number)) {
        stream.begin(position + i, at + i, 1);
        x = stream.exponential();
      }
      values[at + i] = scale * x;
    }
  };
}

/** Whole numbers from `low` to `high`; `sample` draws those that need further numbers. */
export function integerFill(low: number, high: number, sample: Sample): Fill {
  const count = high - low + 1;
  const cell = Math.floor(2 ** 53 / count);
  return (stream, values, at, length, position) => {
    const { tile } = stream;
    for (let i = 0; i < length; i++) {
      const bits = (tile[at + i] as number) * 2 ** 53;
      let value = Math.floor(bits / cell);
      if (value * cell > bits) value--;
      if (value < count) values[at + i] = low + value;
      else {
        stream.begin(position + i, at + i, 1);
        values[at + i] = sample(stream);
      }
    }
  };
}
