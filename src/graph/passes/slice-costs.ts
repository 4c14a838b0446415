// The cost of slices on either side of a layer, in elements that are processed, plus a constant for
// each task.
import { type AxisSlice, axisSlices, sliceChunks } from "../dependencies/slice-plan.js";
import { blockCount, type Chunks } from "../model/chunks.js";
import type { AxisSelection, Layer, LayerName, SliceLayer } from "../model/layer.js";
import { isOutput, type LayerGraph } from "../model/layer-graph.js";
import { cutsSomething, type InputCut, type Passage } from "./passage.js";
import { passageOf } from "./slice-through.js";
import type { Workspace } from "./workspace.js";

/** The elements that are worked through in the time that one more task costs. */
export const TASK_ELEMENTS = 32_768;

/** Operands of one layer are cut one by one: what that saves may show a few layers further down. */
const LOOKAHEAD = 3;

/** With more windows of one layer, none is examined: there would be too many pairs. */
const WINDOWS_MAX = 32;

/** The work that a slice requires of a layer, before and after it has passed through. */
interface Window {
  readonly slice: SliceLayer;
  readonly passage: Passage;
  /** Per axis, the first and the last block that it needs. */
  readonly blocks: readonly (readonly [number, number])[];
  readonly touched: number;
  readonly touchedBlocks: number;
  readonly taken: number;
}

/** Compares the work of a slice above a layer and below it. */
export class SliceCosts {
  readonly #graph: LayerGraph;
  readonly #space: Workspace;
  readonly #taskElements: number;
  /**
   * Layers whose parts are made for each of their users: decided once, while all users are there.
   */
  readonly #divided = new Set<LayerName>();

  constructor(graph: LayerGraph, space: Workspace, taskElements: number) {
    this.#graph = graph;
    this.#space = space;
    this.#taskElements = taskElements;
  }

  /**
   * Whether the work and the slices are no larger below than above.
   *
   * @param depth how many layers further down the slices are followed
   */
  saves(slice: SliceLayer, above: Layer, passage: Passage, depth = LOOKAHEAD): boolean {
    if (passage.work === undefined) return true;
    const { taken, touched } = extentOf(passage.work.chunks, passage.work.selection);
    const below = taken + this.#cutCosts(passage, depth) + this.#restCost(passage, taken);
    return below <= touched + this.#sliceCost(above.chunks, slice.selection);
  }

  /**
   * The slices that read a layer, where nothing else does and all of them together save if each has
   * its part made.
   */
  windowsOf(layer: Layer): LayerName[] {
    const users = this.#space.usersOf(layer.name);
    const slices = users.filter((user) => user.kind === "slice");
    if (slices.length < users.length || slices.length > WINDOWS_MAX) return [];
    if (layer.kind === "treeReduce" || isOutput(this.#graph, layer.name)) return [];
    const names = slices.map(({ name }) => name);
    if (this.#divided.has(layer.name)) return names;
    const inputs = this.#space.inputsOf(layer);
    const windows = slices.flatMap((slice) => windowOf(slice, layer, inputs) ?? []);
    if (windows.length < slices.length || !this.#windowsSave(layer, windows)) return [];
    this.#divided.add(layer.name);
    return names;
  }

  #windowsSave({ chunks }: Layer, windows: readonly Window[]): boolean {
    let [below, above] = [0, 0];
    for (const { slice, passage, taken, touchedBlocks } of windows) {
      below += taken + touchedBlocks * this.#taskElements;
      below += this.#cutCosts(passage, 0) + this.#restCost(passage, taken);
      above += this.#sliceCost(chunks, slice.selection);
    }
    const isApart = windows.every((one, at) =>
      windows.slice(at + 1).every((other) => areApart(one, other)),
    );
    // Blocks that two windows need are made once for both: at least those of the widest window are
    // made.
    const wholes = windows.map((one) => one.touched + one.touchedBlocks * this.#taskElements);
    above += isApart ? sum(wholes) : Math.max(...wholes);
    return below <= above;
  }

  /** The cost of cutting the inputs; equal cuts are made once. */
  #cutCosts({ cuts }: Passage, depth: number): number {
    const distinct = new Map(
      cuts.map((cut) => [`${cut.input} ${JSON.stringify(cut.selection)}`, cut]),
    );
    return [...distinct.values()].reduce((total, cut) => total + this.#cutCost(cut, depth), 0);
  }

  /**
   * The cost of cutting an input: zero if it stays whole, or if the cut becomes part of another cut
   * or of a source, or moves on at no cost.
   */
  #cutCost({ input, selection }: InputCut, depth: number): number {
    const layer = this.#space.layer(input);
    if (!cutsSomething(layer.chunks, selection)) return 0;
    if (layer.kind === "slice" && this.#space.hasOneUser(input)) return 0;
    const chunks = sliceChunks(layer.chunks, selection);
    const slice = { ...layer, kind: "slice", inputs: [input], chunks, selection } as const;
    if (layer.kind === "source") {
      const passage = passageOf(slice, layer, []);
      if (passage !== undefined && this.#isOwn(layer, passage)) return 0;
    } else if (depth > 0 && this.#movesOn(slice, layer, depth - 1)) return 0;
    return this.#sliceCost(layer.chunks, selection);
  }

  /** Whether a slice will leave the layer that it reads, too. */
  #movesOn(slice: SliceLayer, layer: Layer, depth: number): boolean {
    if (!this.#space.hasOneUser(layer.name)) return false;
    const passage = passageOf(slice, layer, this.#space.inputsOf(layer));
    if (passage === undefined) return false;
    const way =
      layer.kind === "treeReduce" ? wayToLeaves(this.#space, slice, layer, passage) : passage;
    return way !== undefined && this.saves(slice, layer, way, depth);
  }

  /** Whether a slice may go into the source once the layer above it reads slices alone. */
  #isOwn({ name }: Layer, { isFree, rest }: Passage): boolean {
    if (isFree === true) return true;
    if (rest !== undefined || isOutput(this.#graph, name)) return false;
    return this.#space.usersOf(name).filter(({ kind }) => kind !== "slice").length <= 1;
  }

  /** The cost of the remaining slice above the layer. */
  #restCost({ rest, work }: Passage, taken: number): number {
    if (rest === undefined || work === undefined) return 0;
    const chunks = sliceChunks(work.chunks, work.selection);
    return Math.min(taken, this.#sliceCost(chunks, rest)) + this.#taskElements;
  }

  /** Tasks and elements of a slice; blocks that are taken whole cost nothing. */
  #sliceCost(chunks: Chunks, selection: readonly AxisSelection[]): number {
    const slices = axisSlices(chunks, selection);
    const blocks = product(slices, ({ blocks }) => blocks.length);
    const elements = product(slices, ({ count }) => sum(count));
    if (!slices.every(({ kept, step }) => kept && step === 1)) {
      return blocks * this.#taskElements + elements;
    }
    const uncut = slices.map(({ count, blocks: numbers }, axis) =>
      Array.from(count).filter((each, row) => each === chunks[axis]?.[numbers[row] as number]),
    );
    return (blocks - blockCount(uncut)) * this.#taskElements + elements - product(uncut, sum);
  }
}

function windowOf(slice: SliceLayer, layer: Layer, inputs: readonly Layer[]): Window | undefined {
  const passage = passageOf(slice, layer, inputs);
  if (passage?.work === undefined) return undefined;
  const { chunks, selection } = passage.work;
  const { slices, touched, taken } = extentOf(chunks, selection);
  const blocks = slices.map(({ blocks }) => {
    const ends = [blocks[0] ?? 0, blocks.at(-1) ?? 0] as const;
    return [Math.min(...ends), Math.max(...ends)] as const;
  });
  const touchedBlocks = product(slices, ({ blocks }) => blocks.length);
  return { slice, passage, blocks, touched, touchedBlocks, taken };
}

/** Whether no block is in both. */
function areApart({ blocks }: Window, other: Window): boolean {
  return blocks.some(([first, last], axis) => {
    const [otherFirst, otherLast] = other.blocks[axis] ?? [0, 0];
    return last < otherFirst || otherLast < first;
  });
}

interface Extent {
  readonly slices: readonly AxisSlice[];
  /** Elements of the blocks that a selection needs. */
  readonly touched: number;
  /** Elements that it takes. */
  readonly taken: number;
}

function extentOf(chunks: Chunks, selection: readonly AxisSelection[]): Extent {
  const slices = axisSlices(chunks, selection);
  const touched = product(slices, ({ blocks }, axis) =>
    blocks.reduce((total, block) => total + (chunks[axis]?.[block] as number), 0),
  );
  return { slices, touched, taken: product(slices, ({ count }) => sum(count)) };
}

function sum(numbers: ArrayLike<number>): number {
  let total = 0;
  for (let i = 0; i < numbers.length; i++) total += numbers[i] as number;
  return total;
}

function product<T>(items: readonly T[], factor: (item: T, at: number) => number): number {
  return items.reduce((result, item, at) => result * factor(item, at), 1);
}

/**
 * A slice above a tree goes down to the first step or not at all: there are many states, and small.
 */
export function wayToLeaves(
  space: Workspace,
  slice: SliceLayer,
  top: Layer,
  passage: Passage,
): Passage | undefined {
  let layer = top;
  let way: Passage | undefined = passage;
  while (layer.kind === "treeReduce") {
    const [cut] = way?.cuts ?? [];
    if (cut === undefined || !space.hasOneUser(cut.input)) return undefined;
    layer = space.layer(cut.input);
    const { selection } = cut;
    const above = { ...slice, chunks: sliceChunks(layer.chunks, selection), selection };
    way = passageOf(above, layer, space.inputsOf(layer));
  }
  return layer.kind === "blockwise" || layer.kind === "contract" ? way : undefined;
}
