// Content-addressed names: equal layers have equal names, in every process. A name is a readable
// prefix and 128 bits of SHA-256 over the layer's canonical text.
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import { provided, Service } from "../../base/host.js";
import { annotatedFields } from "./annotations.js";
import { encodeAxis } from "./axis-runs.js";
import type { Chunks } from "./chunks.js";
import type { FusedStep, Layer, LayerName, SourceRegion } from "./layer.js";

/** A layer that has no name yet. */
export type Unnamed<L extends Layer> = L extends Layer ? Omit<L, "name"> : never;

/** The first 128 bits of SHA-256 of bytes, or of a text in UTF-8, in hexadecimal. */
export type Hasher = (content: string | Uint8Array) => string;

/**
 * A faster hasher, if the program has one: Node's takes a fifth of the time, but does not run
 * everywhere.
 */
export const HASHER = new Service<Hasher>("hasher");

const hashHere: Hasher = (content) =>
  bytesToHex(sha256(typeof content === "string" ? utf8ToBytes(content) : content).subarray(0, 16));

function hash(content: string | Uint8Array): string {
  return (provided(HASHER) ?? hashHere)(content);
}

/** 128 bits of hash over `text`, in hexadecimal. */
export function hashText(text: string): string {
  return hash(text);
}

/** 128 bits of hash over bytes, in hexadecimal. */
export function hashBytes(bytes: Uint8Array): string {
  return hash(bytes);
}

/**
 * JSON text in which NaN, infinities and -0 keep their identity and typed arrays count by content.
 */
export function canonicalText(value: unknown): string {
  // The text is the same either way; calling back for every value takes five times as long.
  if (isSelfDescribing(value)) return JSON.stringify(value);
  return JSON.stringify(value, (_key, item: unknown) => {
    if (typeof item === "number" && (!Number.isFinite(item) || Object.is(item, -0))) {
      return { $number: Object.is(item, -0) ? "-0" : String(item) };
    }
    if (ArrayBuffer.isView(item)) {
      const bytes = new Uint8Array(item.buffer, item.byteOffset, item.byteLength);
      return { $bytes: hashBytes(bytes), type: item.constructor.name };
    }
    if (typeof item === "bigint") return { $bigint: String(item) };
    return item;
  });
}

/** Whether JSON can represent `value` and everything in it. */
function isSelfDescribing(value: unknown): boolean {
  if (typeof value === "number") return Number.isFinite(value) && !Object.is(value, -0);
  if (typeof value !== "object" || value === null) return typeof value !== "bigint";
  if (ArrayBuffer.isView(value)) return false;
  if (Array.isArray(value)) return value.every(isSelfDescribing);
  for (const key in value) {
    if (!isSelfDescribing((value as Record<string, unknown>)[key])) return false;
  }
  return true;
}

/**
 * The layer with its name: `word`, a dash and the hash of all other fields. Chunks count in
 * run-length form, so that naming costs little for a million equal blocks.
 *
 * @param standIns hashed in place of parts that are too large to hash
 */
export function nameLayer<L extends Layer>(
  word: string,
  layer: Unnamed<L>,
  standIns?: { readonly [part: string]: unknown },
): L {
  const fields = standIns === undefined ? layer : { ...layer, ...standIns };
  const name = `${word}-${hashText(contentText(layer as Layer, fields))}` as LayerName;
  // Takes half the time of spreading two objects into a third.
  return Object.assign(annotatedFields(), layer, { name }) as unknown as L;
}

/**
 * The canonical text of a layer's content, field by field: an object made for it would have fields
 * of its own, and takes twice the time.
 */
function contentText(layer: Layer, fields: object): string {
  let text = "";
  for (const key in fields) {
    const content = contentOf(layer, key, (fields as Record<string, unknown>)[key]);
    const written = content === undefined ? undefined : canonicalText(content);
    if (written !== undefined) text += `${text === "" ? "" : ","}"${key}":${written}`;
  }
  return `{${text}}`;
}

/** What a field says of the layer's values; undefined for nothing. */
function contentOf(layer: Layer, key: string, value: unknown): unknown {
  switch (key) {
    // They decide where and when it is computed.
    case "resources":
    case "terms":
      return undefined;
    case "chunks":
    case "loopChunks":
      return (value as Chunks | undefined)?.map(encodeAxis);
    // The fields behind the name of the whole array may be too large to hash again.
    case "generator":
      return (layer as { region?: SourceRegion }).region === undefined ? value : undefined;
    // Steps and roots have names of their own contents.
    case "steps":
      return layer.kind === "fused" ? (value as readonly FusedStep[]).map(stepContent) : value;
    case "root":
      return (value as Layer | undefined)?.name;
    default:
      return value;
  }
}

function stepContent({ layer, reads, axes }: FusedStep): unknown {
  return [layer.name, reads, axes];
}

/** The readable prefix of a name: `add` of `add-3f2a1b…`. */
export function wordOf(name: LayerName): string {
  return name.slice(0, name.lastIndexOf("-"));
}

/**
 * A prefix of a layer's name made from a function's name: letters, digits, dots and underscores.
 */
export function wordFrom(text: string, fallback: string): string {
  const word = text.replaceAll(/[^\p{L}\p{N}_.]+/gu, "_").slice(0, 60);
  return word === "" || word === "_" ? fallback : word;
}

/** The name for display, with seven digits of the hash: `add-3f2a1b0`. */
export function shortName(name: LayerName): string {
  const dash = name.lastIndexOf("-");
  return name.slice(0, dash + 8);
}

/** The name of a job for display, by its outputs: `add-3f2a1b0`, or `add-3f2a1b0 and 2 more`. */
export function jobName(outputs: readonly LayerName[]): string {
  const [first] = outputs;
  if (first === undefined) return "without outputs";
  return outputs.length === 1
    ? shortName(first)
    : `${shortName(first)} and ${outputs.length - 1} more`;
}

/** The key of a task for display: `add-3f2a1b0(0, 3)`. */
export function taskKey(name: LayerName, blockIndex: readonly number[]): string {
  return `${shortName(name)}(${blockIndex.join(", ")})`;
}
