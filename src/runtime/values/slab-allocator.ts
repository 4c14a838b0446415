// Small buffers: slots of one size class in slabs, so 100,000 tiny results do not need 100,000
// SharedArrayBuffers. Slabs come from LargeBuffers and return to it.
import type { LargeBuffers, PooledBuffer } from "./large-buffers.js";

const SLAB_BYTES = 256 * 1024;

/** A buffer that is cut into equal slots. */
export interface Slab {
  readonly pooled: PooledBuffer;
  readonly slotBytes: number;
  readonly slotCount: number;
  /** Slots from here on were never used. */
  fresh: number;
  /** Byte offsets of slots that were used and freed, the latest last. */
  readonly free: number[];
  used: number;
}

/** Hands out slots of slabs. */
export class SlabAllocator {
  readonly #buffers: LargeBuffers;
  /** Per slot size: slabs with room, the one to use next last. */
  readonly #open = new Map<number, Slab[]>();
  #unusedBytes = 0;

  constructor(buffers: LargeBuffers) {
    this.#buffers = buffers;
  }

  /** Bytes of slabs that are in no slot in use. */
  get unusedBytes(): number {
    return this.#unusedBytes;
  }

  /** A slab with a free slot of `slotBytes`; {@link takeSlot} must follow. */
  slabFor(slotBytes: number): Slab {
    let open = this.#open.get(slotBytes);
    if (open === undefined) this.#open.set(slotBytes, (open = []));
    let slab = open.at(-1);
    if (slab === undefined) {
      const pooled = this.#buffers.take(SLAB_BYTES);
      const slotCount = Math.floor(SLAB_BYTES / slotBytes);
      slab = { pooled, slotBytes, slotCount, fresh: 0, free: [], used: 0 };
      open.push(slab);
      this.#unusedBytes += SLAB_BYTES;
    }
    return slab;
  }

  /** Takes a slot of a slab that has one; returns its byte offset in the slab's buffer. */
  takeSlot(slab: Slab): number {
    const offset = slab.free.pop() ?? slab.pooled.byteOffset + slab.fresh++ * slab.slotBytes;
    slab.used++;
    this.#unusedBytes -= slab.slotBytes;
    if (slab.used === slab.slotCount) this.#openOf(slab).pop();
    return offset;
  }

  /**
   * Takes a slot back; a slab without any slot in use goes back unless it is the last of its size.
   */
  giveBackSlot(slab: Slab, offset: number, nowMs: number): void {
    const open = this.#openOf(slab);
    if (slab.used === slab.slotCount) open.push(slab);
    slab.free.push(offset);
    slab.used--;
    this.#unusedBytes += slab.slotBytes;
    if (slab.used === 0 && open.length > 1) {
      open.splice(open.lastIndexOf(slab), 1);
      this.#unusedBytes -= SLAB_BYTES;
      this.#buffers.giveBack(slab.pooled, nowMs);
    }
  }

  #openOf(slab: Slab): Slab[] {
    return this.#open.get(slab.slotBytes) as Slab[];
  }
}
