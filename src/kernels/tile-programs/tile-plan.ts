// How a loop is cut into tiles: which axis runs along the rows of a tile, which one counts its
// rows, and how many elements of each are taken at a time. run-tiles.ts computes a tile.
import {
  type Axes,
  collapse,
  fastestAxis,
  type LoopSpace,
  pushAxis,
  transposedAxis,
} from "../loops/loop-plan.js";

/** Elements of a tile: some tiles stay in the fastest cache together. */
export const TILE_ELEMENTS = 2048;
/** Elements that a fold keeps side by side at most. */
export const FOLD_WIDTH_MAX = 256;
/** Where an operand is transposed: two cache lines of each of its columns. */
const TRANSPOSED_ROWS = 16;
const TRANSPOSED_COLUMNS = 64;
/**
 * Panels of this many rows and columns stay in the second cache: multiples of those of transposed
 * tiles.
 */
const PANEL_LENGTH = 256;
/**
 * Rows shorter than this cost more in calls than vectors win; and sums of so few go in order, as
 * NumPy's do.
 */
const COLUMNS_MIN = 8;
/** A reduced axis that is shorter than this, next to a longer one that stays, is walked across. */
const REDUCED_COLUMNS_MIN = 16;

/** How the elements of a tile are folded. */
export type TileFolding =
  /** Each is a result. */
  | "none"
  /** All become one. */
  | "all"
  /** Each row becomes one. */
  | "rows"
  /** Each column becomes one. */
  | "columns";

/** A walk over tiles. Axes are numbers into `extents` and into each stream's strides. */
export interface TilePlan {
  readonly folding: TileFolding;
  readonly extents: readonly number[];
  readonly strides: readonly (readonly number[])[];
  /** Axes around the tiles' own, outermost first: those that stay, and those that are reduced. */
  readonly kept: readonly number[];
  readonly reduced: readonly number[];
  /** The axis that counts rows, and the one along them. */
  readonly rowAxis: number;
  readonly columnAxis: number;
  readonly rows: number;
  readonly columns: number;
  /**
   * If an operand is transposed: tiles follow one another along the rows' axis first; tiles of
   * drawn numbers go by panels of at most this many rows and columns.
   */
  readonly panel?: number;
}

/** The walk for `space`, no extent of which is zero; undefined where tiles do not pay. */
export function planTiles(space: LoopSpace): TilePlan | undefined {
  const axes = collapse(space);
  if (axes.extents.length === 0) pushAxis(axes, 1, space.reducing);
  const chosen = space.reducing ? chooseFold(axes, space) : chooseElementwise(axes, space);
  const { folding, rowAxis, columnAxis } = chosen;
  const columnExtent = axes.extents[columnAxis] as number;
  const size = axes.extents.reduce((n, extent) => n * extent, 1);
  if (columnExtent < COLUMNS_MIN && (space.reducing || columnExtent < size)) return undefined;
  const around = axes.extents
    .map((_, axis) => axis)
    .filter((a) => a !== rowAxis && a !== columnAxis);
  return {
    folding,
    extents: axes.extents,
    strides: axes.strides,
    kept: around.filter((axis) => axes.reduced[axis] !== true),
    reduced: around.filter((axis) => axes.reduced[axis] === true),
    rowAxis,
    columnAxis,
    ...(chosen.isTransposed ? { panel: PANEL_LENGTH } : {}),
    ...tileSize(axes, chosen),
  };
}

interface TileAxes {
  readonly folding: TileFolding;
  readonly rowAxis: number;
  readonly columnAxis: number;
  /** Whether an operand is contiguous along the rows' axis and jumps along the columns'. */
  readonly isTransposed: boolean;
}

function chooseElementwise(axes: Axes, space: LoopSpace): TileAxes {
  const columnAxis = axes.extents.length - 1;
  const across = transposedAxis(axes, space, columnAxis);
  if (across >= 0) return { folding: "none", rowAxis: across, columnAxis, isTransposed: true };
  const rowAxis = columnAxis > 0 ? columnAxis - 1 : pushAxis(axes, 1, false);
  return { folding: "none", rowAxis, columnAxis, isTransposed: false };
}

function chooseFold(axes: Axes, space: LoopSpace): TileAxes {
  const { extents, reduced } = axes;
  let columnAxis = fastestAxis(axes, space);
  const lastKept = reduced.lastIndexOf(false);
  const isShort =
    reduced[columnAxis] === true &&
    (extents[columnAxis] as number) < REDUCED_COLUMNS_MIN &&
    (extents[lastKept] ?? 0) > (extents[columnAxis] as number);
  if (isShort) columnAxis = lastKept;
  const across = transposedAxis(axes, space, columnAxis);
  if (reduced[columnAxis] === true) {
    const isTransposed = across >= 0;
    const other = reduced.findLastIndex((isReduced, axis) => isReduced && axis !== columnAxis);
    let rowAxis = isTransposed ? across : other >= 0 ? other : lastKept;
    if (rowAxis < 0) rowAxis = pushAxis(axes, 1, true);
    return { folding: reduced[rowAxis] ? "all" : "rows", rowAxis, columnAxis, isTransposed };
  }
  const isAcross = across >= 0 && reduced[across] === true;
  let rowAxis = isAcross ? across : reduced.lastIndexOf(true);
  if (rowAxis < 0) rowAxis = pushAxis(axes, 1, true);
  return { folding: "columns", rowAxis, columnAxis, isTransposed: isAcross };
}

function tileSize(
  { extents }: Axes,
  { folding, rowAxis, columnAxis, isTransposed }: TileAxes,
): { readonly rows: number; readonly columns: number } {
  const [rowExtent, columnExtent] = [extents[rowAxis] as number, extents[columnAxis] as number];
  if (isTransposed) {
    return {
      rows: Math.min(rowExtent, TRANSPOSED_ROWS),
      columns: Math.min(columnExtent, TRANSPOSED_COLUMNS),
    };
  }
  const columnsMax = folding === "columns" ? FOLD_WIDTH_MAX : TILE_ELEMENTS;
  const columns = Math.min(columnExtent, columnsMax);
  const rowsMax = folding === "rows" ? FOLD_WIDTH_MAX : TILE_ELEMENTS;
  return { rows: Math.min(rowExtent, rowsMax, Math.floor(TILE_ELEMENTS / columns)), columns };
}
