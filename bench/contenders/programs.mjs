// The programs of bench/programs.mjs on this process's threads: `programs.mjs NAME [DIVISOR]`,
// which divides sizes.
import { fft, linalg, normal, percentile, random, sort } from "tilework";
import { serve } from "./contender.mjs";

const name = process.argv[2];
const divisor = Number(process.argv[3] ?? 1);

/** A new seed for each array: nothing is remembered from the run before. */
let seed = 0;
const scaled = (length) => Math.round(length / divisor);
const square = (size, chunk) =>
  random([scaled(size), scaled(size)], { chunks: [scaled(chunk), scaled(chunk)], seed: ++seed });

/** Each gives a number, and how far from which it may be. */
const PROGRAMS = {
  headline: () => {
    const x = square(10_000, 1_000);
    return [x.add(x.transpose()).mean(), 1];
  },
  fused: () => {
    const x = square(8_000, 1_000);
    const sum = x.sin().pow(2).add(x.cos().pow(2)).sum();
    return [sum.divide(scaled(8_000) ** 2), 1];
  },
  std: () => [square(8_000, 1_000).std(0).mean(), Math.sqrt(1 / 12)],
  arithmetic: () => {
    const [a, b, c, d] = [1, 2, 3, 4].map(() => square(5_000, 1_000));
    return [a.add(b.multiply(c)).subtract(d).max(), 1.9];
  },
  matmul: () => [
    square(3_000, 1_000).matmul(square(3_000, 1_000)).mean().divide(scaled(3_000)),
    0.25,
  ],
  rechunk: () => {
    const columns = square(6_000, 1_000).rechunk([scaled(6_000), scaled(200)]);
    return [columns.max(0).mean(), 1];
  },
  cumsum: () => [square(5_000, 1_000).cumsum(0).max().divide(scaled(5_000)), 0.53],
  sort: () => [sort(random([scaled(1e7)], { chunks: scaled(1e6), seed: ++seed })).mean(), 0.5],
  percentile: () => [
    percentile(random([scaled(1e7)], { chunks: scaled(1e6), seed: ++seed }), 90),
    0.9,
  ],
  fft: () => {
    const shape = [scaled(4_000), 2_048];
    const x = random(shape, { chunks: [scaled(250), 2_048], seed: ++seed });
    return [fft.fft(x).abs().max().divide(2_048), 0.5];
  },
  svd: () => {
    const x = random([scaled(50_000), 200], { chunks: [scaled(5_000), 200], seed: ++seed });
    const [, values] = linalg.svdCompressed(x, 10, { seed: ++seed });
    return [values.max().divide(Math.sqrt(scaled(50_000) * 200)), 0.5];
  },
  stencil: () => {
    const x = square(5_000, 1_000);
    const smooth = x.mapOverlap(smoothed, { depth: 1, boundary: "reflect" });
    return [smooth.mean(), 0.5];
  },
  normal: () => {
    const options = { chunks: scaled(1_000), seed: ++seed };
    return [normal([scaled(6_000), scaled(6_000)], options).std(), 1];
  },
};

/** The mean of an element and its four neighbours. */
function smoothed(block) {
  const [rows, columns] = block.shape;
  const { data, offset } = block;
  const out = new Float64Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const at = row * columns + column;
      const isInside = row > 0 && column > 0 && row < rows - 1 && column < columns - 1;
      const i = offset + at;
      out[at] = isInside
        ? (data[i] + data[i - 1] + data[i + 1] + data[i - columns] + data[i + columns]) / 5
        : data[i];
    }
  }
  return out;
}

const make = PROGRAMS[name];
if (make === undefined) throw new Error(`no program ${name}: one of ${Object.keys(PROGRAMS)}`);
await serve(async () => {
  const [program, expected] = make();
  const value = await program.compute();
  if (!(Math.abs(value - expected) < 0.1)) throw new Error(`${name} is ${value}, not ${expected}`);
});
