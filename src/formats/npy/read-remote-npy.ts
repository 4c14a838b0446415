// `.npy` files on servers: the header, and blocks by ranges of bytes. Runs that are close
// together come in one request, and several requests are under way at once.
import type { Block } from "../../base/block.js";
import { itemBytes } from "../../base/dtype.js";
import { ArgumentError, isTileworkError } from "../../base/errors.js";
import { reasonOf } from "../../base/reason.js";
import type { SourceLayer } from "../../graph/model/layer.js";
import type { SourceGenerator } from "../../graph/model/source-generator.js";
import { forEachRun } from "../files/element-runs.js";
import { describeRemote, readRemote } from "../remote/remote-files.js";
import { NPY_HEADER_BYTES_MAX, type NpyHeader } from "./npy-header.js";
import { type NpyRegion, regionOf } from "./read-npy.js";
import { parseHeaderOf, requireWhole } from "./read-npy-header.js";

type NpyGenerator = Extract<SourceGenerator, { type: "npy" }>;

/** Bytes between two runs that take no longer than a request of their own. */
const GAP_BYTES_MAX = 2 ** 17;
/** The most bytes of one request: a stalled one is sent again as a whole. */
const REQUEST_BYTES_MAX = 2 ** 22;
/** Requests that one block has under way. */
const REQUESTS_MAX = 8;

/**
 * The header, and a version that changes when the file does.
 *
 * @throws ArgumentError `argument.value` when the server does not answer, there is no such file, or
 * it is shorter than by its header; `argument.dtype` when we have no dtype for its elements
 */
export async function readRemoteNpyHeader(
  address: string,
  timeoutMs: number,
): Promise<{ readonly header: NpyHeader; readonly version: string }> {
  try {
    const file = await describeRemote(address, timeoutMs);
    if (file === undefined) throw new Error("there is no such file");
    const { bytes, version } = file;
    const range = { offset: 0, length: Math.min(bytes, NPY_HEADER_BYTES_MAX) };
    const start =
      bytes === 0 ? new Uint8Array(0) : await readPart(address, { range, timeoutMs, version });
    const header = parseHeaderOf(start, address);
    requireWhole(header, bytes, address);
    return { header, version };
  } catch (error) {
    if (isTileworkError(error)) throw error;
    const reason = reasonOf(error);
    throw new ArgumentError("value", `cannot open ${address}: ${reason}`, { address });
  }
}

/**
 * Reads block number `block` of an array in a `.npy` file on a server into `output`.
 *
 * @throws ArgumentError `argument.value` when the server fails, or the file ends too early or
 * changed
 */
export async function readRemoteNpyBlock(
  layer: SourceLayer,
  generator: NpyGenerator,
  block: number,
  output: Block,
): Promise<void> {
  const region = regionOf(layer, generator, block, output);
  if (region === undefined) return;
  const waiting = requestsFor(region, generator.byteOffset);
  const readSome = async () => {
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      await readRequest(next, generator, region.bytes).catch((error: unknown) => {
        waiting.length = 0;
        throw error;
      });
    }
  };
  // All have ended when the block fails: none writes into memory that is another's by then.
  const ends = await Promise.allSettled(Array.from({ length: REQUESTS_MAX }, readSome));
  const failed = ends.find((end) => end.status === "rejected");
  if (failed !== undefined) {
    const { path } = generator;
    const { reason } = failed;
    const said = reasonOf(reason);
    const text = `cannot read block (${region.starts.join(", ")}) of ${path}: ${said}`;
    throw new ArgumentError("value", text, { address: path });
  }
  region.finish();
}

/** A range of the file, and the runs of the region in it. */
interface RangeRequest {
  readonly start: number;
  end: number;
  /** For each run where it begins in the file and in the region, and its length, in bytes. */
  readonly runs: [inFile: number, inRegion: number, length: number][];
}

/** The requests for a region, the last one first. */
function requestsFor({ shape, starts, target }: NpyRegion, byteOffset: number): RangeRequest[] {
  const bytesEach = itemBytes(target.dtype);
  const requests: RangeRequest[] = [];
  const add = (inFile: number, inRegion: number, length: number) => {
    const last = requests.at(-1);
    const end = inFile + length;
    if (
      last === undefined ||
      inFile - last.end > GAP_BYTES_MAX ||
      end - last.start > REQUEST_BYTES_MAX
    ) {
      requests.push({ start: inFile, end, runs: [[inFile, inRegion, length]] });
    } else {
      last.end = end;
      last.runs.push([inFile, inRegion, length]);
    }
  };
  forEachRun(shape, starts, target.shape, (inArray, inBox, count) => {
    const [length, inFile] = [count * bytesEach, byteOffset + inArray * bytesEach];
    for (let at = 0; at < length; at += REQUEST_BYTES_MAX) {
      add(inFile + at, inBox * bytesEach + at, Math.min(REQUEST_BYTES_MAX, length - at));
    }
  });
  return requests.reverse();
}

async function readRequest(
  { start, end, runs }: RangeRequest,
  { path, timeoutMs, version }: NpyGenerator,
  into: Uint8Array,
): Promise<void> {
  const range = { offset: start, length: end - start };
  const bytes = await readPart(path, { range, timeoutMs, version });
  for (const [inFile, inRegion, length] of runs) {
    into.set(bytes.subarray(inFile - start, inFile - start + length), inRegion);
  }
}

async function readPart(
  address: string,
  read: Parameters<typeof readRemote>[1],
): Promise<Uint8Array> {
  const bytes = await readRemote(address, read);
  if (bytes === undefined) throw new Error("it was removed while it was read");
  return bytes;
}
