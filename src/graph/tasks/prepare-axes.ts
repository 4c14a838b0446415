// Tables of axes of very many blocks, made in slices before the layer is checked and expanded: both
// find them then.
import type { Sliced } from "../../base/sliced.js";
import { isGrid } from "../checks/fits.js";
import { selectionMisfit } from "../checks/movements.js";
import { axisOverlapInSlices } from "../dependencies/axis-overlap.js";
import { axisSliceInSlices } from "../dependencies/slice-plan.js";
import { axisLength } from "../model/chunks.js";
import type { AxisSelection, Layer } from "../model/layer.js";

/** The same is done at once for shorter axes. */
const WIDE_BLOCKS_MIN = 16_384;

/** Makes the tables of a layer that has not been checked yet, where its fields are sound. */
export function* prepareAxes(layer: Layer, input: Layer | undefined): Sliced<void> {
  if (layer.kind !== "slice" && layer.kind !== "rechunk") return;
  if (input === undefined || !isGrid(layer.chunks)) return;
  for (const [k, axis] of input.chunks.entries()) {
    if (axis.length < WIDE_BLOCKS_MIN) continue;
    if (layer.kind === "slice") {
      const taken = (layer.selection as readonly AxisSelection[] | undefined)?.[k];
      if (taken === undefined || selectionMisfit(taken, axis) !== undefined) continue;
      yield* axisSliceInSlices(axis, taken);
    } else {
      const cut = layer.chunks[k];
      if (cut === undefined || axisLength(cut) !== axisLength(axis)) continue;
      yield* axisOverlapInSlices(axis, cut);
    }
  }
}
