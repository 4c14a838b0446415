// Whether an array is computed from what its writer deletes first, or writes to meanwhile.
import { realpathSync } from "node:fs";
import { sep } from "node:path";
import { ArgumentError } from "../base/errors.js";
import { isUrl } from "../formats/remote/remote-address.js";
import { shapeOf } from "../graph/model/chunks.js";
import type { Layer, SourceLayer } from "../graph/model/layer.js";
import { graphBelow, layersBelow } from "../graph/model/layer-graph.js";
import type { LayerNode } from "../graph/model/layer-node.js";
import { optimize } from "../graph/passes/optimize.js";

/**
 * Checks that no array reads a Zarr array at or below a location, which is about to be deleted: its
 * chunks would read as the fill value.
 *
 * @throws ArgumentError `argument.value` naming the one that is read
 */
export function checkKeepsSources(nodes: readonly LayerNode[], location: string): void {
  const deleted = within(location);
  for (const { source } of zarrSources(layersBelow(nodes))) {
    if (!within(source).startsWith(deleted)) continue;
    const text = `the new values are computed from the Zarr array at ${source}, which { overwrite: true } would delete first: write to another path, or persist() them before`;
    throw new ArgumentError("value", text, { location, source });
  }
}

/** A box of a Zarr array whose files are these boxes. */
export interface FilesOfBox {
  readonly fileShape: readonly number[];
  readonly starts: readonly number[];
  readonly lengths: readonly number[];
}

/**
 * Checks that no files are read that a box of the same Zarr array is written to: a task would find
 * them as they are before another writes them, or after. Files of other boxes may be read.
 *
 * @throws ArgumentError `argument.value`
 */
export function checkReadsElsewhere(node: LayerNode, location: string, written: FilesOfBox): void {
  const own = within(location);
  const isOwn = ({ source }: ZarrSource) => within(source) === own;
  if (!zarrSources(layersBelow([node])).some(isOwn)) return;
  // Passes move slices into what reads files.
  const layers = optimize(graphBelow([node])).mapNodes((_, layer) => layer);
  const both = zarrSources(layers).find(
    (each) => isOwn(each) && meet({ ...written, ...boxOf(each.layer) }, written),
  );
  if (both === undefined) return;
  const text = `the new values are computed from chunks of ${location} that they are written to: write to another path, or persist() them before`;
  throw new ArgumentError("value", text, { location });
}

/** Whether two boxes have elements in one file. */
function meet(a: FilesOfBox, b: FilesOfBox): boolean {
  return a.fileShape.every((length, axis) => {
    const files = ({ starts, lengths }: FilesOfBox) => {
      const [start, count] = [starts[axis] as number, lengths[axis] as number];
      return { first: Math.floor(start / length), end: Math.ceil((start + count) / length) };
    };
    const [left, right] = [files(a), files(b)];
    return left.first < right.end && right.first < left.end;
  });
}

/** What of its array a source reads. */
function boxOf({ chunks, region }: SourceLayer): Omit<FilesOfBox, "fileShape"> {
  const lengths = shapeOf(chunks);
  if (region === undefined) return { starts: lengths.map(() => 0), lengths };
  const own = region.shape.map((_, axis) => region.axes.indexOf(axis));
  return { starts: region.starts, lengths: own.map((axis) => lengths[axis] ?? 1) };
}

interface ZarrSource {
  readonly layer: SourceLayer;
  /** The location of the array. */
  readonly source: string;
}

function zarrSources(layers: readonly Layer[]): ZarrSource[] {
  return layers.flatMap((layer) => {
    const steps = layer.kind === "fused" ? layer.steps.map((step) => step.layer) : [layer];
    return steps.flatMap((step) => {
      if (step.kind !== "source" || step.generator.type !== "zarr") return [];
      return [{ layer: step, source: step.generator.location }];
    });
  });
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
