// Layers on the wire: as they are, except that their grids are run-length encoded, so that a layer
// of a million equal blocks costs bytes. Whether the rest of a layer makes sense is not judged here.
import { ProtocolError } from "../base/errors.js";
import { type Chunks, decodeAxis, encodeAxis } from "../graph/chunks.js";
import type { Layer } from "../graph/layer.js";

/** More blocks along one axis than this are taken for garbage. */
const AXIS_BLOCKS_MAX = 2 ** 26;

type Runs = readonly (readonly [length: number, count: number])[];

const runsOf = new WeakMap<readonly number[], Runs>();
/** Axes of more blocks are encoded once; each entry costs the garbage collector more than encoding a short one. */
const FRESH_BLOCKS_MAX = 16;

/** `layer` with runs in place of lists of block lengths. */
export function packLayer(layer: Layer): object {
  return "loopChunks" in layer
    ? { ...layer, chunks: packChunks(layer.chunks), loopChunks: packChunks(layer.loopChunks) }
    : { ...layer, chunks: packChunks(layer.chunks) };
}

function packChunks(chunks: Chunks): Runs[] {
  return chunks.map((axis) => {
    if (axis.length <= FRESH_BLOCKS_MAX) return encodeAxis(axis);
    let runs = runsOf.get(axis);
    if (runs === undefined) runsOf.set(axis, (runs = encodeAxis(axis)));
    return runs;
  });
}

/** Axes that were read before: equal axes of one message become one list. */
export type AxisTable = Map<string, readonly number[]>;

/**
 * The layer that {@link packLayer} wrote.
 *
 * @throws ProtocolError when it is none.
 */
export function unpackLayer(packed: unknown, axes: AxisTable): Layer {
  if (typeof packed !== "object" || packed === null) throw new ProtocolError("no layer");
  const layer = packed as Record<string, unknown>;
  const chunks = unpackChunks(layer.chunks, axes);
  const unpacked =
    "loopChunks" in layer
      ? { ...layer, chunks, loopChunks: unpackChunks(layer.loopChunks, axes) }
      : { ...layer, chunks };
  return unpacked as unknown as Layer;
}

function unpackChunks(packed: unknown, axes: AxisTable): Chunks {
  if (!Array.isArray(packed)) throw new ProtocolError("a layer without chunks");
  return packed.map((runs: unknown) => {
    checkRuns(runs);
    const key = runs.join(";");
    let axis = axes.get(key);
    if (axis === undefined) axes.set(key, (axis = decodeAxis(runs)));
    return axis;
  });
}

function checkRuns(runs: unknown): asserts runs is Runs {
  let blocks = 0;
  const fits =
    Array.isArray(runs) &&
    runs.every(
      (run: unknown) =>
        Array.isArray(run) &&
        run.length === 2 &&
        (isCount(run[0]) || Number.isNaN(run[0])) &&
        isCount(run[1]) &&
        (blocks += run[1]) <= AXIS_BLOCKS_MAX,
    );
  if (!fits) throw new ProtocolError("a layer whose chunks are not block lengths");
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
