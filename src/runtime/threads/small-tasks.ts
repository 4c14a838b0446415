// Tasks that the main thread computes itself. If only a few tiny blocks are left, handing them to a
// thread would take a hundred times as long as computing them. thread-pool.ts distributes all
// others among threads.
import { itemBytes } from "../../base/dtype.js";
import { blockIndexOf, blockShape, sizeOf } from "../../graph/model/chunks.js";
import type { Layer } from "../../graph/model/layer.js";
import { outputBytes } from "../../graph/model/output-bytes.js";
import type { SourceGenerator } from "../../graph/model/source-generator.js";
import { LayerRunner } from "../tasks/layer-runner.js";
import type { ThreadLayer } from "./thread-layer.js";

/** More tasks than these are worth a thread's while. */
export const SMALL_TASKS_MAX = 8;
/** The limit for the bytes of a task's work and operands together. */
export const SMALL_BYTES_MAX = 4096;
/** A layer whose blocks were seen to take longer is left to threads. */
const SMALL_MS_MAX = 0.1;

/**
 * Kinds whose duration is proportional to their bytes; users' functions and files may take any
 * time.
 */
const KINDS: ReadonlySet<Layer["kind"]> = new Set([
  "source",
  "blockwise",
  "treeReduce",
  "rechunk",
  "slice",
  "reshape",
  "take",
] as const);

/** The same among sources. */
const SOURCES: ReadonlySet<SourceGenerator["type"]> = new Set([
  "uniform",
  "draw",
  "full",
  "arange",
  "linspace",
  "eye",
  "data",
] as const);

/** Whether small blocks of the layer may be computed on the main thread. */
export function mayRunHere({ layer, isDynamic, expectedMs = 0 }: ThreadLayer): boolean {
  if (isDynamic || !KINDS.has(layer.kind) || expectedMs > SMALL_MS_MAX) return false;
  return layer.kind !== "source" || SOURCES.has(layer.generator.type);
}

/**
 * Bytes that a block takes without its operands: its result's or, where a program goes through more
 * elements than remain of them, theirs. A mean of numbers that are drawn on the way reads nothing
 * and makes one number, and is work for a thread.
 */
export function workBytes(layer: Layer, block: number): number {
  const bytes = outputBytes(layer, block);
  if (layer.kind !== "blockwise" || layer.reduction === undefined) return bytes;
  const { loopChunks, dtype } = layer;
  const elements = sizeOf(blockShape(loopChunks, blockIndexOf(loopChunks, block)));
  // If lengths are unknown, its work is that of its operands.
  return Number.isNaN(elements) ? bytes : Math.max(bytes, elements * itemBytes(dtype));
}

const runners = new WeakMap<ThreadLayer, LayerRunner>();

/** The runner of the layer on this thread. */
export function runnerOf(threadLayer: ThreadLayer): LayerRunner {
  let runner = runners.get(threadLayer);
  if (runner === undefined) {
    runner = new LayerRunner(threadLayer.layer, threadLayer.inputs);
    runners.set(threadLayer, runner);
  }
  return runner;
}
