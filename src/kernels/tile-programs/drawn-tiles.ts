// Operands that are nowhere: random numbers that are drawn as the tiles need them, each tile's into
// its slot. Where tiles are narrow, because some operand is transposed, those of a panel of tiles
// are drawn together, as long runs of positions take less time. uniform/drawn-blocks.ts defines the
// numbers.

import {
  PANEL_ELEMENTS,
  PANELS_BYTE_OFFSET,
  PANELS_MAX,
  type TileMemory,
} from "../tiles/tile-memory.js";
import type { DrawnBlock } from "../uniform/drawn-blocks.js";
import { type UniformSource, uniformSourceIn } from "../uniform/uniform-source.js";
import type { TilePlan } from "./tile-plan.js";
import type { TileSource } from "./tile-program.js";
import type { Bind, TilePlaces } from "./tile-sources.js";

/** How a drawn operand's elements are counted along the tiles' rows and columns. */
interface Steps {
  readonly rowStride: number;
  readonly columnStride: number;
}

/** Whether streams that a plan walks with these numbers can be drawn on the way, all of them. */
export function areDrawnInTiles(plan: TilePlan, streams: readonly number[]): boolean {
  const steps = streams.map((stream) => stepsOf(plan, stream));
  if (plan.panel === undefined) return steps.every(({ columnStride }) => columnStride === 1);
  return (
    (plan.folding === "none" || plan.folding === "all") &&
    streams.length <= PANELS_MAX &&
    steps.every(({ rowStride, columnStride }) => columnStride === 1 || rowStride === 1)
  );
}

/** How far a plan moves along a stream from row to row and from column to column. */
export function stepsOf({ strides, rowAxis, columnAxis }: TilePlan, stream: number): Steps {
  const along = strides[stream] as readonly number[];
  return { rowStride: along[rowAxis] as number, columnStride: along[columnAxis] as number };
}

/** Draws each tile into its slot. */
export function bindDrawn(
  { node }: TileSource,
  drawn: DrawnBlock,
  { rowStride }: Steps,
  memory: TileMemory,
  slot: number,
  { p, row }: TilePlaces,
): Bind {
  const source = uniformSourceIn(memory);
  p[node] = slot;
  return (at, rows, columns) => {
    drawn.write(source, at, rowStride === 0 ? 1 : rows, rowStride, columns, slot);
    row[node] = rowStride === 0 ? 0 : columns * 8;
  };
}

/** The numbers of one operand for the tiles of a panel. */
export class Panel {
  private readonly drawn: DrawnBlock;
  private readonly steps: Steps;
  private readonly source: UniformSource;
  private readonly place: number;
  /** From one of its lines to the next: in elements of the block, and in elements here. */
  private readonly lineStep: number;
  private lineLength = 0;
  private start = 0;

  /** @param nth which of the panels of a program it is */
  constructor(drawn: DrawnBlock, steps: Steps, memory: TileMemory, nth: number) {
    this.drawn = drawn;
    this.steps = steps;
    this.source = uniformSourceIn(memory);
    this.place = memory.scratchByteOffset + PANELS_BYTE_OFFSET + nth * PANEL_ELEMENTS * 8;
    this.lineStep = this.isAcross ? steps.columnStride : steps.rowStride;
  }

  /** Draws the numbers of `rows` by `columns` elements, the first of which is number `at`. */
  draw(at: number, rows: number, columns: number): void {
    this.start = at;
    const [lines, length] = this.isAcross ? [columns, rows] : [rows, columns];
    this.lineLength = this.lineStep === 0 ? 0 : length;
    const count = this.lineStep === 0 ? 1 : lines;
    this.drawn.write(this.source, at, count, this.lineStep, length, this.place);
  }

  /** Readies the tiles that it holds. */
  bind({ node }: TileSource, { kernels }: TileMemory, slot: number, places: TilePlaces): Bind {
    const { p, row } = places;
    if (!this.isAcross) {
      return (at) => {
        p[node] = this.placeOf(at);
        row[node] = this.lineLength * 8;
      };
    }
    p[node] = slot;
    return (at, rows, columns) => {
      row[node] = columns * 8;
      const from = this.placeOf(at);
      kernels.transpose64(rows, columns, from, this.lineLength * 8, slot, columns * 8);
    };
  }

  /** Whether its lines are columns of tiles. */
  private get isAcross(): boolean {
    return this.steps.columnStride !== 1;
  }

  private placeOf(at: number): number {
    const moved = at - this.start;
    const line = this.lineStep === 0 ? 0 : Math.floor(moved / this.lineStep);
    return this.place + (line * this.lineLength + moved - line * this.lineStep) * 8;
  }
}
