// Runs a kernel program over strided blocks: works out how each array moves along the loop's axes,
// plans the walk and calls the compiled loop. blockwise.ts and similar files read the layers.
import type { Block } from "../../base/block.js";
import { isBigInt, isComplex, itemBytes } from "../../base/dtype.js";
import { ArgumentError } from "../../base/errors.js";
import { BLOCK_ELEMENTS_MAX } from "../../graph/model/block-limit.js";
import { contiguousStrides } from "../../graph/model/chunks.js";
import { type Program, programDType, type UniformNode } from "../../graph/model/program.js";
import type { Reduction } from "../../graph/model/reduction.js";
import type { LoopRange } from "../blocks/kernel.js";
import { fillElements } from "../blocks/scalar-values.js";
import { compileLoop, type LoopFunction } from "../loops/loop-code.js";
import { type LoopPlan, type LoopSpace, planLoop } from "../loops/loop-plan.js";
import type { LoopReduction } from "../loops/loop-spec.js";
import { type ProgramConstants, programConstants } from "../loops/program-constants.js";
import { type Finish, finishCode, reduceCode } from "../loops/reduce-code.js";
import { areDrawnInTiles } from "../tile-programs/drawn-tiles.js";
import { runTiles } from "../tile-programs/run-tiles.js";
import type { TileResult } from "../tile-programs/tile-folders.js";
import { planTiles, type TilePlan } from "../tile-programs/tile-plan.js";
import {
  foldedProgram,
  singleProgram,
  type TileProgram,
  tileFold,
  tileProgram,
} from "../tile-programs/tile-program.js";
import { DrawnBlock, withDraws } from "../uniform/drawn-blocks.js";

/** A reduction of the program's values, and its output. */
export interface ProgramReduction {
  readonly reduction: Reduction;
  readonly finish: Finish;
}

type Walk = Pick<LoopSpace, "extents" | "reduced" | "strides" | "startsWith">;

/** An operand of a program: a block, or numbers that are drawn. */
type Operand = Block | DrawnBlock;

/** In place of the data of numbers that are drawn tile by tile. */
const NO_DATA = new Float64Array(0);

/**
 * How a walk is run: over tiles where there is a kernel for each step, in a loop of its own else.
 */
interface Prepared {
  readonly space: LoopSpace;
  readonly tiles?: TilePlan;
  readonly loop?: { readonly plan: LoopPlan; readonly run: LoopFunction };
  /** Whether random numbers are drawn tile by tile, and not as whole blocks before. */
  readonly isDrawnInTiles: boolean;
}

/** One program over operands that follow loop axes, with or without a reduction. */
export class ProgramLoop {
  private readonly program: Program;
  /** Numbers that are drawn on the way: further operands after the given ones. */
  private readonly draws: readonly UniformNode[];
  private readonly operandAxes: readonly (readonly number[])[];
  private readonly reduction: ProgramReduction | undefined;
  private readonly reducing: LoopReduction | undefined;
  private readonly positionStreams = new Map<number, number>();
  private readonly constants: ProgramConstants;
  private readonly tiles:
    | {
        readonly program: TileProgram;
        readonly result?: TileResult;
        /** How many elements may be reduced to one. */
        readonly elementsMax?: number;
      }
    | undefined;
  /** The walk of the latest block: most blocks of a layer have the same. */
  private prepared: Prepared | undefined;

  /**
   * @param givenAxes per operand, per axis of it: the loop axis it runs along, or -1
   */
  constructor(
    given: Program,
    givenAxes: readonly (readonly number[])[],
    reduction?: ProgramReduction,
  ) {
    const { program, draws } = withDraws(given, givenAxes.length);
    const operandAxes = [...givenAxes, ...draws.map(({ axes }) => axes)];
    this.program = program;
    this.draws = draws;
    this.operandAxes = operandAxes;
    this.reduction = reduction;
    this.constants = programConstants(program);
    for (const node of program.nodes) {
      if (node.op !== "position" || this.positionStreams.has(node.axis)) continue;
      this.positionStreams.set(node.axis, 1 + operandAxes.length + this.positionStreams.size);
    }
    if (reduction !== undefined && !isOfMoments(reduction.reduction)) {
      const { reduction: how, finish } = reduction;
      const output = finish === "state" ? how.stateDType : how.dtype;
      this.reducing = {
        key: `${how.name} ${how.stateDType} ${finish} ${output}`,
        code: reduceCode(how.name, programDType(program), how.stateDType),
        finish,
        writes: (gathered, from) => finishCode(how, finish, gathered, from, output),
        searchStream: 1 + operandAxes.length + this.positionStreams.size,
      };
    }
    this.tiles = tilesOf(program, reduction);
  }

  /**
   * Computes `output`. Without a reduction its shape is the loop's; with one it is C-contiguous
   * over the kept axes. For `var` and `std`, a block has fields: means, their rounding errors, and
   * sums of squared deviations.
   *
   * @returns whether it did: moments are computed over tiles alone
   */
  run(range: LoopRange, given: readonly Block[], output: Block): boolean {
    const { extents, offsets } = range;
    const reduced = extents.map(
      (_, axis) => this.reduction?.reduction.axes.includes(axis) === true,
    );
    if (extents.some((extent, axis) => extent === 0 && reduced[axis] !== true)) return true;
    const keptExtents = extents.map((extent, axis) => (reduced[axis] === true ? 1 : extent));
    const fieldStride = keptExtents.reduce((size, extent) => size * extent, 1);
    if (extents.includes(0)) {
      this.writeEmpty(output, fieldStride);
      return true;
    }

    const drawn = this.draws.map((draw) => new DrawnBlock(draw, range));
    const operands: Operand[] = [...given, ...drawn];
    const strides = [
      this.outputStrides(keptExtents, reduced, output),
      ...operands.map((block, i) => this.operandStrides(block, i, extents.length)),
    ];
    const starts = [output.offset, ...operands.map((block) => block.offset)];
    const startsWith = starts.map((start) => starts.indexOf(start));
    for (const axis of this.positionStreams.keys()) {
      strides.push(extents.map((_, other) => (other === axis ? 1 : 0)));
      starts.push(offsets[axis] as number);
    }
    if (this.reduction !== undefined && this.reducing?.code.type === "search") {
      const places = searchStrides(this.reduction.reduction);
      strides.push(places);
      starts.push(
        places.reduce(
          // Along kept axes, the start of blocks is unknown.
          (sum, stride, axis) => (stride === 0 ? sum : sum + stride * (offsets[axis] as number)),
          0,
        ),
      );
    }
    const walk = { extents, reduced, strides, startsWith };
    const prepared = this.prepare(walk, operands, output);
    if (prepared === undefined) return false;
    this.runPrepared(prepared, operands, starts, output, fieldStride);
    return true;
  }

  private runPrepared(
    { tiles, loop, isDrawnInTiles }: Prepared,
    operands: readonly Operand[],
    starts: readonly number[],
    output: Block,
    fieldStride: number,
  ): void {
    const isLazy = (operand: Operand) => operand instanceof DrawnBlock && isDrawnInTiles;
    const drawn = [undefined, ...operands.map((x) => (isLazy(x) ? (x as DrawnBlock) : undefined))];
    const data = operands.map((x) =>
      x instanceof DrawnBlock ? (isLazy(x) ? NO_DATA : x.whole().data) : x.data,
    );
    const arrays = [output.data, ...data];
    if (tiles !== undefined && this.tiles !== undefined) {
      const { program, result } = this.tiles;
      const ofPosition = (axis: number) => this.positionStreams.get(axis) as number;
      const search = this.reducing?.code.type === "search" ? this.reducing.searchStream : undefined;
      const streams = { data: arrays, drawn, starts, fieldStride, ofPosition, search };
      runTiles(program, tiles, streams, result);
    } else if (loop !== undefined) {
      const count = this.reduction?.reduction.count ?? 1;
      const { plan, run } = loop;
      for (const { length } of arrays) checkLength(length);
      for (const extent of plan.extents) checkLength(extent);
      const { values } = this.constants;
      run(plan.extents, plan.strides, starts, arrays, plan.tile, count, fieldStride, values);
    }
  }

  /** How blocks are walked; undefined for moments where tiles do not serve. */
  private prepare(walk: Walk, operands: readonly Operand[], output: Block): Prepared | undefined {
    if (this.prepared !== undefined && sameWalk(this.prepared.space, walk)) return this.prepared;
    const inMemory = walk.strides.map((_, stream) => stream <= operands.length);
    const ordered = this.reducing?.code.type === "search";
    const reducing = this.reduction !== undefined;
    const { extents, reduced, strides, startsWith } = walk;
    const space = { extents, reduced, strides, startsWith, reducing, inMemory, ordered };
    const tiles = this.areTooMany(walk) ? undefined : planTiles(space);
    if (tiles !== undefined && (!ordered || this.isSearchable(tiles))) {
      const streams = this.draws.map((_, i) => 1 + operands.length - this.draws.length + i);
      return (this.prepared = { space, tiles, isDrawnInTiles: areDrawnInTiles(tiles, streams) });
    }
    if (reducing && this.reducing === undefined) return undefined;
    const plan = planLoop(space);
    const dtypes = [output.dtype, ...operands.map((block) => block.dtype)];
    const run = compileLoop({
      program: this.program,
      constants: this.constants,
      shape: plan.shape,
      dtypes,
      positionStreams: this.positionStreams,
      ...(this.reducing === undefined ? {} : { reduce: this.reducing }),
    });
    return (this.prepared = { space, loop: { plan, run }, isDrawnInTiles: false });
  }

  /** Whether elements that come first in a tile have lower places. */
  private isSearchable({ folding, panel, strides, extents, rowAxis, columnAxis }: TilePlan) {
    if (panel !== undefined || folding === "columns") return false;
    const places = strides[this.reducing?.searchStream as number] as readonly number[];
    const areRowsLower = (places[rowAxis] as number) > (places[columnAxis] as number);
    return folding === "rows" || extents[rowAxis] === 1 || areRowsLower;
  }

  /** Whether tiles cannot handle that many elements. */
  private areTooMany({ extents, reduced }: Walk): boolean {
    if (this.tiles === undefined) return true;
    const { elementsMax = Number.POSITIVE_INFINITY } = this.tiles;
    return extents.reduce((n, extent, axis) => (reduced[axis] ? n * extent : n), 1) > elementsMax;
  }

  private outputStrides(
    keptExtents: readonly number[],
    reduced: readonly boolean[],
    output: Block,
  ): readonly number[] {
    if (this.reduction === undefined) return output.stride;
    return contiguousStrides(keptExtents).map((stride, axis) =>
      reduced[axis] === true ? 0 : stride,
    );
  }

  private operandStrides(block: Operand, operand: number, rank: number): number[] {
    const strides = new Array<number>(rank).fill(0);
    this.operandAxes[operand]?.forEach((loopAxis, axis) => {
      if (loopAxis < 0) return;
      strides[loopAxis] = (strides[loopAxis] as number) + (block.stride[axis] as number);
    });
    return strides;
  }

  /** Writes the result of a reduction over no elements. */
  private writeEmpty(output: Block, size: number): void {
    if (this.reduction === undefined || this.reducing === undefined) return;
    const { code, finish } = this.reducing;
    const { name, count } = this.reduction.reduction;
    if (code.type === "fold") {
      const isMean = name === "mean" && finish === "result";
      const mean = Number(code.identity) / count;
      const value = isComplex(output.dtype) ? { re: mean, im: mean } : mean;
      fillElements(output, isMean ? value : code.identity, 0, size);
    } else if (finish === "state") {
      // A place beyond all others, so that nothing is lost against it.
      const beyond = isBigInt(output.dtype) ? 2n ** 63n - 1n : Number.POSITIVE_INFINITY;
      fillElements(output, code.identity, 0, size);
      fillElements(output, beyond, size, size);
    } else {
      fillElements(output, 0, 0, size);
    }
  }
}

/** The tile program for a program and its reduction; undefined if a kernel is missing. */
function tilesOf(program: Program, reduction: ProgramReduction | undefined) {
  if (reduction === undefined) {
    const steps = tileProgram(program);
    return steps && { program: steps };
  }
  const { name, stateDType, dtype, count } = reduction.reduction;
  if (isOfMoments(reduction.reduction)) {
    const steps = tileProgram(foldedProgram(program, name));
    return steps && { program: steps, result: { type: "moments" } as const };
  }
  if (name === "argmin" || name === "argmax") {
    const isExact = stateDType === "float64" && !isBigInt(programDType(program));
    const steps = isExact ? tileProgram(foldedProgram(program, name)) : undefined;
    const hasValues = reduction.finish === "state";
    const result = { type: "search", isGreatest: name === "argmax", hasValues } as const;
    return steps && { program: steps, result };
  }
  const isResult = reduction.finish === "result";
  const fold = tileFold(name, isResult ? dtype : stateDType);
  if (fold === undefined) return undefined;
  const single = singleProgram(program, fold);
  const steps = tileProgram(single ?? foldedProgram(program, name));
  if (steps === undefined) return undefined;
  const divisor = name === "mean" && isResult ? count : 1;
  const result = { type: "fold", fold, isSingle: single !== undefined, divisor } as const;
  // Sums of integers are exact in float64 as long as they are below 2^53.
  const isExact = name === "sum" && isBigInt(stateDType);
  const elementsMax = isExact ? 2 ** (53 - 8 * itemBytes(programDType(program))) : undefined;
  return { program: steps, result, ...(elementsMax === undefined ? {} : { elementsMax }) };
}

function isOfMoments({ name }: Reduction): boolean {
  return name === "var" || name === "std";
}

function checkLength(length: number): void {
  if (length <= BLOCK_ELEMENTS_MAX) return;
  throw new ArgumentError(
    "chunks",
    `an array of ${length} elements is too long for a kernel, which counts up to ${BLOCK_ELEMENTS_MAX}: ` +
      "use smaller chunks",
    { length },
  );
}

/** Strides of the positions that a search reports: row-major over the reduced axes. */
function searchStrides(reduction: Reduction): number[] {
  const shape = reduction.axes.map((axis) => reduction.shape[axis] as number);
  const among = contiguousStrides(shape);
  const strides = new Array<number>(reduction.shape.length).fill(0);
  reduction.axes.forEach((axis, i) => {
    strides[axis] = among[i] as number;
  });
  return strides;
}

/** Whether the plan made for `space` fits `walk`, with any start. */
function sameWalk(space: LoopSpace, walk: Walk): boolean {
  return (
    sameNumbers(space.extents, walk.extents) &&
    sameNumbers(space.startsWith, walk.startsWith) &&
    walk.strides.every((strides, s) => sameNumbers(space.strides[s] as readonly number[], strides))
  );
}

function sameNumbers(a: readonly number[], b: readonly number[]): boolean {
  for (let i = 0; i < b.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
