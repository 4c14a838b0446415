// Allocates ranges of a stretch of memory: the lowest that fits, joined with free neighbours when
// it comes back.
import { assert } from "../base/assert.js";

/** A free range. */
interface Gap {
  start: number;
  bytes: number;
}

/** Ranges of `0` to `bytes`. */
export class RangeAllocator {
  readonly bytes: number;
  /** In order, and never next to each other. */
  readonly #gaps: Gap[];

  constructor(bytes: number) {
    this.bytes = bytes;
    this.#gaps = [{ start: 0, bytes }];
  }

  /** Bytes before `end` that are free. */
  freeBytesBelow(end: number): number {
    let free = 0;
    for (const { start, bytes } of this.#gaps)
      free += Math.max(0, Math.min(start + bytes, end) - start);
    return free;
  }

  /**
   * Where a free range of `bytes` begins, which is in use from now on; undefined when there is
   * none.
   */
  take(bytes: number): number | undefined {
    const index = this.#gaps.findIndex((gap) => gap.bytes >= bytes);
    const gap = this.#gaps[index];
    if (gap === undefined) return undefined;
    const { start } = gap;
    gap.start += bytes;
    gap.bytes -= bytes;
    if (gap.bytes === 0) this.#gaps.splice(index, 1);
    return start;
  }

  /** Takes a range back. */
  giveBack(start: number, bytes: number): void {
    let index = this.#gaps.findIndex((gap) => gap.start > start);
    if (index < 0) index = this.#gaps.length;
    const before = this.#gaps[index - 1];
    const after = this.#gaps[index];
    const end = start + bytes;
    const isApart =
      (before === undefined || before.start + before.bytes <= start) &&
      end <= (after?.start ?? this.bytes);
    assert(isApart, "a range was given back that was free", { start, bytes });
    const gap = { start, bytes };
    const joinsAfter = after !== undefined && after.start === end;
    if (joinsAfter) gap.bytes += after.bytes;
    if (before !== undefined && before.start + before.bytes === start) {
      before.bytes += gap.bytes;
      if (joinsAfter) this.#gaps.splice(index, 1);
    } else {
      this.#gaps.splice(index, joinsAfter ? 1 : 0, gap);
    }
  }
}
