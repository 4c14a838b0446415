// Random numbers that a program reads as if a block of them were in memory. They are drawn tile by
// tile on demand (tile-programs/run-tiles.ts), or at once if no tiles are walked. The numbers are
// those of uniform-source.ts, for any access pattern.
import { type Block, contiguousBlock } from "../../base/block.js";
import { contiguousStrides } from "../../graph/model/chunks.js";
import type { Program, ProgramNode, UniformNode } from "../../graph/model/program.js";
import type { LoopRange } from "../blocks/kernel.js";
import type { UniformRange } from "./uniform.js";
import { type UniformSource, uniformSource } from "./uniform-source.js";

/** A program whose random numbers are operands after those that it had. */
export interface WithDraws {
  readonly program: Program;
  readonly draws: readonly UniformNode[];
}

/** `program` with a load of operand `first`, `first + 1`, … in place of each `uniform` node. */
export function withDraws(program: Program, first: number): WithDraws {
  const draws: UniformNode[] = [];
  const nodes = program.nodes.map((node): ProgramNode => {
    if (node.op !== "uniform") return node;
    draws.push(node);
    return { op: "load", operand: first + draws.length - 1, dtype: node.dtype };
  });
  return draws.length === 0 ? { program, draws } : { program: { nodes }, draws };
}

/**
 * The numbers of one node in a range of its loop, counted as a C-contiguous block of them would be.
 */
export class DrawnBlock {
  readonly dtype = "float64";
  readonly shape: readonly number[];
  readonly stride: readonly number[];
  readonly offset = 0;
  private readonly stream: UniformRange;
  /** The length of a run of consecutive positions. */
  private readonly run: number;
  /** The axes before those of a run, and how far their positions are apart. */
  private readonly outer: readonly number[];
  private readonly pitches: readonly number[];
  private readonly origin: number;

  constructor({ seed, low, high, shape, axes }: UniformNode, { extents, offsets }: LoopRange) {
    this.stream = { seed, low, width: high - low };
    this.shape = axes.map((axis) => (axis < 0 ? 1 : (extents[axis] as number)));
    this.stride = contiguousStrides(this.shape);
    const pitches = contiguousStrides(shape);
    // Axes at the end that are spanned wholly make one run with the axis before them.
    let inner = Math.max(shape.length - 1, 0);
    while (inner > 0 && this.shape[inner] === shape[inner]) inner--;
    this.run = this.shape.slice(inner).reduce((n, extent) => n * extent, 1);
    this.outer = this.shape.slice(0, inner);
    this.pitches = pitches.slice(0, inner);
    this.origin = axes.reduce(
      (sum, axis, i) => sum + (axis < 0 ? 0 : (offsets[axis] as number) * (pitches[i] as number)),
      0,
    );
  }

  /** The whole block. */
  whole(): Block {
    const size = this.shape.reduce((n, extent) => n * extent, 1);
    const data = new Float64Array(size);
    const source = uniformSource();
    const { tile } = source;
    for (let at = 0; at < size; at += tile.length) {
      const length = Math.min(tile.length, size - at);
      this.write(source, at, 1, 0, length, tile.byteOffset);
      data.set(length === tile.length ? tile : tile.subarray(0, length), at);
    }
    return contiguousBlock("float64", data, this.shape);
  }

  /**
   * Writes `count` runs of `length` elements one after another to a place in the memory of
   * `source`: those from number `at` on, from `at + step` on and so forth.
   */
  write(
    source: UniformSource,
    at: number,
    count: number,
    step: number,
    length: number,
    place: number,
  ): void {
    const { run, stream } = this;
    const isTable = this.outer.length < 2 && step % run === 0 && (at % run) + length <= run;
    if (isTable) {
      const pitch = (step / run) * (this.pitches[0] ?? 0);
      source.fill(stream, count, length, this.position(at), pitch, place);
      return;
    }
    for (let k = 0; k < count; k++) {
      this.writeRun(source, at + k * step, length, place + k * length * 8);
    }
  }

  private writeRun(source: UniformSource, start: number, length: number, place: number): void {
    const { run, outer, pitches, stream } = this;
    for (let done = 0; done < length; ) {
      const at = start + done;
      const rest = length - done;
      const column = at % run;
      if (column === 0 && rest >= run && outer.length === 1) {
        const rows = Math.floor(rest / run);
        const pitch = pitches[0] as number;
        source.fill(stream, rows, run, this.position(at), pitch, place + done * 8);
        done += rows * run;
      } else {
        const count = Math.min(rest, run - column);
        source.fill(stream, 1, count, this.position(at), 0, place + done * 8);
        done += count;
      }
    }
  }

  /** Where in the whole array element number `at` is. */
  private position(at: number): number {
    const { run, outer, pitches } = this;
    let rest = Math.floor(at / run);
    let position = this.origin + (at - rest * run);
    for (let axis = outer.length - 1; axis >= 0; axis--) {
      const extent = outer[axis] as number;
      const row = Math.floor(rest / extent);
      position += (rest - row * extent) * (pitches[axis] as number);
      rest = row;
    }
    return position;
  }
}
