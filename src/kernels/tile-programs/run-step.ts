// Runs one step of a program over a tile: calls the kernel with where its operands and result are.
import type { Binary, TileKernels, Unary } from "../tiles/tile-kernels.js";
import type { TileStep } from "./tile-program.js";
import type { TilePlaces } from "./tile-sources.js";

/** Computes the values of `step` for a tile of `rows` by `columns`. */
export function runStep(
  step: TileStep,
  kernels: TileKernels,
  { p, row }: TilePlaces,
  rows: number,
  columns: number,
): void {
  const { node, args } = step;
  const [a, b, c] = args;
  const [out, outRow] = [p[node] as number, row[node] as number];
  const [x, xRow] = [p[a] as number, row[a] as number];
  switch (step.takes) {
    case "one":
      (kernels[step.kernel] as Unary<number>)(step.code, rows, columns, x, xRow, out, outRow);
      break;
    case "two": {
      const kernel: Binary<number> = kernels[step.kernel];
      const [y, yRow] = [p[b] as number, row[b] as number];
      kernel(step.code, rows, columns, x, xRow, y, yRow, out, outRow);
      break;
    }
    case "angle": {
      const [y, yRow] = [p[b] as number, row[b] as number];
      kernels[step.kernel](rows, columns, x, xRow, y, yRow, p[c] as number, row[c] as number);
      break;
    }
    case "cast":
      kernels[step.kernel](rows, columns, x, xRow, out, outRow);
      break;
    case "where": {
      const [y, yRow] = [p[b] as number, row[b] as number];
      const [z, zRow] = [p[c] as number, row[c] as number];
      kernels[step.kernel](rows, columns, x, xRow, y, yRow, z, zRow, out, outRow);
      break;
    }
  }
}
