// LZW as TIFF has it: codes of 9 to 12 bits, highest bit first. The decoder of the package geotiff
// goes in circles in damaged tiles until the process ends.

const [CLEAR, END, FIRST_FREE] = [256, 257, 258];
const CODES_MAX = 4_096;

/**
 * The bytes that a tile holds.
 *
 * @param bytesMax how many there are at most
 * @throws Error when a code has no meaning, or there are more bytes
 */
export function decodeLzw(packed: Uint8Array, bytesMax: number): Uint8Array<ArrayBuffer> {
  const output = new Growing(packed.length * 4, bytesMax);
  // The bytes of a code are those of another, and one more.
  const prefixes = new Uint16Array(CODES_MAX);
  const lasts = Uint8Array.from({ length: CODES_MAX }, (_, code) => code);
  const lengths = new Uint16Array(CODES_MAX).fill(1);
  let [free, before] = [FIRST_FREE, -1];
  for (const read = codeReader(packed); ; ) {
    const code = read(free);
    if (code === END) return output.bytes();
    if (code === CLEAR) {
      [free, before] = [FIRST_FREE, -1];
      continue;
    }
    const isNew = code === free && before >= 0;
    if (code >= free && !isNew) throw new Error(`its LZW code ${code} has no meaning`);
    const known = isNew ? before : code;
    const length = lengths[known] as number;
    const { bytes, end } = output.room(isNew ? length + 1 : length);
    let at = isNew ? end - 2 : end - 1;
    let each = known;
    for (let left = length; left > 1; left--) {
      bytes[at--] = lasts[each] as number;
      each = prefixes[each] as number;
    }
    const first = lasts[each] as number;
    bytes[at] = first;
    if (isNew) bytes[end - 1] = first;
    if (before >= 0 && free < CODES_MAX) {
      prefixes[free] = before;
      lasts[free] = first;
      lengths[free] = (lengths[before] as number) + 1;
      free++;
    }
    before = code;
  }
}

/** Gives code after code; they are longer where more are in use. An end without END is one, too. */
function codeReader(packed: Uint8Array): (free: number) => number {
  let [bits, held, at] = [0, 0, 0];
  return (free) => {
    // One earlier than there is need.
    const width = free < 511 ? 9 : free < 1_023 ? 10 : free < 2_047 ? 11 : 12;
    while (held < width) {
      if (at === packed.length) return END;
      bits = ((bits << 8) | (packed[at++] as number)) & 0xff_ff_ff;
      held += 8;
    }
    held -= width;
    return (bits >> held) & ((1 << width) - 1);
  };
}

/** Memory that grows as it is filled. */
class Growing {
  #bytes: Uint8Array<ArrayBuffer>;
  #filled = 0;
  readonly #most: number;

  constructor(first: number, most: number) {
    this.#bytes = new Uint8Array(Math.min(first, most));
    this.#most = most;
  }

  /** Memory for so many bytes more, which end at `end`. */
  room(count: number): { readonly bytes: Uint8Array; readonly end: number } {
    this.#filled += count;
    if (this.#filled > this.#most) throw new Error(`its LZW has more than ${this.#most} bytes`);
    if (this.#filled > this.#bytes.length) {
      const larger = new Uint8Array(Math.min(2 * this.#filled, this.#most));
      larger.set(this.#bytes);
      this.#bytes = larger;
    }
    return { bytes: this.#bytes, end: this.#filled };
  }

  bytes(): Uint8Array<ArrayBuffer> {
    return this.#bytes.slice(0, this.#filled);
  }
}
