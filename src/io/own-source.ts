// Whether an array is computed from what its writer deletes first.
import { realpathSync } from "node:fs";
import { sep } from "node:path";
import { ArgumentError } from "../base/errors.js";
import { isUrl } from "../formats/remote/remote-address.js";
import { layersBelow } from "../graph/model/layer-graph.js";
import type { LayerNode } from "../graph/model/layer-node.js";

/**
 * Checks that no array reads a Zarr array at or below a location, which is about to be deleted: its
 * chunks would read as the fill value.
 *
 * @throws ArgumentError `argument.value` naming the one that is read
 */
export function checkKeepsSources(nodes: readonly LayerNode[], location: string): void {
  const deleted = within(location);
  for (const layer of layersBelow(nodes)) {
    const steps = layer.kind === "fused" ? layer.steps.map((step) => step.layer) : [layer];
    for (const step of steps) {
      if (step.kind !== "source" || step.generator.type !== "zarr") continue;
      const source = step.generator.location;
      if (!within(source).startsWith(deleted)) continue;
      const text = `the new values are computed from the Zarr array at ${source}, which { overwrite: true } would delete first: write to another path, or persist() them before`;
      throw new ArgumentError("value", text, { location, source });
    }
  }
}

/** What the paths of all that is at or below a location begin with. */
function within(location: string): string {
  if (isUrl(location)) return `${location.replace(/\/+$/, "")}/`;
  try {
    return realpathSync(location) + sep;
  } catch {
    return location + sep;
  }
}
