// Coordinates of a grid, from those along its axes.
import { ArgumentError } from "../../base/errors.js";
import { shown } from "../../base/format-value.js";
import type { ChunkedArray } from "../chunked-array.js";
import { broadcastShapes } from "../chunks/broadcast.js";
import { checkArrayList } from "../layers/check-arguments.js";
import { broadcastTo } from "../manipulation/broadcast-to.js";
import { expandDims } from "../manipulation/expand-dims.js";
import { reshape } from "../manipulation/reshape.js";

/** Options of {@link meshgrid}. */
export interface MeshgridOptions {
  /** `"xy"` (by default) puts the first array along the second axis, `"ij"` along the first. */
  readonly indexing?: "xy" | "ij";
  /**
   * Leaves the other axes of each array with length 1, which broadcast to the grid; default: false.
   */
  readonly sparse?: boolean;
}

/**
 * The coordinates of all points of a grid: one array for each argument, in the shape of the grid.
 *
 * @param arrays of one dimension
 * @returns one array for each given one, in its dtype; with `indexing: "xy"` the first two axes are
 * exchanged
 * @chunks those of the arrays along their axes; one task per block of each
 * @throws ArgumentError `argument.shape` for more dimensions
 * @see https://data-apis.org/array-api/2025.12/API_specification/generated/array_api.meshgrid.html
 * @example
 * const [x, y] = meshgrid([arange(3), arange(2)]);
 * await x.compute(); // → [[0, 1, 2], [0, 1, 2]]
 * await y.compute(); // → [[0, 0, 0], [1, 1, 1]]
 */
export function meshgrid(
  arrays: readonly ChunkedArray[],
  options: MeshgridOptions = {},
): ChunkedArray[] {
  checkArrayList("meshgrid", arrays);
  const deep = arrays.find((x) => x.ndim > 1);
  if (deep !== undefined) {
    throw new ArgumentError("shape", `meshgrid takes arrays of one dimension, got ${deep.ndim}`);
  }
  const { indexing = "xy", sparse = false } = options;
  if (indexing !== "xy" && indexing !== "ij") {
    const text = `indexing of meshgrid is "xy" or "ij", got ${shown(indexing)}`;
    throw new ArgumentError("value", text);
  }
  const swapped = indexing === "xy" && arrays.length > 1;
  const place = (i: number) => (swapped && i < 2 ? 1 - i : i);
  const lying = arrays.map((x, i) => {
    const others = [...arrays.keys()].filter((axis) => axis !== place(i));
    return expandDims(x.ndim === 0 ? reshape(x, [1]) : x, others);
  });
  if (sparse) return lying;
  const shape = broadcastShapes(...lying.map((x) => x.shape));
  const chunks = shape.map((_, axis) => lying[arrays.findIndex((__, i) => place(i) === axis)]);
  return lying.map((x) =>
    broadcastTo(x, shape, { chunks: chunks.map((own, axis) => own?.chunks[axis] ?? null) }),
  );
}
