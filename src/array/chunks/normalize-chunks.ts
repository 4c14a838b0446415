// Normalises a user's `chunks` to explicit block lengths per axis. How "auto" is worked out is
// auto-chunks.ts. Follows Dask's normalize_chunks (test/fixtures/normalize_chunks.json).
import { ArgumentError } from "../../base/errors.js";
import { setting } from "../../base/settings.js";
import { bytesIn, formatCount, parseBytes } from "../../base/units.js";
import { blockCount, type Chunks } from "../../graph/model/chunks.js";
import { autoChunks, type PartialChunks } from "./auto-chunks.js";
import { checkShape, formatShape } from "./axes.js";

/**
 * How one axis is cut: a block length, -1 or null for one block, "auto", bytes, or every length.
 */
export type AxisChunks = number | null | string | readonly number[];

/**
 * How an array is cut: one block length or byte string for all axes, `"auto"`, a list with an entry
 * per axis, or an object `{ axis: entry }` in which missing axes stay whole.
 */
export type ChunkSpec =
  | number
  | string
  | null
  | readonly AxisChunks[]
  | { readonly [axis: number]: AxisChunks };

/** Options of {@link normalizeChunks}. */
export interface NormalizeOptions {
  /** Bytes of an element; needed for "auto" and byte strings. */
  readonly itemBytes?: number;
  /**
   * Bytes that a block may have where the specification leaves freedom; default:
   * `array.chunkBytes`, 128 MiB.
   */
  readonly limit?: number | string;
  /** The chunks of the array that is cut again: "auto" stays close to them. */
  readonly previous?: Chunks;
}

const DEFAULT_BLOCK_BYTES = 128 * 2 ** 20;

/** Bytes that a block gets where the specification leaves freedom. */
export function defaultBlockBytes(): number {
  return setting<number>("array.chunkBytes") ?? DEFAULT_BLOCK_BYTES;
}

/** Blocks that one array may have: graphs of more could not be expanded in memory anyway. */
const BLOCKS_MAX = 2 ** 27;

/**
 * Explicit block lengths along each axis.
 *
 * @param spec the specification
 * @param shape the array's shape; an axis of unknown length is NaN or null, and the specification
 * lists its blocks. Null where nothing is known but the specification, which then lists all blocks
 * @returns for each axis the lengths of its blocks
 * @throws ArgumentError `argument.chunks` when they do not fit the shape or contradict each other,
 * or a length that they need is unknown
 * @see https://docs.dask.org/en/stable/array-chunks.html
 * @example
 * normalizeChunks([3, -1], [8, 5]); // → [[3, 3, 2], [5]]
 * normalizeChunks([[NaN, NaN], 4], [null, 5]); // → [[NaN, NaN], [4, 1]]
 */
export function normalizeChunks(
  spec: ChunkSpec,
  shape: readonly (number | null)[] | null,
  options: NormalizeOptions = {},
): Chunks {
  if (shape === null) return listedChunks(spec);
  if (!Array.isArray(shape)) return knownChunks(spec, checkShape(shape as never), options);
  const lengths = shape.map((length: number | null) => length ?? Number.NaN);
  if (lengths.some(Number.isNaN)) return chunksBesideUnknown(spec, lengths, options);
  return knownChunks(spec, checkShape(lengths), options);
}

/** Chunks of a shape whose lengths are all known. */
function knownChunks(spec: ChunkSpec, shape: readonly number[], options: NormalizeOptions): Chunks {
  const entries = entriesPerAxis(spec, shape);
  const { partial, limitBytes } = withoutByteStrings(entries, shape, options.limit);
  const settled = partial.includes("auto")
    ? autoChunks(partial, shape, {
        itemBytes: requireItemBytes(options.itemBytes),
        limitBytes: limitBytes ?? defaultBlockBytes(),
        ...(options.previous === undefined ? {} : { previous: options.previous }),
      })
    : partial;
  const chunks = settled.map((entry, axis) => {
    const length = shape[axis] as number;
    return typeof entry === "number"
      ? uniformAxis(length, entry)
      : checkAxisChunks(entry as readonly number[], length, axis, shape);
  });
  checkBlockCount(blockCount(chunks), shape);
  return chunks;
}

/**
 * Chunks where axes of unknown length have their blocks listed; the others are cut as if they were
 * alone.
 */
function chunksBesideUnknown(
  spec: ChunkSpec,
  shape: readonly number[],
  options: NormalizeOptions,
): Chunks {
  const entries = entriesPerAxis(spec, shape);
  const isKnown = (_: unknown, axis: number) => !Number.isNaN(shape[axis]);
  entries.forEach((entry, axis) => {
    const isListed = Array.isArray(entry) && isBlockList(entry);
    if (isKnown(entry, axis) ? typeof entry !== "string" : isListed) return;
    const text = isKnown(entry, axis)
      ? `chunks ${JSON.stringify(entry)} of axis ${axis} need the lengths of all axes`
      : `chunks of axis ${axis} need its length or a list of its blocks`;
    const unknown = shape.flatMap((length, at) => (Number.isNaN(length) ? [at] : [])).join(", ");
    throw new ArgumentError(
      "chunks",
      `${text}, and axis ${unknown} is not known before the array is computed: list NaN for each of its blocks or call computeChunkSizes() first`,
      { chunks: spec, shape, axis },
    );
  });
  const known = knownChunks(entries.filter(isKnown), shape.filter(isKnown), options);
  let next = 0;
  return entries.map((entry, axis) =>
    isKnown(entry, axis) ? (known[next++] ?? []) : (entry as readonly number[]),
  );
}

/** Chunks that determine the shape by themselves. */
function listedChunks(spec: ChunkSpec): Chunks {
  if (Array.isArray(spec) && spec.every((axis) => Array.isArray(axis) && isBlockList(axis))) {
    return spec as Chunks;
  }
  const text = `chunks ${JSON.stringify(spec)} need a shape: give one, or a list of block lengths for each axis`;
  throw new ArgumentError("chunks", text, { chunks: spec });
}

function isBlockList(lengths: readonly unknown[]): boolean {
  const isLength = (n: unknown) => Number.isNaN(n) || (Number.isSafeInteger(n) && Number(n) >= 0);
  return lengths.length > 0 && lengths.every(isLength);
}

function checkBlockCount(blocks: number, shape: readonly number[]): void {
  if (blocks <= BLOCKS_MAX) return;
  throw new ArgumentError(
    "chunks",
    `these chunks cut shape ${formatShape(shape)} into ${blocks} blocks, at most ${BLOCKS_MAX} are possible: use larger chunks`,
    { shape, blocks },
  );
}

/** Blocks of `block` elements with a shorter one at the end. */
export function uniformAxis(length: number, block: number): readonly number[] {
  if (length === 0) return [0];
  if (!(block > 0) || !Number.isInteger(block)) {
    throw new ArgumentError(
      "chunks",
      `a block length must be a whole number from 1, got ${block} (use -1 for the whole axis)`,
      { block },
    );
  }
  const whole = Math.floor(length / block);
  checkBlockCount(whole, [length]);
  const axis = new Array<number>(whole).fill(block);
  if (length % block > 0) axis.push(length % block);
  return axis;
}

function entriesPerAxis(spec: ChunkSpec, shape: readonly number[]): readonly AxisChunks[] {
  if (spec === undefined || spec === null) {
    throw new ArgumentError("chunks", `chunks are missing: give a block length, a list or "auto"`);
  }
  if (typeof spec === "number" || typeof spec === "string") return shape.map(() => spec);
  if (!Array.isArray(spec)) return entriesOfObject(spec as Record<string, AxisChunks>, shape);
  const list = spec as readonly AxisChunks[];
  if (list.length === 0 && shape.length > 0 && shape.every((n) => n === 0)) return shape;
  const flat = list.every((entry) => typeof entry === "number" || typeof entry === "string");
  if (shape.length === 1 && list.length > 1 && flat) return [list as readonly number[]];
  if (list.length !== shape.length) {
    throw new ArgumentError(
      "chunks",
      `chunks are for ${formatCount(list.length, "axis")}, the shape ${formatShape(shape)} has ${shape.length}: give a length or a list for each axis, or one number for all`,
      { chunks: spec, shape },
    );
  }
  return list;
}

function entriesOfObject(
  spec: Readonly<Record<string, AxisChunks>>,
  shape: readonly number[],
): readonly AxisChunks[] {
  const entries: AxisChunks[] = shape.map(() => null);
  for (const [key, entry] of Object.entries(spec)) {
    const axis = Number(key) < 0 ? Number(key) + shape.length : Number(key);
    if (!Number.isInteger(axis) || axis < 0 || axis >= shape.length) {
      throw new ArgumentError(
        "chunks",
        `chunks name axis ${key}, the shape ${formatShape(shape)} has ${formatCount(shape.length, "axis")}`,
        { chunks: spec, shape },
      );
    }
    entries[axis] = entry;
  }
  return entries;
}

/** Byte strings become "auto", and the one limit that they and the options agree on. */
function withoutByteStrings(
  entries: readonly AxisChunks[],
  shape: readonly number[],
  limit: number | string | undefined,
): { partial: PartialChunks; limitBytes: number | undefined } {
  let limitBytes = typeof limit === "string" ? parseBytes(limit) : limit;
  const partial = entries.map((entry, axis) => {
    if (entry === null || entry === -1) return shape[axis] as number;
    if (typeof entry !== "string") return entry;
    if (entry === "auto") return "auto" as const;
    const bytes = blockBytes(entry);
    limitBytes ??= bytes;
    if (bytes !== limitBytes) {
      throw new ArgumentError(
        "chunks",
        `chunks ask for blocks of ${bytes} and of ${limitBytes} bytes: give one size`,
        { bytes, limitBytes },
      );
    }
    return "auto" as const;
  });
  return { partial, limitBytes };
}

/** The bytes of a block, in words. */
function blockBytes(text: string): number {
  const bytes = bytesIn(text);
  if (bytes !== undefined) return bytes;
  throw new ArgumentError(
    "chunks",
    `chunks are ${JSON.stringify(text)}: expected lengths, "auto", or the bytes of a block, such as "64MiB"`,
    { chunks: text },
  );
}

function requireItemBytes(itemBytes: number | undefined): number {
  if (itemBytes !== undefined) return itemBytes;
  throw new ArgumentError("chunks", `"auto" chunks need the size of an element: give a dtype`);
}

function checkAxisChunks(
  lengths: readonly number[],
  length: number,
  axis: number,
  shape: readonly number[],
): readonly number[] {
  const whole = lengths.every((n) => Number.isSafeInteger(n) && n >= 0);
  const sum = lengths.reduce((a, b) => a + b, 0);
  if (lengths.length === 0 || !whole || sum !== length) {
    const shown = lengths.length > 12 ? `${lengths.slice(0, 12)}…` : `${lengths}`;
    throw new ArgumentError(
      "chunks",
      `chunks [${shown}] of axis ${axis} ${whole ? `add up to ${sum}` : "are no block lengths"}, ` +
        `the shape ${formatShape(shape)} needs ${length} there`,
      { chunks: lengths, axis, shape },
    );
  }
  return lengths;
}
