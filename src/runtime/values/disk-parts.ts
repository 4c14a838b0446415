// Reads a part of a value from its file, run by run, since the part's elements are scattered.
// disk-values.ts knows the file.
import type { FileHandle } from "node:fs/promises";
import type { Region } from "../../graph/dependencies/regions.js";
import { contiguousStrides, sizeOf } from "../../graph/model/chunks.js";
import { readBytes, readChecked, type WrittenFile } from "./checked-files.js";

/** Bytes that are read one after the other in the time that finding a run takes. */
const SEEK_BYTES = 32 * 1024;
/** Reads under way at once: more than the threads that Node has for them. */
const READS_MAX = 8;

/** The runs of elements that a part consists of. */
interface Runs {
  readonly count: number;
  readonly bytes: number;
  /** Where run number `run` begins in the file. */
  readonly offset: (run: number) => number;
}

/** Whether a part is better read alone than cut from the whole. */
export function isWorthReading(shape: readonly number[], itemBytes: number, region: Region) {
  const { count, bytes } = runsOf(shape, itemBytes, region);
  return count * (SEEK_BYTES + readBytes(bytes)) < sizeOf(shape) * itemBytes;
}

/**
 * Reads the part at `region` of a value of `shape`, C-contiguous in `file`, into `into`.
 *
 * @throws Error when the file is too short, or differs from the written bytes
 */
export async function readPart(
  file: FileHandle,
  into: Uint8Array,
  written: WrittenFile,
  shape: readonly number[],
  itemBytes: number,
  region: Region,
): Promise<void> {
  const { count, bytes, offset } = runsOf(shape, itemBytes, region);
  let next = 0;
  const lane = async () => {
    for (let run = next++; run < count; run = next++) {
      await readChecked(file, into.subarray(run * bytes, (run + 1) * bytes), written, offset(run));
    }
  };
  await Promise.all(Array.from({ length: Math.min(READS_MAX, count) }, lane));
}

function runsOf(shape: readonly number[], itemBytes: number, { start, shape: part }: Region): Runs {
  // Behind the last axis that is cut, elements are next to each other.
  let axis = shape.length - 1;
  while (axis > 0 && part[axis] === shape[axis]) axis--;
  const outer = part.slice(0, Math.max(0, axis));
  const strides = contiguousStrides(shape);
  const origin = start.reduce((sum, at, i) => sum + at * (strides[i] as number), 0);
  return {
    count: sizeOf(outer),
    bytes: sizeOf(part.slice(outer.length)) * itemBytes,
    offset: (run) => {
      let elements = origin;
      let rest = run;
      for (let i = outer.length - 1; i >= 0; i--) {
        const extent = outer[i] as number;
        elements += (rest % extent) * (strides[i] as number);
        rest = Math.floor(rest / extent);
      }
      return elements * itemBytes;
    },
  };
}
