// Layers on the wire: unchanged, except that their grids are run-length encoded, so that a layer of
// a million equal blocks costs bytes. Whether the rest of a layer makes sense is not judged here.
import { ProtocolError } from "../../base/errors.js";
import { axisOfRuns, encodeAxis, type Runs } from "../../graph/model/axis-runs.js";
import type { Chunks } from "../../graph/model/chunks.js";
import type { Layer } from "../../graph/model/layer.js";

/**
 * More blocks along all axes of a message than this count as garbage: a few bytes can encode any
 * number.
 */
const AXES_BLOCKS_MAX = 2 ** 25;

const runsOf = new WeakMap<readonly number[], Runs>();
/**
 * Axes of more blocks are encoded once; each entry costs the garbage collector more than encoding a
 * short one.
 */
const FRESH_BLOCKS_MAX = 16;

/** Replaces a loop's grid that is the layer's very own: most are. */
const SAME_GRID = "same";

/** `layer` with runs in place of lists of block lengths. */
export function packLayer(layer: Layer): object {
  const chunks = packChunks(layer.chunks);
  if (layer.kind === "fused") {
    const steps = layer.steps.map((step) => ({ ...step, layer: packLayer(step.layer) }));
    return { ...layer, chunks, steps };
  }
  if (layer.kind === "gate" && layer.root !== undefined) {
    return { ...layer, chunks, root: packLayer(layer.root) };
  }
  if (!("loopChunks" in layer)) return { ...layer, chunks };
  const isSame = layer.loopChunks === layer.chunks;
  return { ...layer, chunks, loopChunks: isSame ? SAME_GRID : packChunks(layer.loopChunks) };
}

function packChunks(chunks: Chunks): Runs[] {
  return chunks.map((axis) => {
    if (axis.length <= FRESH_BLOCKS_MAX) return encodeAxis(axis);
    let runs = runsOf.get(axis);
    if (runs === undefined) runsOf.set(axis, (runs = encodeAxis(axis)));
    return runs;
  });
}

/** The axes of one message: equal ones become one list. */
export class AxisTable {
  readonly #axes = new Map<string, readonly number[]>();
  #blocks = 0;

  /**
   * The axis that `runs` encode.
   *
   * @throws ProtocolError when they encode none, or there are more blocks than any graph may have
   */
  read(runs: unknown): readonly number[] {
    const { key, blocks } = keyOf(runs);
    const known = this.#axes.get(key);
    if (known !== undefined) return known;
    this.#blocks += blocks;
    if (this.#blocks > AXES_BLOCKS_MAX) {
      throw new ProtocolError(`layers of more than ${AXES_BLOCKS_MAX} blocks along their axes`);
    }
    const axis = axisOfRuns(runs as Runs);
    this.#axes.set(key, axis);
    return axis;
  }
}

/**
 * Makes what {@link packLayer} wrote the layer that it was.
 *
 * @throws ProtocolError when it is none.
 */
export function unpackLayer(packed: unknown, axes: AxisTable): void {
  if (typeof packed !== "object" || packed === null) throw new ProtocolError("no layer");
  const layer = packed as Record<string, unknown>;
  const chunks = unpackChunks(layer.chunks, axes);
  layer.chunks = chunks;
  if (layer.kind === "fused") unpackSteps(layer.steps, axes);
  if (layer.kind === "gate" && layer.root !== undefined) unpackRoot(layer.root, axes);
  const { loopChunks } = layer;
  if (loopChunks === undefined) return;
  layer.loopChunks = loopChunks === SAME_GRID ? chunks : unpackChunks(loopChunks, axes);
}

function unpackSteps(steps: unknown, axes: AxisTable): void {
  if (!Array.isArray(steps)) throw new ProtocolError("a fused layer without steps");
  for (const step of steps as readonly unknown[]) {
    const packed = (step as { layer?: { kind?: unknown } } | null)?.layer;
    // Steps have no steps of their own, so that no message nests without end.
    if (packed?.kind === "fused") throw new ProtocolError("a fused layer within another");
    unpackLayer(packed, axes);
  }
}

function unpackRoot(root: unknown, axes: AxisTable): void {
  const kind = (root as { kind?: unknown } | null)?.kind;
  if (kind === "fused" || kind === "gate") throw new ProtocolError(`a ${kind} layer behind a gate`);
  unpackLayer(root, axes);
}

function unpackChunks(packed: unknown, axes: AxisTable): Chunks {
  if (!Array.isArray(packed)) throw new ProtocolError("a layer without chunks");
  return packed.map((runs: unknown) => axes.read(runs));
}

/**
 * A text that only equal runs have, and the number of their blocks.
 *
 * @throws ProtocolError when they are none.
 */
function keyOf(runs: unknown): { key: string; blocks: number } {
  if (!Array.isArray(runs)) throw new ProtocolError(NO_GRID);
  let blocks = 0;
  let key = "";
  for (const run of runs) {
    const [length, count, ...more] = Array.isArray(run) ? (run as readonly unknown[]) : [];
    if (!(isCount(length) || Number.isNaN(length)) || !isCount(count) || more.length > 0) {
      throw new ProtocolError(NO_GRID);
    }
    blocks += count;
    key += `${length},${count};`;
  }
  return { key, blocks };
}

const NO_GRID = "a layer whose chunks are not block lengths";

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
