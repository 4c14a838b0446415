// Places where operands of different chunks meet, below a layer that takes any grid: a reduction,
// or a rechunk. The layers between could all work in another grid. align-operands.ts chooses it.
import { type Chunks, hasUnknownLengths } from "../model/chunks.js";
import type {
  BlockwiseLayer,
  Layer,
  LayerName,
  RechunkLayer,
  TreeReduceLayer,
} from "../model/layer.js";
import type { ReductionStep } from "../model/reduction-tree.js";
import type { Workspace } from "./workspace.js";

/** The first step of a reduction, and the layer that its results come from. */
export interface ReducedMeeting {
  readonly step: ReductionStep;
  readonly top: ReductionStep | TreeReduceLayer;
}

/** What operands are brought into one grid for. */
export interface Meeting {
  /** The grid in which they meet. */
  readonly loop: Chunks;
  /** The layer above, which takes any grid. */
  readonly above: ReducedMeeting | RechunkLayer;
  /** Elementwise layers that work in that grid, by name; per axis of theirs, that of the loop. */
  readonly layers: ReadonlyMap<LayerName, readonly number[]>;
  readonly ends: readonly MeetingEnd[];
}

/** An operand below the rechunks that bring it into the grid. */
export interface MeetingEnd {
  readonly layer: Layer;
  /** For each axis, that of the loop, or -1 where it has length 1. */
  readonly axes: readonly number[];
}

/** The meeting below a layer; undefined where there is none, or where the grid is not free. */
export function meetingBelow(space: Workspace, layer: Layer): Meeting | undefined {
  if (layer.kind === "rechunk") {
    const below = space.layer(layer.inputs[0] as LayerName);
    if (layer.planned || hasUnknownLengths(layer.chunks) || !isPassed(space, below)) {
      return undefined;
    }
    return collect(space, below, layer);
  }
  if (layer.kind !== "blockwise" || layer.reduction === undefined) return undefined;
  const step = { ...layer, reduction: layer.reduction };
  const top = topOf(space, step);
  return top === undefined ? undefined : collect(space, step, { step, top });
}

/** The layer of a reduction's results; undefined if another layer reads the states. */
function topOf(space: Workspace, step: ReducedMeeting["step"]): ReducedMeeting["top"] | undefined {
  if (step.reduction.count === 0 || Number.isNaN(step.reduction.count)) return undefined;
  let top: ReducedMeeting["top"] = step;
  while (top.final !== true) {
    const [user] = space.usersOf(top.name);
    if (!space.hasOneUser(top.name) || user?.kind !== "treeReduce") return undefined;
    if (user.isGiven || user.mirror !== undefined) return undefined;
    top = user;
  }
  return top;
}

/** Whether it is elementwise, and works in the grid of the one layer that reads it. */
function isPassed(space: Workspace, layer: Layer): layer is BlockwiseLayer {
  return (
    layer.kind === "blockwise" &&
    layer.reduction === undefined &&
    space.hasOneUser(layer.name) &&
    !hasUnknownLengths(layer.chunks) &&
    !layer.chunks.some((axis) => axis.includes(0))
  );
}

function collect(
  space: Workspace,
  first: BlockwiseLayer,
  above: Meeting["above"],
): Meeting | undefined {
  if (hasUnknownLengths(first.loopChunks)) return undefined;
  const layers = new Map<LayerName, readonly number[]>();
  const ends: MeetingEnd[] = [];
  let isCut = false;
  let isClear = true;
  const visit = (layer: BlockwiseLayer, places: readonly number[]) => {
    layers.set(layer.name, places);
    for (const { input, axes } of layer.operands) {
      const [below, wasCut] = belowRechunks(space, layer.inputs[input] as LayerName);
      isCut ||= wasCut;
      const own = axes.map((axis) => (axis < 0 ? -1 : (places[axis] as number)));
      const known = layers.get(below.name);
      if (hasUnknownLengths(below.chunks)) isClear = false;
      else if (known !== undefined) isClear &&= known.join() === own.join();
      else if (isPassed(space, below)) visit(below, own);
      else ends.push({ layer: below, axes: own });
    }
  };
  visit(
    first,
    first.loopChunks.map((_, axis) => axis),
  );
  const isMet = new Set(ends.map(({ layer }) => layer.name)).size > 1;
  return isCut && isMet && isClear ? { loop: first.loopChunks, above, layers, ends } : undefined;
}

/** What rechunks, which nothing else reads, cut again; and whether there are any. */
export function belowRechunks(space: Workspace, name: LayerName): [layer: Layer, wasCut: boolean] {
  let layer = space.layer(space.behind(name));
  let wasCut = false;
  while (layer.kind === "rechunk" && space.hasOneUser(layer.name)) {
    layer = space.layer(space.behind(layer.inputs[0] as LayerName));
    wasCut = true;
  }
  return [layer, wasCut];
}
