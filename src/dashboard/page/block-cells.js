// Where the blocks of a layer are drawn: two axes make a grid; further ones make a grid for each of
// their positions, side by side; one axis wraps.

/** Grids that stand side by side make a picture about so much wider than high. */
const ASPECT = 2;

/**
 * The places of blocks: `columns` and `rows` of cells, `cellOf` a block and `blockAt` a cell,
 * undefined where there is none.
 *
 * @param shown how many blocks there are to be drawn
 */
export function blockCells(numBlocks, shown) {
  const axes = numBlocks.filter((blocks) => blocks > 1);
  if (axes.length > 2) return planes(axes, shown);
  const wrapped = Math.max(1, Math.min(64, Math.ceil(Math.sqrt(shown * 3))));
  const columns = axes[1] ?? wrapped;
  const blockAt = (x, y) => {
    const block = y * columns + x;
    return x < 0 || x >= columns || block < 0 || block >= shown ? undefined : block;
  };
  const cellOf = (block) => [block % columns, Math.floor(block / columns)];
  return { columns, rows: Math.ceil(shown / columns), cellOf, blockAt };
}

function planes(lengths, shown) {
  const strides = lengths.map((_, axis) => lengths.slice(axis + 1).reduce((a, b) => a * b, 1));
  const [row, column] = longestTwo(lengths);
  const [height, width] = [lengths[row] + 1, lengths[column] + 1];
  const others = lengths.map((_, axis) => axis).filter((axis) => axis !== row && axis !== column);
  const count = others.reduce((product, axis) => product * lengths[axis], 1);
  const across = Math.min(count, Math.ceil(Math.sqrt((count * ASPECT * height) / width)));
  const [columns, rows] = [across * width - 1, Math.ceil(count / across) * height - 1];
  const indexOf = (block, axis) => Math.floor(block / strides[axis]) % lengths[axis];
  const cellOf = (block) => {
    const plane = others.reduce((at, axis) => at * lengths[axis] + indexOf(block, axis), 0);
    const [x, y] = [plane % across, Math.floor(plane / across)];
    return [x * width + indexOf(block, column), y * height + indexOf(block, row)];
  };
  const blockAt = (x, y) => {
    const plane = Math.floor(y / height) * across + Math.floor(x / width);
    const [inX, inY] = [x % width, y % height];
    const isNone = x < 0 || y < 0 || x >= columns || plane >= count;
    if (isNone || inX === lengths[column] || inY === lengths[row]) return undefined;
    let rest = plane;
    let block = inX * strides[column] + inY * strides[row];
    for (const axis of [...others].reverse()) {
      block += (rest % lengths[axis]) * strides[axis];
      rest = Math.floor(rest / lengths[axis]);
    }
    return block < shown ? block : undefined;
  };
  return { columns, rows, cellOf, blockAt };
}

/** The two longest axes, in their order: so there are fewest grids. */
function longestTwo(lengths) {
  const byLength = lengths.map((_, axis) => axis).sort((a, b) => lengths[b] - lengths[a] || a - b);
  return byLength.slice(0, 2).sort((a, b) => a - b);
}
