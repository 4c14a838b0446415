// Divides bytes of a text file at line ends: whole files, or runs of bytes that begin and end at
// line ends.

/** Cuts bytes at line ends: of a run of a file, those of the lines that begin in it. */
export class LineCutter {
  isAtEnd = false;
  /** Where the first line begins in the file, once that is known. */
  start: number;
  readonly #delimiter: Buffer;
  readonly #to: number;
  #isSkipping: boolean;
  /** Where the bytes that are kept begin in the file. */
  #position: number;
  #kept: Buffer[] = [];

  constructor(delimiter: Buffer, from: number, to: number) {
    this.#delimiter = delimiter;
    this.#to = to;
    this.#isSkipping = from > 0;
    this.start = from;
    this.#position = Math.max(from - delimiter.length, 0);
  }

  /** Whole lines up to the last line end so far, without that line end. */
  take(bytes: Buffer): Buffer | undefined {
    // A line as long as many pieces is put together once.
    const single = this.#delimiter.length === 1;
    this.#kept.push(bytes);
    if (single && !bytes.includes(this.#delimiter)) return undefined;
    let all = this.#kept.length === 1 ? bytes : Buffer.concat(this.#kept);
    if (this.#isSkipping) {
      const first = all.indexOf(this.#delimiter);
      if (first < 0) return this.#keep(all);
      all = this.#drop(all, first + this.#delimiter.length);
      this.#isSkipping = false;
      this.start = this.#position;
    }
    if (this.#position >= this.#to) {
      this.isAtEnd = true;
      return undefined;
    }
    // The line after a line end that reaches `to` belongs to the next reader.
    const last = Math.max(this.#to - this.#delimiter.length - this.#position, 0);
    const end = last < all.length ? all.indexOf(this.#delimiter, last) : -1;
    if (end >= 0) {
      this.isAtEnd = true;
      return all.subarray(0, end);
    }
    const cut = all.lastIndexOf(this.#delimiter);
    if (cut < 0) return this.#keep(all);
    this.#keep(this.#drop(all, cut + this.#delimiter.length));
    return all.subarray(0, cut);
  }

  /** The line that the file ends with, where no line end does. */
  rest(): Buffer | undefined {
    const all = Buffer.concat(this.#kept);
    return this.#isSkipping || this.#position >= this.#to || all.length === 0 ? undefined : all;
  }

  #keep(bytes: Buffer): undefined {
    this.#kept = bytes.length === 0 ? [] : [bytes];
  }

  #drop(bytes: Buffer, count: number): Buffer {
    this.#position += count;
    return bytes.subarray(count);
  }
}
