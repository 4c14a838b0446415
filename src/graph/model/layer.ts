// Layers: an operation over a grid of blocks, as plain immutable data. A layer is its own
// serialised form: it can be named by content, sent to another process and expanded there.
// dependencies.ts lists the operands of its blocks, kernels/ computes them, array/ makes layers
// from users' calls.
import type { DType, TypedArray } from "../../base/dtype.js";
import type { FunctionRef } from "../../functions/function-ref.js";
import type { ShippedFunction } from "../../functions/shipped-function.js";
import type { LayerTerms } from "./annotations.js";
import type { Chunks } from "./chunks.js";
import type {
  PartitionFeed,
  PartitionSplit,
  PartitionStep,
  PartitionTarget,
} from "./partition-steps.js";
import type { Program } from "./program.js";
import type { QueryTable, QueryTarget } from "./query-tables.js";
import type { Reduction } from "./reduction.js";
import type { Resources } from "./resources.js";
import type { Routine } from "./routine.js";
import type { SourceGenerator } from "./source-generator.js";
import type { StoreTarget } from "./store-target.js";

/** A layer's name, made from its content by naming.ts: same inputs, same name. */
export type LayerName = string & { readonly layerName: unique symbol };

/** Fields of every layer. */
export interface LayerBase {
  readonly name: LayerName;
  /** Names of the layers that this one reads; each at most once. */
  readonly inputs: readonly LayerName[];
  /**
   * The grid of the blocks that this layer makes. Where a length is unknown its results are free:
   * each is as large as its kernel makes it.
   */
  readonly chunks: Chunks;
  /** The dtype of the blocks. */
  readonly dtype: DType;
  /** Whether a block is a value of any kind, encoded by shipping/. */
  readonly holds?: "values";
  /**
   * Resources that each task takes from its worker while it runs, in addition to those of the whole
   * job. Annotations and users' passes set it; neither values nor names depend on it.
   */
  readonly resources?: Resources;
  /** Further terms of its tasks, by annotation. Neither values nor names depend on them. */
  readonly terms?: LayerTerms;
  /**
   * The span of a trace that users' functions in its tasks run within, as W3C's header of that name
   * has it. Clients set it when they submit the layer.
   */
  readonly traceparent?: string;
}

/** Blocks out of nothing: numbers, data the caller gave, a file. */
export interface SourceLayer extends LayerBase {
  readonly kind: "source";
  readonly generator: SourceGenerator;
  /**
   * How often the same blocks are made before these: layers of their own, so that none waits for
   * others.
   */
  readonly again?: number;
  /** The part of the generator's array that it makes; all of it by default. */
  readonly region?: SourceRegion;
}

/** Part of a source's array: of each axis a run of positions, or a single one and no axis. */
export interface SourceRegion {
  /** The layer of the whole array, which names the generator's content for the part, too. */
  readonly of: LayerName;
  /** The shape of the whole array. */
  readonly shape: readonly number[];
  /** Per axis of the whole array, the first position. */
  readonly starts: readonly number[];
  /** The axes of the whole array that are those of the part, ascending. */
  readonly axes: readonly number[];
}

/** One use of an input by a blockwise layer. The same input may be used several times. */
export interface LayerOperand {
  /** Position in the layer's `inputs`. */
  readonly input: number;
  /**
   * For each axis of the input, the loop axis that it runs along, or -1 where the input has length
   * 1 (broadcast or dropped). The input's chunks along that axis equal the loop's.
   */
  readonly axes: readonly number[];
  /**
   * Of routine layers only: the block reads one part of every block along the input's first axis,
   * in order, each an operand of its own. It is the part whose number is the block's index along
   * the loop axis `axes[0]`; where that has one block, all of them are read whole.
   */
  readonly parts?: boolean;
  /**
   * Of routine layers only: the block reads this many neighbouring blocks along the input's first
   * axis, each an operand of its own: block b along the loop axis `axes[0]` those from `b * every`,
   * as far as there are.
   */
  readonly every?: number;
}

/**
 * One program for every element: elementwise functions, casts, transposes, broadcasts and, with a
 * `reduction`, the first step of a tree reduction of the program's result.
 *
 * Without a reduction the loop's grid is the layer's `chunks`. With one, `chunks` is the grid of
 * states (see {@link Reduction}), or of results when `final`: then every reduced axis has one
 * block.
 */
export interface BlockwiseLayer extends LayerBase {
  readonly kind: "blockwise";
  readonly program: Program;
  readonly operands: readonly LayerOperand[];
  /** The grid of the loop: block number n of the layer is block number n of this grid. */
  readonly loopChunks: Chunks;
  readonly reduction?: Reduction;
  /** With a reduction: made at once, since one block sees all of each reduced axis. */
  readonly final?: boolean;
}

/** One level of a reduction's tree: joins runs of up to `groups[axis]` states along each axis. */
export interface TreeReduceLayer extends LayerBase {
  readonly kind: "treeReduce";
  readonly reduction: Reduction;
  /** Per loop axis: how many neighbouring states become one; 1 along axes that are kept. */
  readonly groups: readonly number[];
  /** Whether this is the top of the tree, which turns states into results. */
  readonly final: boolean;
  /** The user set the number of states to join: passes keep it. */
  readonly isGiven?: true;
  /**
   * Two axes of the loop that states are symmetric about: of the states at (…, i, …, j, …) and (…,
   * j, …, i, …), both read the one with i ≤ j.
   */
  readonly mirror?: readonly [number, number];
}

/** The same array in another grid. */
export interface RechunkLayer extends LayerBase {
  readonly kind: "rechunk";
  /** An intermediate rechunk, which limits the number of pieces of each pass. */
  readonly planned?: true;
}

/** The selection along one axis of the input by basic indexing. */
export type AxisSelection =
  | { readonly type: "index"; readonly at: number }
  /** Positions start, start + step, … (count of them); step may be negative, never zero. */
  | {
      readonly type: "range";
      readonly start: number;
      readonly step: number;
      readonly count: number;
    };

/**
 * Basic indexing. Output axes are the input's `range` axes in order. An output block reads one
 * input block: the output's grid follows the input's, without blocks that would be empty.
 */
export interface SliceLayer extends LayerBase {
  readonly kind: "slice";
  readonly selection: readonly AxisSelection[];
}

/** Inputs of one dtype, side by side along `axis`. Its blocks are its inputs' blocks: no tasks. */
export interface ConcatenateLayer extends LayerBase {
  readonly kind: "concatenate";
  readonly axis: number;
  /** The inputs in order, as positions in `inputs` (an input may occur several times). */
  readonly parts: readonly number[];
}

/** Block n is block n of the input in another shape, row-major. */
export interface ReshapeLayer extends LayerBase {
  readonly kind: "reshape";
}

/**
 * A sum of products over shared axes (matmul, tensordot, dot): labels name the axes of the loop.
 * Output axes carry `outputLabels`; contracted labels are those in both operands and not in the
 * output. The last output axis counts groups of blocks along the contraction: each block of this
 * layer sums over `contractGroup` blocks of the first contracted axis and all blocks of the others,
 * and a tree sum above joins the groups.
 */
export interface ContractLayer extends LayerBase {
  readonly kind: "contract";
  /** Positions in `inputs` of the left and right operand. */
  readonly operands: readonly [number, number];
  readonly leftLabels: readonly number[];
  readonly rightLabels: readonly number[];
  readonly outputLabels: readonly number[];
  readonly contractGroup: number;
}

/** A user's function of whole blocks. Depends on blocks as a blockwise layer does. */
export interface MapBlocksLayer extends LayerBase {
  readonly kind: "mapBlocks";
  readonly function: FunctionRef;
  readonly operands: readonly LayerOperand[];
  readonly loopChunks: Chunks;
  /**
   * How many elements the function returns for each lane along the operand's last axis, if it is
   * called with lanes instead of blocks.
   */
  readonly perLane?: number;
  /** Further arguments of such a function, after the lane: plain data. */
  readonly laneArguments?: readonly unknown[];
  /** Whether the function is called with elements, one of each operand, instead of blocks. */
  readonly perElement?: true;
  /**
   * The number of core axes, the last ones, of each operand and of the result. Such a function is
   * called once for each place along the other axes instead of once for the block.
   */
  readonly cores?: { readonly operands: readonly number[]; readonly result: number };
  /** Whether the function is called with the region of the block, and nothing else. */
  readonly takesRegion?: true;
  /** The function returns a list, and this is the position of the layer's result. */
  readonly item?: number;
  /**
   * The function returns blocks as long as those of the loop, and the layer's own are their middle.
   * `margins` has, along each axis, how many elements come before it; blocks at an open end have
   * none.
   */
  readonly margins?: readonly Margin[];
  /**
   * Set where each element of the result depends on the operands' elements around its position
   * alone: how far, per operand and axis, and along each axis of the loop. Slices move below such
   * functions.
   */
  readonly reach?: {
    readonly operands: readonly (readonly Reach[])[];
    readonly loop: readonly Reach[];
  };
}

/** How far a function reaches along an axis: so many elements on either side are in its blocks. */
export interface Reach {
  readonly before: number;
  readonly after: number;
  /** Whether there is nothing beyond the ends of the array. */
  readonly open: boolean;
  /** As of {@link Margin}. */
  readonly lead?: number;
}

/** The margin that extends blocks on both sides of an axis. */
export interface Margin {
  readonly depth: number;
  /** Whether there is nothing beyond the ends of the array. */
  readonly open: boolean;
  /** Elements before the first one, up to the depth, of a part of an array; default: none. */
  readonly lead?: number;
}

/**
 * Elements at listed positions. Point number p of the list is at `indices[0][p]` along `axes[0]`,
 * at `indices[1][p]` along `axes[1]`, and so on. In the output the axis of points is at `place`;
 * the axes that are not indexed keep their order and their chunks.
 */
export interface TakeLayer extends LayerBase {
  readonly kind: "take";
  /** The indexed axes of the input, ascending; at least one. */
  readonly axes: readonly number[];
  /** Per indexed axis, the position of each point; all lists are equally long. */
  readonly indices: readonly TypedArray[];
  readonly place: number;
}

/**
 * A built-in routine on whole blocks: a sort along an axis, a running sum. Depends on blocks as a
 * blockwise layer does, except for operands with `parts`. An operand's axis of -1 has one block of
 * any length. Along operands' axes, only the numbers of blocks must match the loop's, not their
 * lengths.
 */
export interface RoutineLayer extends LayerBase {
  readonly kind: "routine";
  readonly routine: Routine;
  readonly operands: readonly LayerOperand[];
  readonly loopChunks: Chunks;
  /**
   * Its blocks have this many parts along their first axis, of lengths that depend on the values.
   */
  readonly parts?: number;
}

/**
 * Writes the blocks of its input, one each, to `target`. Its own blocks are a single true each: the
 * existence of a block proves that the input's block was written. Writing again does no harm.
 */
export interface StoreLayer extends LayerBase {
  readonly kind: "store";
  readonly target: StoreTarget;
}

/**
 * Calls of users' functions, each a block: delayed calls, and calls that clients submit. A block is
 * a result of any kind, encoded by shipping/, so that its length is not known before. The operands
 * of each call are listed in columns; calls may read results of earlier calls of the same layer, so
 * that a whole graph of calls is one layer. Made by calls-layer.ts.
 */
export interface CallsLayer extends LayerBase {
  readonly kind: "calls";
  readonly holds: "values";
  readonly functions: readonly ShippedFunction[];
  /** Per call, the position of its function. */
  readonly functionOf: Int32Array;
  /** Arguments of all calls, one after another, encoded; equal ones may share their bytes. */
  readonly arguments: Uint8Array;
  /** Per call, where its arguments begin in `arguments`, and where they end. */
  readonly argumentStart: Float64Array;
  readonly argumentEnd: Float64Array;
  /** Operands of call k are those from `operandStart[k]` to `operandStart[k + 1] - 1`. */
  readonly operandStart: Int32Array;
  /** Per operand, the position in `inputs`, or `inputs.length` for this layer itself. */
  readonly operandInput: Int32Array;
  readonly operandBlock: Int32Array;
  /** How long one of its calls may run before its thread is ended; default: forever. */
  readonly timeLimitMs?: number;
}

/**
 * Some blocks of the input, of which it has one axis. Its blocks are the input's blocks: no tasks.
 */
export interface PickLayer extends LayerBase {
  readonly kind: "pick";
  /** Per block, the number of the input's block. */
  readonly blocks: Int32Array;
}

/**
 * Partitions of a bag, each a list of values of any kind, encoded by shipping/: a feed of elements,
 * and steps that each element runs through, one after another, without lists between. Made by bag/.
 */
export interface PartitionsLayer extends LayerBase {
  readonly kind: "partitions";
  readonly functions: readonly ShippedFunction[];
  /** Values that steps use, encoded. */
  readonly constants: readonly Uint8Array[];
  readonly feed: PartitionFeed;
  readonly steps: readonly PartitionStep[];
  /** The block is its only element itself, and no list; the word names it in errors. */
  readonly single?: string;
  /** The blocks have this many parts, each a list of its own. */
  readonly split?: PartitionSplit;
  /** Elements are lines of a file for each block; the block is the list of its path. */
  readonly target?: PartitionTarget;
  /** Elements are numbers, and blocks those of an array of that dtype. */
  readonly array?: DType;
  /** Block k reads part k of each of its operands. */
  readonly readsParts?: boolean;
  /**
   * Per block, how many of its operands, the last ones, are lookup tables of steps and no elements.
   */
  readonly sideCounts?: Int32Array;
  /** Operands of block k are those from `operandStart[k]` to `operandStart[k + 1] - 1`. */
  readonly operandStart: Int32Array;
  /**
   * Per operand, the position in `inputs`, or `inputs.length` for an earlier block of this layer.
   */
  readonly operandInput: Int32Array;
  readonly operandBlock: Int32Array;
}

/**
 * Partitions of a table: a block is a file of Parquet in bytes, or one for each of its parts. A
 * query over what the block reads makes it. Made by table/, run by engine/.
 */
export interface QueryLayer extends LayerBase {
  readonly kind: "query";
  /** A query in DuckDB's SQL over the tables, by their names. */
  readonly sql: string;
  /** A statement that runs before it, such as one that sets a variable of the query. */
  readonly before?: string;
  /** What it reads, by number: `operandTable` says which operands each is made of. */
  readonly tables: readonly QueryTable[];
  /**
   * The blocks are made of parts, a table each: those with equal numbers from 0 in `by`, a column
   * that goes.
   */
  readonly split?: { readonly parts: number; readonly by: string };
  /**
   * What a block is in place of a table: the list of its rows for bags, or the numbers of its one
   * column.
   */
  readonly gives?: "records" | "numbers";
  /**
   * The rows go into files of each block's own, and the block is the list of their paths within the
   * folder.
   */
  readonly target?: QueryTarget;
  /** The query has all threads of its worker; how many bytes it may give. */
  readonly alone?: { readonly bytes: number };
  /** Operands of block k are those from `operandStart[k]` to `operandStart[k + 1] - 1`. */
  readonly operandStart: Int32Array;
  /** Per operand, the position in `inputs`. */
  readonly operandInput: Int32Array;
  readonly operandBlock: Int32Array;
  /** Per operand, the number of its table. */
  readonly operandTable: Int32Array;
}

/** The layers that are steps of a {@link FusedLayer}; of routines, those of `reducesWindows`. */
export type FusedStepLayer =
  | SourceLayer
  | BlockwiseLayer
  | MapBlocksLayer
  | RoutineLayer
  | StoreLayer;

/** One step of a {@link FusedLayer}. */
export interface FusedStep {
  /** The layer on its own. Its name and those of its inputs are the ones that it had. */
  readonly layer: FusedStepLayer;
  /**
   * Per input of that layer, where it is: a position in the fused layer's `inputs`, or their number
   * and that of an earlier step.
   */
  readonly reads: readonly number[];
  /**
   * Of sources that the last step alone reads, or the one before a store: per axis, the axis of
   * that step's loop that it runs along, or -1 where it has length 1. By default, the block is that
   * of the task's own number.
   */
  readonly axes?: readonly number[];
}

/**
 * Layers around a user's function of blocks or windows, above sources or below a store, computed in
 * one task: block number n of a step reads block number n of earlier steps, which nothing else
 * reads. The blocks are those of the last step, which alone may be a store; those of the others
 * exist only while the task runs. Made by passes/fuse-functions.ts, passes/fuse-sources.ts and
 * passes/fuse-stores.ts.
 */
export interface FusedLayer extends LayerBase {
  readonly kind: "fused";
  readonly steps: readonly FusedStep[];
}

/**
 * Blocks of a single true each. Block b is there once blocks `b * every` to `b * every + every - 1`
 * of its inputs are, which count through, one input after another.
 */
export interface BarrierLayer extends LayerBase {
  readonly kind: "barrier";
  readonly every: number;
}

/** The kinds of layers that may make blocks out of nothing. */
export type RootLayer =
  | SourceLayer
  | BlockwiseLayer
  | MapBlocksLayer
  | CallsLayer
  | PartitionsLayer
  | QueryLayer;

/**
 * Blocks that wait for a barrier, the one block of the last input: those of `root`, or, without it,
 * those of the first input, unchanged. Made by passes/copy-layers.ts.
 */
export interface GateLayer extends LayerBase {
  readonly kind: "gate";
  /** A layer without inputs. Without a barrier its blocks are made again, apart from its own. */
  readonly root?: RootLayer;
  /** Sets these blocks apart from others of the same content. */
  readonly copy?: string;
}

/** Blocks that an earlier `persist()` left on the workers under this very name. */
export interface PersistedLayer extends LayerBase {
  readonly kind: "persisted";
}

/** Every kind of layer there is. */
export type Layer =
  | SourceLayer
  | BlockwiseLayer
  | TreeReduceLayer
  | RechunkLayer
  | SliceLayer
  | ConcatenateLayer
  | ReshapeLayer
  | ContractLayer
  | MapBlocksLayer
  | TakeLayer
  | RoutineLayer
  | StoreLayer
  | CallsLayer
  | PickLayer
  | PartitionsLayer
  | QueryLayer
  | FusedLayer
  | BarrierLayer
  | GateLayer
  | PersistedLayer;

/** The name of a kind of layer. */
export type LayerKind = Layer["kind"];
