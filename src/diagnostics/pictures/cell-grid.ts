// Positions of a layer's blocks in a picture: a cell for each, in the array's rows and columns. One
// axis runs across the arrows and wraps; with more than two axes, the faces of the last two are
// side by side.

/** A place in a grid of cells. */
export interface Cell {
  readonly column: number;
  readonly row: number;
}

/** A grid of cells, and the cell of a block by its position in row-major order. */
export interface CellGrid {
  readonly columns: number;
  readonly rows: number;
  readonly cellOf: (block: number) => Cell;
}

/** As many in one line are still read as one. */
const LINE_MAX = 16;

/**
 * The grid of an array with that many blocks along each axis; one axis alone runs down if `isDown`.
 */
export function cellGrid(numblocks: readonly number[], isDown: boolean): CellGrid {
  // Axes of one block have nothing to show.
  const counts = numblocks.filter((count) => count !== 1);
  if (counts.length < 2) return line(counts[0] ?? 1, isDown);
  const [rows, columns] = counts.slice(-2) as [number, number];
  const faces = counts.slice(0, -2).reduce((product, count) => product * count, 1);
  return faces === 1 ? plane(columns, rows) : besideEachOther(columns, rows, faces);
}

/**
 * A line of that many cells: in a row, or in a column if `isDown`; in several if one would be too
 * long.
 */
export function line(count: number, isDown: boolean): CellGrid {
  const columns = count <= LINE_MAX ? Math.max(1, count) : nearSquare(count);
  const { rows, cellOf } = plane(columns, Math.max(1, Math.ceil(count / columns)));
  if (!isDown) return { columns, rows, cellOf };
  const turned = (block: number) => ({ column: cellOf(block).row, row: cellOf(block).column });
  return { columns: rows, rows: columns, cellOf: turned };
}

function plane(columns: number, rows: number): CellGrid {
  return {
    columns,
    rows,
    cellOf: (block) => ({ column: block % columns, row: Math.floor(block / columns) }),
  };
}

/** Faces with an empty cell between them. */
function besideEachOther(columns: number, rows: number, faces: number): CellGrid {
  const across = Math.min(
    faces,
    Math.max(1, Math.round(nearSquare(faces) * Math.sqrt(rows / columns))),
  );
  const down = Math.ceil(faces / across);
  return {
    columns: across * (columns + 1) - 1,
    rows: down * (rows + 1) - 1,
    cellOf: (block) => {
      const face = Math.floor(block / (columns * rows));
      const rest = block % (columns * rows);
      return {
        column: (face % across) * (columns + 1) + (rest % columns),
        row: Math.floor(face / across) * (rows + 1) + Math.floor(rest / columns),
      };
    },
  };
}

/** How many columns the cells have in a rectangle that is somewhat wider than high. */
function nearSquare(count: number): number {
  return Math.max(1, Math.ceil(Math.sqrt(count * 1.6)));
}
