// Which elements of its array a source makes for a block: those of the block's place in the grid,
// counted from where the source's region begins.
import { blockIndexOf, blockOffsets, shapeOf } from "./chunks.js";
import type { AxisSelection, SourceLayer, SourceRegion } from "./layer.js";
import type { SourceGenerator } from "./source-generator.js";

/** A box of elements of an array. */
export interface ArrayBox {
  /** The shape of the whole array. */
  readonly shape: readonly number[];
  /** Where the box begins along each axis. */
  readonly starts: readonly number[];
  /** How long it is along each axis. */
  readonly lengths: readonly number[];
}

/**
 * The box of its array that a source makes for block number `block`, along the array's axes,
 * row-major like the block.
 */
export function sourceBox(
  { chunks, region }: Pick<SourceLayer, "chunks" | "region">,
  block: number,
): ArrayBox {
  const index = blockIndexOf(chunks, block);
  const starts = chunks.map((axis, i) => blockOffsets(axis)[index[i] as number] as number);
  const lengths = chunks.map((axis, i) => axis[index[i] as number] as number);
  if (region === undefined) return { shape: shapeOf(chunks), starts, lengths };
  const own = region.shape.map((_, axis) => region.axes.indexOf(axis));
  return {
    shape: region.shape,
    starts: region.starts.map((start, i) => start + (starts[own[i] as number] ?? 0)),
    lengths: own.map((axis) => lengths[axis] ?? 1),
  };
}

/** The region that a selection without steps takes of a source's. */
export function cutRegion(
  { name, chunks, region }: SourceLayer,
  selection: readonly AxisSelection[],
): SourceRegion {
  const whole = region ?? {
    of: name,
    shape: shapeOf(chunks),
    starts: chunks.map(() => 0),
    axes: [...chunks.keys()],
  };
  const starts = [...whole.starts];
  for (const [i, axis] of whole.axes.entries()) {
    const taken = selection[i] as AxisSelection;
    starts[axis] = (starts[axis] as number) + (taken.type === "index" ? taken.at : taken.start);
  }
  const axes = whole.axes.filter((_, i) => selection[i]?.type === "range");
  return { ...whole, starts, axes };
}

/** Whether any box of elements is made without the rest. */
export function isRegional(generator: SourceGenerator): boolean {
  switch (generator.type) {
    case "listDraw":
      // Elements of the others are lists, which are drawn whole.
      return generator.draw?.name === "categorical" || generator.draw?.name === "wideIntegers";
    case "deflated":
      // Such a stream is read from its beginning.
      return false;
    default:
      return true;
  }
}
