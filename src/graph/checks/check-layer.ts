// Whether a layer fits its inputs: checked on arrival, before it is used. Valid layers expand
// without an operand out of range; invalid ones cause an error for their client only. The cost
// grows with the grids' axes and the layer's lists, not with the number of blocks. The other files
// of this folder check families of kinds.
import { isDType } from "../../base/dtype.js";
import { GraphError } from "../../base/errors.js";
import { blockCount } from "../model/chunks.js";
import type { Layer, StoreLayer } from "../model/layer.js";
import { shortName } from "../model/naming.js";
import { callsMisfit, partitionsMisfit, queryMisfit } from "./column-layers.js";
import { contractMisfit } from "./contractions.js";
import { isCount, isGrid, isListOf, isRecord, isText, type Misfit, shown } from "./fits.js";
import { fusedMisfit } from "./fused-layers.js";
import { barrierMisfit, gateMisfit } from "./gates.js";
import { blockwiseMisfit, mapBlocksMisfit, routineMisfit } from "./loops.js";
import {
  concatenateMisfit,
  pickMisfit,
  rechunkMisfit,
  sliceMisfit,
  takeMisfit,
} from "./movements.js";
import { reshapeMisfit } from "./reshapes.js";
import { sourceMisfit } from "./sources.js";
import { treeMisfit } from "./trees.js";

/**
 * Checks that a layer can be expanded and run on its inputs.
 *
 * @param inputs the layers named by `layer.inputs`, in that order, checked themselves
 * @throws GraphError `graph.invalidLayer`, which names the layer and the mistake
 */
export function checkLayer(layer: Layer, inputs: readonly Layer[]): void {
  const misfit = findMisfit(layer, inputs);
  if (misfit !== undefined) throw invalidLayer(layer, misfit);
}

/**
 * The same for a layer of calls, whose inputs may be layers of other graphs: the blocks that it
 * reads are not checked.
 *
 * @throws GraphError `graph.invalidLayer`
 */
export function checkCalls(layer: Layer): void {
  const misfit =
    baseMisfit(layer) ??
    (layer.kind === "calls" ? callsMisfit(layer) : "it is among calls, but is none");
  if (misfit !== undefined) throw invalidLayer(layer, misfit);
}

function invalidLayer({ name, kind }: Layer, misfit: string): GraphError {
  const text = `layer ${shortName(name)} (${kind}) does not fit: ${misfit}`;
  return new GraphError("invalidLayer", text, { layer: name, kind });
}

/** How many inputs layers have; those of other kinds have as many as they like. */
const INPUT_COUNTS: Readonly<Partial<Record<Layer["kind"], number>>> = {
  source: 0,
  persisted: 0,
  treeReduce: 1,
  rechunk: 1,
  slice: 1,
  reshape: 1,
  take: 1,
  store: 1,
  pick: 1,
};

/** Checks the fields that every layer has. */
function baseMisfit({ kind, chunks, dtype, inputs }: Layer): Misfit {
  if (!isGrid(chunks)) return "its chunks are no lists of block lengths, or of too many elements";
  if (!Number.isSafeInteger(blockCount(chunks))) return "it has more blocks than can be counted";
  if (!isDType(dtype)) return `there is no dtype ${shown(dtype)}`;
  if (!isListOf(inputs, isText)) return "its inputs are no list of names";
  if (inputs.length > 1 && new Set(inputs).size < inputs.length) {
    return "it names an input twice";
  }
  const count = INPUT_COUNTS[kind];
  if (count === undefined || count === inputs.length) return undefined;
  return `it has ${inputs.length} inputs, and its kind has ${count}`;
}

function findMisfit(layer: Layer, inputs: readonly Layer[]): Misfit {
  const misfit = baseMisfit(layer);
  if (misfit !== undefined) return misfit;
  if (inputs.length !== layer.inputs.length) return "its inputs are not there";
  const [input] = inputs as readonly [Layer];
  switch (layer.kind) {
    case "persisted":
      return undefined;
    case "source":
      return sourceMisfit(layer);
    case "blockwise":
      return blockwiseMisfit(layer, inputs);
    case "mapBlocks":
      return mapBlocksMisfit(layer, inputs);
    case "routine":
      return routineMisfit(layer, inputs);
    case "treeReduce":
      return treeMisfit(layer, input);
    case "rechunk":
      return rechunkMisfit(layer, input);
    case "slice":
      return sliceMisfit(layer, input);
    case "concatenate":
      return concatenateMisfit(layer, inputs);
    case "reshape":
      return reshapeMisfit(layer, input);
    case "take":
      return takeMisfit(layer, input);
    case "contract":
      return contractMisfit(layer, inputs);
    case "store":
      return storeMisfit(layer, input);
    case "pick":
      return pickMisfit(layer, input);
    case "calls":
      return callsMisfit(layer, inputs);
    case "partitions":
      return partitionsMisfit(layer, inputs);
    case "query":
      return queryMisfit(layer, inputs);
    case "fused":
      return fusedMisfit(layer, inputs, findMisfit);
    case "barrier":
      return barrierMisfit(layer, inputs);
    case "gate":
      return gateMisfit(layer, inputs, findMisfit);
    default:
      return `there is no kind ${shown((layer as Layer).kind)}`;
  }
}

/** A store has a block for each of its input's. */
function storeMisfit({ chunks, target }: StoreLayer, input: Layer): Misfit {
  const isLikeInput =
    chunks.length === input.chunks.length &&
    chunks.every((axis, i) => axis.length === input.chunks[i]?.length);
  if (!isLikeInput) return "it has other blocks than its input";
  if (!isRecord(target)) return "it has no target";
  if (target.type === "npy") {
    const isPlace = isText(target.path) && isCount(target.byteOffset);
    return isPlace ? undefined : "its target is no place in a file";
  }
  if (target.type !== "zarr")
    return `there is no target ${shown((target as StoreLayer["target"]).type)}`;
  const { location, document, starts, claim } = target;
  if (!isText(location) || !(claim === undefined || isText(claim)) || !isRecord(document))
    return "its target is no Zarr array";
  const isPlace = isListOf(starts, isCount) && starts.length === chunks.length;
  return isPlace ? undefined : "its target's starts are not one per axis";
}
