// Assembles values of any kind from their blocks: the results of `compute` for bags and calls.
import type { Block } from "../../base/block.js";
import type { Assembling } from "../../graph/ports/collection.js";
import { unpackWhenReady } from "./value-bytes.js";

/** One value out of those of all blocks of a node. */
export class ValueAssembly implements Assembling {
  readonly #packed: Uint8Array[];
  readonly #join: (values: readonly unknown[]) => unknown;

  /** @param count how many blocks there are */
  constructor(count: number, join: (values: readonly unknown[]) => unknown) {
    this.#packed = new Array(count);
    this.#join = join;
  }

  put(block: number, { data, offset, shape }: Block): void {
    // The memory is used for something else once this returns.
    this.#packed[block] = (data as Uint8Array).slice(offset, offset + (shape[0] ?? 0));
  }

  value(): Promise<unknown> {
    return Promise.all(this.#packed.map(unpackWhenReady)).then(this.#join);
  }
}
