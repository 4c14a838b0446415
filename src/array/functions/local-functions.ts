// Functions of blocks that users declare to be local: elementwise functions, and stencils of some
// depth. Slices move below these.
import { ArgumentError } from "../../base/errors.js";
import type { MapBlocksLayer, Reach } from "../../graph/model/layer.js";
import { AT_PLACE } from "../../graph/model/layer-functions.js";

/** The parts of a grid that count here. */
interface Operands {
  readonly operands: MapBlocksLayer["operands"];
  readonly loopChunks: MapBlocksLayer["loopChunks"];
}

/** How blocks overlap along an axis. */
interface Sides {
  readonly before: number;
  readonly after: number;
  readonly boundary: unknown;
}

/** Options that a local function cannot have: its result is as long as what it gets. */
interface Reshaping {
  readonly chunks?: unknown;
  readonly dropAxis?: unknown;
  readonly newAxis?: unknown;
  readonly trim?: boolean;
}

type LocalFunction = { readonly length: number; readonly name: string };

/** The reach of a function that is declared elementwise. */
export function elementwiseReach(
  f: LocalFunction,
  { operands, loopChunks }: Operands,
  options: Reshaping,
): Pick<MapBlocksLayer, "reach"> {
  checkLocal(f, operands.length, options, "elementwise");
  const reach = {
    operands: operands.map(({ axes }) => axes.map(() => AT_PLACE)),
    loop: loopChunks.map(() => AT_PLACE),
  };
  return { reach };
}

/**
 * The reach of a function that is declared a stencil.
 *
 * @param overlaps of each operand's blocks, along its axes
 * @param along those of the grid
 */
export function stencilReach(
  f: LocalFunction,
  overlaps: readonly (readonly Sides[])[],
  along: readonly Sides[],
  options: Reshaping,
): Pick<MapBlocksLayer, "reach"> {
  checkLocal(f, overlaps.length, options, "a stencil");
  const reach = { operands: overlaps.map((sides) => sides.map(reachOf)), loop: along.map(reachOf) };
  return { reach };
}

function reachOf({ before, after, boundary }: Sides): Reach {
  return { before, after, open: boundary === "none" };
}

function checkLocal(
  f: LocalFunction,
  blocks: number,
  { chunks, dropAxis, newAxis, trim = true }: Reshaping,
  kind: string,
): void {
  const name = f.name === "" ? "the function" : `function ${f.name}`;
  if (f.length > blocks) {
    throw new ArgumentError(
      "value",
      `${name} is declared ${kind} and takes ${f.length} parameters: expected ${blocks}, one per array, ` +
        "without the position of a block",
      { parameters: f.length },
    );
  }
  if (chunks === undefined && dropAxis === undefined && newAxis === undefined && trim) return;
  throw new ArgumentError(
    "value",
    `${name} is declared ${kind}, so its blocks are as long as those it gets: leave out chunks, dropAxis, newAxis and trim`,
  );
}
