// Runs a program over blocks, tile by tile: sources are made ready, steps follow one another over
// values that stay in the fastest cache, results are written or folded. How tiles are cut is
// tile-plan.ts, which steps there are tile-program.ts, how folded tiles are joined fold-stack.ts.
import type { NumberArray, TypedArray } from "../../base/dtype.js";
import { typedView } from "../../base/dtype.js";
import { tileItemBytes } from "../tiles/tile-dtypes.js";
import {
  PANEL_ELEMENTS,
  PANELS_BYTE_OFFSET,
  RANDOM_BYTES,
  type TileMemory,
  tileMemory,
} from "../tiles/tile-memory.js";
import type { DrawnBlock } from "../uniform/drawn-blocks.js";
import { bindPart } from "./complex-parts.js";
import { bindDrawn, Panel, stepsOf } from "./drawn-tiles.js";
import { FoldStack } from "./fold-stack.js";
import { runStep } from "./run-step.js";
import type { TileAccumulator, TileResult } from "./tile-folders.js";
import { FOLD_WIDTH_MAX, TILE_ELEMENTS, type TilePlan } from "./tile-plan.js";
import { SLOTS_MAX, type TileProgram, type TileSource, type TileStep } from "./tile-program.js";
import { TileSearch } from "./tile-search.js";
import {
  type Bind,
  bindSource,
  type InMemory,
  type Stream,
  type TilePlaces,
} from "./tile-sources.js";

/** Bytes of a slot: a tile of the longest elements. */
const SLOT_BYTES = TILE_ELEMENTS * 8;

/**
 * If tiles need no slot, at most this many elements are folded at a time, and this many values kept
 * side by side.
 */
const FREE_ELEMENTS = 8192;
const FREE_WIDTH_MAX = 1024;

/** The data of a walk: streams as in its plan, the output first; counted streams have no data. */
export interface TileStreams {
  readonly data: readonly TypedArray[];
  readonly starts: readonly number[];
  /** In the output, how far apart the fields of a result are. */
  readonly fieldStride: number;
  /** Per stream, the numbers that are drawn in place of its data, if so. */
  readonly drawn: readonly (DrawnBlock | undefined)[];
  /**
   * The stream of the positions along an axis; those of operands follow the output's in their
   * order.
   */
  readonly ofPosition: (axis: number) => number;
  /** The stream of the places that a search reports. */
  readonly search: number | undefined;
}

/** Computes `program` over `plan` into the first of `streams`. */
export function runTiles(
  program: TileProgram,
  plan: TilePlan,
  streams: TileStreams,
  result?: TileResult,
): void {
  const run = new TileRun(program, plan, streams);
  if (result === undefined) run.elementwise();
  else run.fold(result);
}

type VisitTile = (row: number, column: number, rows: number, columns: number) => void;

class TileRun {
  private readonly program: TileProgram;
  private readonly plan: TilePlan;
  private readonly memory: TileMemory;
  /** Per stream: the element at which the tiles around begin. */
  private readonly at: number[];
  private readonly places: TilePlaces;
  private readonly binds: readonly Bind[];
  /** Per bind: its stream, -1 for constants, and how far apart its rows and columns are. */
  private readonly boundStreams: readonly number[];
  private readonly boundRows: readonly number[];
  private readonly boundColumns: readonly number[];
  /** Streams that are drawn panel by panel. */
  private readonly panels = new Map<number, Panel>();
  /** How long the rows of slots are now. */
  private columns = 0;
  private readonly output: Stream & { readonly data: TypedArray };
  private readonly fieldStride: number;
  /** The stream of the places that a search reports; -1 where there is none. */
  private readonly search: number;
  /** Whether all sources are operands that are read in place; those and constants. */
  private readonly isDirect: boolean;
  private readonly isDirectOrConstant: boolean;
  /** Whether tiles need no slot: there are no steps, and sources are read in place, or drawn. */
  private readonly isDynamic: boolean;

  constructor(program: TileProgram, plan: TilePlan, streams: TileStreams) {
    this.program = program;
    this.plan = plan;
    this.memory = tileMemory(streams.data);
    this.at = [...streams.starts];
    this.places = {
      p: new Array<number>(program.nodes).fill(0),
      row: new Array<number>(program.nodes).fill(0),
    };
    const streamOf = (number: number): Stream => ({
      data: streams.data[number],
      rowStride: this.stride(number, plan.rowAxis),
      columnStride: this.stride(number, plan.columnAxis),
    });
    this.fieldStride = streams.fieldStride;
    this.search = streams.search ?? -1;
    this.output = { ...streamOf(0), data: streams.data[0] as TypedArray };
    this.boundStreams = program.sources.map((source) => {
      if (source.type === "constant") return -1;
      return source.type === "operand" ? 1 + source.operand : streams.ofPosition(source.axis);
    });
    const stepsAlong = (axis: number) =>
      this.boundStreams.map((stream) => (stream < 0 ? 0 : this.stride(stream, axis)));
    this.boundRows = stepsAlong(plan.rowAxis);
    this.boundColumns = stepsAlong(plan.columnAxis);
    this.binds = program.sources.map((source, i) => {
      const number = this.boundStreams[i] as number;
      const slot = this.slotAt(source.slot);
      const drawn = streams.drawn[number];
      if (drawn !== undefined) return this.bindDrawn(source, number, drawn, slot);
      const stream = number < 0 ? undefined : streamOf(number);
      if (source.type === "operand" && source.part !== undefined) {
        return bindPart(source, source.part, stream as InMemory, this.memory, slot, this.places);
      }
      return bindSource(source, stream, this.memory, slot, this.places);
    });
    for (const { node, slot } of program.steps) this.places.p[node] = this.slotAt(slot);
    const isInPlace = (source: TileSource, i: number) => {
      if (source.type !== "operand" || source.part !== undefined) return false;
      const { data, columnStride } = streamOf(this.boundStreams[i] as number);
      return data?.buffer === this.memory.buffer && columnStride === 1;
    };
    this.isDirect = program.sources.every(isInPlace);
    this.isDirectOrConstant = program.sources.every(
      (source, i) => source.type === "constant" || isInPlace(source, i),
    );
    const isDrawn = this.boundStreams.every((stream) => streams.drawn[stream] !== undefined);
    this.isDynamic =
      program.steps.length === 0 && (this.isDirect || (isDrawn && plan.panel === undefined));
  }

  private bindDrawn(source: TileSource, stream: number, drawn: DrawnBlock, slot: number): Bind {
    const { memory, places, panels } = this;
    const steps = stepsOf(this.plan, stream);
    if (this.plan.panel === undefined) {
      // Where there is nothing but the one source, it may take more than a slot.
      const place = this.program.steps.length === 0 ? this.panelAt(0) : slot;
      return bindDrawn(source, drawn, steps, memory, place, places);
    }
    const panel = new Panel(drawn, steps, memory, panels.size);
    panels.set(stream, panel);
    return panel.bind(source, memory, slot, places);
  }

  /** Writes the values of all elements. */
  elementwise(): void {
    const { data, columnStride } = this.output;
    const isReachable = data.buffer === this.memory.buffer && columnStride === 1;
    const isStep = this.program.steps.some(({ node }) => node === this.program.result);
    const visit = !isReachable ? this.copyOut() : isStep ? this.writeInPlace() : this.handOn();
    const { kept, extents, rowAxis, columnAxis } = this.plan;
    const [rows, columns] = [extents[rowAxis] as number, extents[columnAxis] as number];
    // A single step that reads and writes where blocks are needs no slot, and tiles no bound.
    const isFree = isReachable && this.program.steps.length <= 1;
    this.around(kept, 0, () => {
      if (isFree && this.isDirect) visit(0, 0, rows, columns);
      else if (isFree && isStep && this.isDirectOrConstant) this.longTiles(rows, columns);
      else this.tiles(visit);
    });
  }

  /** The same for a step that reads constants, too: their slots have the columns of one tile. */
  private longTiles(rows: number, columns: number): void {
    // A single row is cut into as many rows as fill that, and a rest.
    const cut = rows > 1 ? 0 : columns - (columns % TILE_ELEMENTS);
    if (cut > 0) {
      for (const { type, node, dtype } of this.program.sources) {
        if (type === "operand") this.places.row[node] = TILE_ELEMENTS * tileItemBytes(dtype);
      }
      this.writeInPlace(TILE_ELEMENTS)(0, 0, cut / TILE_ELEMENTS, TILE_ELEMENTS);
    }
    const visit = this.writeInPlace();
    eachPiece(cut, columns, TILE_ELEMENTS, (column, width) => visit(0, column, rows, width));
  }

  /** The last step writes to the output, whose rows are `rowStride` elements apart. */
  private writeInPlace(rowStride = this.output.rowStride): VisitTile {
    const { places } = this;
    const { result, resultDType } = this.program;
    const { data } = this.output;
    const bytes = tileItemBytes(resultDType);
    return (row, column, rows, columns) => {
      this.compute(row, column, rows, columns, () => {
        places.p[result] = data.byteOffset + this.outputAt(row, column) * bytes;
        places.row[result] = rowStride * bytes;
      });
    };
  }

  /** Copies the source that holds the result to the output. */
  private handOn(): VisitTile {
    const { data, rowStride } = this.output;
    const bytes = tileItemBytes(this.program.resultDType);
    return (row, column, rows, columns) => {
      this.compute(row, column, rows, columns);
      const out = data.byteOffset + this.outputAt(row, column) * bytes;
      this.moveResult(rows, columns, out, rowStride * bytes);
    };
  }

  /** Results are brought side by side and copied from there. */
  private copyOut(): VisitTile {
    const { data, rowStride, columnStride } = this.output;
    const { resultDType } = this.program;
    const bytes = tileItemBytes(resultDType);
    const slot = this.slotAt(SLOTS_MAX);
    const values = typedView(resultDType, this.memory.buffer, slot, TILE_ELEMENTS) as NumberArray;
    const to = data as NumberArray;
    return (row, column, rows, columns) => {
      this.compute(row, column, rows, columns);
      this.moveResult(rows, columns, slot, columns * bytes);
      const start = this.outputAt(row, column);
      if (columnStride === 1 && (rows === 1 || rowStride === columns)) {
        to.set(values.subarray(0, rows * columns), start);
        return;
      }
      for (let r = 0; r < rows; r++) {
        const [from, first] = [r * columns, start + r * rowStride];
        for (let c = 0; c < columns; c++) to[first + c * columnStride] = values[from + c] as number;
      }
    };
  }

  private outputAt(row: number, column: number): number {
    const { rowStride, columnStride } = this.output;
    return (this.at[0] as number) + row * rowStride + column * columnStride;
  }

  private moveResult(rows: number, columns: number, out: number, outRow: number): void {
    const { p, row } = this.places;
    const { result, resultDType } = this.program;
    const bytes = tileItemBytes(resultDType);
    const [x, xRow] = [p[result] as number, row[result] as number];
    this.memory.kernels.gather(bytes, rows, columns, x, xRow, bytes, out, outRow);
  }

  /** Writes the results of the reduction. */
  fold(result: TileResult): void {
    const { plan } = this;
    const { folding } = plan;
    const [width, place] = this.isDynamic
      ? [FREE_WIDTH_MAX, this.panelAt(1)]
      : [FOLD_WIDTH_MAX, this.slotAt(SLOTS_MAX)];
    const stack = this.gatherer(result, place, width);
    const gather = (row: number, column: number, rows: number, columns: number) => {
      this.foldTile(stack, row, column, rows, columns);
      if (folding === "all") stack.push(1, rows * columns);
      else if (folding === "rows") stack.push(rows, columns);
      else stack.push(columns, rows);
    };
    const divisor = result.type === "fold" ? result.divisor : 1;
    const finish = (start: number, stride: number, count: number) => {
      stack.take(count);
      for (let field = 0; field < stack.fields; field++) {
        this.writeFolded(stack.valueOf(field), divisor, field, start * stride, stride, count);
      }
    };
    const { rowStride, columnStride } = this.output;
    this.around(plan.kept, 0, () => {
      if (folding === "all") {
        const isInOrder = this.panels.size === 0;
        this.around(plan.reduced, 0, () => {
          if (!isInOrder) this.foldPanels(stack as FoldStack);
          else if (!this.foldTogether(stack)) this.tiles(gather);
        });
        finish(0, 0, 1);
      } else if (folding === "rows") {
        this.pieces(plan.rowAxis, this.rowsAtOnce(), (row, rows) => {
          this.around(plan.reduced, 0, () => {
            this.pieces(plan.columnAxis, plan.columns, (c, columns) =>
              gather(row, c, rows, columns),
            );
          });
          finish(row, rowStride, rows);
        });
      } else {
        this.pieces(plan.columnAxis, this.isDynamic ? width : plan.columns, (column, columns) => {
          this.around(plan.reduced, 0, () => {
            this.pieces(plan.rowAxis, plan.rows, (r, rows) => gather(r, column, rows, columns));
          });
          finish(column, columnStride, columns);
        });
      }
    });
  }

  /** Folds all tiles in one call, where they need no slot; returns whether it did. */
  private foldTogether(stack: TileAccumulator): boolean {
    const { extents, rowAxis, columnAxis, rows, columns, panel } = this.plan;
    const isInPlace = this.isDynamic && this.isDirect && panel === undefined;
    if (!isInPlace || !(stack instanceof FoldStack)) return false;
    const [height, width] = [extents[rowAxis] as number, extents[columnAxis] as number];
    this.compute(0, 0, height, width);
    const { p, row } = this.places;
    const { result } = this.program;
    const [x, xRow] = [p[result] as number, row[result] as number];
    return stack.foldTiles(height, width, rows, columns, x, xRow);
  }

  private gatherer(result: TileResult, place: number, width: number): TileAccumulator {
    const { memory, plan, search } = this;
    if (result.type !== "search") return new FoldStack(memory, result, plan.folding, place, width);
    const steps = {
      row: this.stride(search, plan.rowAxis),
      column: this.stride(search, plan.columnAxis),
    };
    return new TileSearch(memory, result, plan.folding, steps, place, width);
  }

  private foldTile(
    stack: TileAccumulator,
    row: number,
    column: number,
    rows: number,
    columns: number,
  ): void {
    this.compute(row, column, rows, columns);
    const { p, row: apart } = this.places;
    const { result } = this.program;
    const place = this.place(row, column);
    stack.fold(rows, columns, p[result] as number, apart[result] as number, place);
  }

  /** The number of an element, for a search. */
  private place(row: number, column: number): number {
    const { search, plan } = this;
    if (search < 0) return 0;
    const moved =
      row * this.stride(search, plan.rowAxis) + column * this.stride(search, plan.columnAxis);
    return (this.at[search] as number) + moved;
  }

  /** Writes one field of `count` folded values, beginning with result `start`. */
  private writeFolded(
    values: Float64Array,
    divisor: number,
    field: number,
    start: number,
    stride: number,
    count: number,
  ): void {
    const { data } = this.output;
    const first = (this.at[0] as number) + field * this.fieldStride + start;
    if (data instanceof BigInt64Array || data instanceof BigUint64Array) {
      for (let k = 0; k < count; k++) data[first + k * stride] = BigInt(values[k] as number);
      return;
    }
    for (let k = 0; k < count; k++) data[first + k * stride] = (values[k] as number) / divisor;
  }

  /** Rows that are folded at a time: as many as there can be where they need no slot. */
  private rowsAtOnce(): number {
    const { rows, columns, columnAxis, extents } = this.plan;
    if (!this.isDynamic || columns !== extents[columnAxis]) return rows;
    return this.isDirect ? FOLD_WIDTH_MAX : Math.max(rows, Math.floor(FREE_ELEMENTS / columns));
  }

  /** Folds all tiles, which go by panels, and joins them in the order that they have without. */
  private foldPanels(stack: FoldStack): void {
    const { plan } = this;
    const down = Math.ceil((plan.extents[plan.rowAxis] as number) / plan.rows);
    const folded: { readonly value: readonly number[]; readonly count: number }[] = [];
    this.tiles((row, column, rows, columns) => {
      this.foldTile(stack, row, column, rows, columns);
      const place = (column / plan.columns) * down + row / plan.rows;
      folded[place] = { value: stack.waiting, count: rows * columns };
    });
    for (const { value, count } of folded) stack.pushValue(value, count);
  }

  private slotAt(slot: number): number {
    return this.memory.scratchByteOffset + RANDOM_BYTES + slot * SLOT_BYTES;
  }

  private panelAt(nth: number): number {
    return this.memory.scratchByteOffset + PANELS_BYTE_OFFSET + nth * PANEL_ELEMENTS * 8;
  }

  private stride(stream: number, axis: number): number {
    return this.plan.strides[stream]?.[axis] as number;
  }

  /** Visits every position along `axes`, with the streams moved there. */
  private around(axes: readonly number[], depth: number, visit: () => void): void {
    const axis = axes[depth];
    if (axis === undefined) {
      visit();
      return;
    }
    const { at } = this;
    const extent = this.plan.extents[axis] as number;
    for (let i = 0; i < extent; i++) {
      this.around(axes, depth + 1, visit);
      for (let s = 0; s < at.length; s++) at[s] = (at[s] as number) + this.stride(s, axis);
    }
    for (let s = 0; s < at.length; s++) at[s] = (at[s] as number) - extent * this.stride(s, axis);
  }

  private pieces(
    axis: number,
    length: number,
    visit: (start: number, count: number) => void,
  ): void {
    eachPiece(0, this.plan.extents[axis] as number, length, visit);
  }

  private tiles(visit: VisitTile): void {
    const { rowAxis, columnAxis, rows, columns, panel } = this.plan;
    if (panel === undefined) {
      this.pieces(rowAxis, rows, (r, height) => {
        this.pieces(columnAxis, columns, (c, width) => visit(r, c, height, width));
      });
      return;
    }
    if (this.panels.size === 0) {
      this.pieces(columnAxis, columns, (c, width) => {
        this.pieces(rowAxis, rows, (r, height) => visit(r, c, height, width));
      });
      return;
    }
    this.pieces(columnAxis, panel, (left, across) => {
      this.pieces(rowAxis, panel, (top, down) => {
        this.drawPanels(top, left, down, across);
        eachPiece(left, left + across, columns, (c, width) => {
          eachPiece(top, top + down, rows, (r, height) => visit(r, c, height, width));
        });
      });
    });
  }

  private drawPanels(row: number, column: number, rows: number, columns: number): void {
    const { rowAxis, columnAxis } = this.plan;
    for (const [stream, panel] of this.panels) {
      const moved = row * this.stride(stream, rowAxis) + column * this.stride(stream, columnAxis);
      panel.draw((this.at[stream] as number) + moved, rows, columns);
    }
  }

  /**
   * Computes the values of a tile.
   *
   * @param place sets where those of the result go, if not to its slot
   */
  private compute(
    row: number,
    column: number,
    rows: number,
    columns: number,
    place?: () => void,
  ): void {
    const { binds, boundStreams, boundRows, boundColumns, at, memory, places } = this;
    for (let i = 0; i < binds.length; i++) {
      const stream = boundStreams[i] as number;
      const start = stream < 0 ? 0 : (at[stream] as number);
      const moved = row * (boundRows[i] as number) + column * (boundColumns[i] as number);
      (binds[i] as Bind)(start + moved, rows, columns);
    }
    const { steps } = this.program;
    if (columns !== this.columns) {
      for (const { node, dtype } of steps) places.row[node] = columns * tileItemBytes(dtype);
      this.columns = columns;
    }
    place?.();
    for (let i = 0; i < steps.length; i++) {
      runStep(steps[i] as TileStep, memory.kernels, places, rows, columns);
    }
  }
}

/** Cuts `start` … `end` into pieces of `length`, the last of which may be shorter. */
function eachPiece(
  start: number,
  end: number,
  length: number,
  visit: (start: number, count: number) => void,
): void {
  for (let at = start; at < end; at += length) visit(at, Math.min(length, end - at));
}
