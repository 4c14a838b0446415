// Layers in words: shapes, grids and kinds for explain() and pictures.
import { encodeAxis } from "./axis-runs.js";
import { blockCount, type Chunks, isUnknownAxis, shapeOf } from "./chunks.js";
import type { Layer, SourceLayer } from "./layer.js";
import { describeAmounts } from "./resources.js";
import type { SourceGenerator } from "./source-generator.js";

/** A number with separators: 10,000; `unknown` before it is known. */
export function countText(count: number): string {
  return Number.isNaN(count) ? "unknown" : `${count}`.replace(/\B(?=(\d{3})+$)/g, ",");
}

/** `1 task`, `12 tasks`. */
export function plural(count: number, noun: string): string {
  return `${countText(count)} ${noun}${count === 1 ? "" : "s"}`;
}

/** The shape: `10,000 × 10,000`; `scalar` without axes. */
export function shapeText(chunks: Chunks): string {
  return chunks.length === 0 ? "scalar" : shapeOf(chunks).map(countText).join(" × ");
}

/** The grid: `10 × 10 of 1,000 × 1,000`, with the range of lengths where they differ. */
export function gridText(chunks: Chunks): string {
  if (chunks.every((axis) => axis.length === 1)) return "1 block";
  const counts = chunks.map((axis) => countText(axis.length)).join(" × ");
  return `${counts} of ${chunks.map(lengthText).join(" × ")}`;
}

/** Describes the content of a layer: values of any kind, or elements of a shape and dtype. */
export function contentText({ holds, chunks, dtype }: Layer): {
  readonly shape: string;
  readonly blocks: string;
  readonly dtype: string;
} {
  if (holds !== "values") return { shape: shapeText(chunks), blocks: gridText(chunks), dtype };
  return { shape: "values", blocks: plural(blockCount(chunks), "partition"), dtype: "" };
}

function lengthText(axis: readonly number[]): string {
  if (isUnknownAxis(axis)) return "unknown";
  const lengths = encodeAxis(axis).map(([length]) => length);
  // Readers expect a shorter last block.
  if (
    lengths.length === 1 ||
    (lengths.length === 2 && axis.indexOf(lengths[1] ?? 0) === axis.length - 1)
  ) {
    return countText(lengths[0] as number);
  }
  const least = lengths.reduce((a, b) => Math.min(a, b));
  const most = lengths.reduce((a, b) => Math.max(a, b));
  return `${countText(least)}–${countText(most)}`;
}

/** The part of its array that a source makes, if that is not all: `, part of 10,000 × 10,000`. */
function partText({ region }: SourceLayer): string {
  return region === undefined ? "" : `, part of ${region.shape.map(countText).join(" × ")}`;
}

function generatorText(generator: SourceGenerator): string {
  if (generator.type === "draw") return generator.draw.distribution;
  return generator.type === "listDraw" ? generator.draw.name : generator.type;
}

/**
 * Describes the operation of a layer: its kind, its reduction or generator, and the resources and
 * terms of its tasks.
 */
export function kindText(layer: Layer): string {
  const { resources, terms } = layer;
  const words = [plainKind(layer)];
  if (resources !== undefined) {
    words.push(`takes ${describeAmounts(Object.entries(resources))}`);
  }
  if (terms?.workers !== undefined) words.push(`on ${terms.workers.join(" ")}`);
  if (terms?.retries !== undefined) words.push(`retries ${terms.retries}`);
  if (terms?.priority !== undefined) words.push(`priority ${terms.priority}`);
  return words.join(", ");
}

function plainKind(layer: Layer): string {
  switch (layer.kind) {
    case "source":
      return `source (${generatorText(layer.generator)}${partText(layer)})`;
    case "blockwise":
      if (layer.reduction === undefined) return "blockwise";
      return `blockwise + ${layer.final ? "" : "partial "}${layer.reduction.name}`;
    case "treeReduce":
      return `tree ${layer.reduction.name}${layer.final ? "" : " (inner)"}${layer.mirror ? ", mirrored" : ""}`;
    case "routine":
      return `routine ${layer.routine.name}`;
    case "store":
      return `store (${layer.target.type})`;
    case "fused":
      return layer.steps.map((step) => plainKind(step.layer)).join(" → ");
    default:
      return layer.kind;
  }
}
