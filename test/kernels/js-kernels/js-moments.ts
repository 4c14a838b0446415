// The kernels of assembly/tiles/moments.ts in JavaScript, for js-kernels.ts.
import type { Moments, TileKernels } from "../../../src/kernels/tiles/tile-kernels.js";

type MomentKernels = Pick<
  TileKernels,
  "momentsAll" | "momentsRows" | "momentsColumns" | "joinMoments"
>;

/** Sums go to as many lanes as WebAssembly works on side by side. */
const LANES = 8;

/** Kernels that work in the memory of `data`. */
export function jsMoments(data: Float64Array): MomentKernels {
  const write = (
    out: number,
    field: number,
    count: number,
    sumOf: (term: (value: number) => number) => number,
  ) => {
    const mean = sumOf((value) => value) / count;
    data[out / 8] = mean;
    data[(out + field) / 8] = sumOf((value) => value - mean) / count;
    data[(out + 2 * field) / 8] = sumOf((value) => (value - mean) * (value - mean));
  };
  const momentsAll: Moments = (rows, columns, x, xRow, out, field) => {
    write(out, field, rows * columns, (term) => {
      const lanes = new Array<number>(LANES).fill(0);
      for (let r = 0; r < rows; r++) {
        const a = (x + r * xRow) / 8;
        for (let c = 0; c < columns; c++) {
          const lane = c % LANES;
          lanes[lane] = (lanes[lane] as number) + term(data[a + c] as number);
        }
      }
      const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = lanes;
      return a + c + (e + g) + (b + d + (f + h));
    });
  };
  return {
    momentsAll,
    momentsRows: (rows, columns, x, xRow, out, field) => {
      for (let r = 0; r < rows; r++) momentsAll(1, columns, x + r * xRow, 0, out + 8 * r, field);
    },
    momentsColumns: (rows, columns, x, xRow, out, field) => {
      for (let c = 0; c < columns; c++) {
        const value = (r: number) => data[(x + r * xRow) / 8 + c] as number;
        write(out + 8 * c, field, rows, (term) => sumInFours(rows, (r) => term(value(r))));
      }
    },
    joinMoments: (columns, x, y, field, share, weight) => {
      const [means, lacks, squares] = [0, field / 8, (2 * field) / 8];
      for (let c = 0; c < columns; c++) {
        const [a, b] = [x / 8 + c, y / 8 + c];
        const at = (place: number) => data[place] as number;
        const [mean, lack] = [at(a + means), at(a + lacks)];
        const difference = at(b + means) - mean + (at(b + lacks) - lack);
        const moved = lack + difference * share;
        const joined = mean + moved;
        data[b + means] = joined;
        data[b + lacks] = moved - (joined - mean);
        data[b + squares] = at(a + squares) + at(b + squares) + difference * difference * weight;
      }
    },
  };
}

/** Four terms are joined two by two, and then to those before. */
function sumInFours(rows: number, term: (row: number) => number): number {
  let sum = 0;
  let r = 0;
  for (; r <= rows - 4; r += 4) {
    sum += term(r) + term(r + 1) + (term(r + 2) + term(r + 3));
  }
  for (; r < rows; r++) sum += term(r);
  return sum;
}
