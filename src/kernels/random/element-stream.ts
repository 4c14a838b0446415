// The random numbers of one element of an array. Methods that reject need a number of numbers that
// is not known before, and yet an element may depend on nothing but its position: so every element
// has a stream of its own. Its first numbers are those of the array's stream (uniform.ts) at
// positions width · p … width · p + width - 1, made in bulk; further ones, seldom needed, come from
// Philox with the position and their number as the counter.
import { philox4x32 } from "../uniform/philox.js";
import { EXPONENTIAL, NORMAL } from "./ziggurat.js";

/** The third word of a counter is 0 in the array's stream, so that no counter is used twice. */
const FIRST_FURTHER = 1;

/** A stream of random numbers that starts again at every element. */
export class ElementStream {
  /** The element's place in the whole array, row-major. */
  position = 0;
  /** Where the element's next number is in the tile, and where they end. */
  #at = 0;
  #end = 0;
  #further = 0;
  /** The second half of the last Philox result. */
  #kept = 0;
  readonly #words = new Uint32Array(4);

  /**
   * @param key the halves of the seed
   * @param tile numbers on [0, 1) of the array's stream
   */
  constructor(
    readonly key: readonly [number, number],
    readonly tile: Float64Array,
  ) {}

  /** Begins the element at `position`, whose first `width` numbers are in the tile from `at` on. */
  begin(position: number, at: number, width: number): void {
    this.position = position;
    this.#at = at;
    this.#end = at + width;
    this.#further = 0;
  }

  /** Uniform on [0, 1), 53 bits. */
  uniform(): number {
    return this.#at < this.#end ? (this.tile[this.#at++] as number) : this.#drawFurther();
  }

  /** Uniform on (0, 1): for logarithms. */
  open(): number {
    return this.uniform() || 2 ** -54;
  }

  #drawFurther(): number {
    const number = this.#further++;
    if ((number & 1) === 1) return this.#kept;
    const words = this.#words;
    words[0] = this.position;
    words[1] = this.position / 4_294_967_296;
    words[2] = FIRST_FURTHER + (number >> 1);
    words[3] = 0;
    philox4x32(words, this.key);
    this.#kept = unitNumber(words[2], words[3]);
    return unitNumber(words[0], words[1]);
  }

  /** Standard normal, by the ziggurat method. */
  normal(): number {
    const { widths, inner, heights, tail } = NORMAL;
    for (;;) {
      const scaled = this.uniform() * 256;
      const layer = scaled | 0;
      // 45 bits on (-1, 1), taken at the middle of their interval: never 0, and symmetric.
      const place = 2 * (scaled - layer) - (1 - 2 ** -45);
      const x = place * (widths[layer] as number);
      if (Math.abs(place) < (inner[layer] as number)) return x;
      if (layer === 0) {
        const far = tail + this.#normalTail(tail);
        return x < 0 ? -far : far;
      }
      const low = heights[layer] as number;
      const y = low + this.uniform() * ((heights[layer + 1] as number) - low);
      if (y < Math.exp((-x * x) / 2)) return x;
    }
  }

  /** How far beyond `tail` a normal number is that is known to be (Marsaglia 1964). */
  #normalTail(tail: number): number {
    for (;;) {
      const x = -Math.log(this.open()) / tail;
      if (-2 * Math.log(this.open()) > x * x) return x;
    }
  }

  /** Exponential with scale 1, by the ziggurat method; never 0. */
  exponential(): number {
    const { widths, inner, heights, tail } = EXPONENTIAL;
    for (;;) {
      const scaled = this.uniform() * 256;
      const layer = scaled | 0;
      const place = scaled - layer + 2 ** -46;
      const x = place * (widths[layer] as number);
      if (place < (inner[layer] as number)) return x;
      if (layer === 0) return tail - Math.log(this.open());
      const low = heights[layer] as number;
      const y = low + this.uniform() * ((heights[layer + 1] as number) - low);
      if (y < Math.exp(-x)) return x;
    }
  }
}

/** A number on [0, 1) with 53 bits of two words. */
function unitNumber(a: number, b: number): number {
  return ((a >>> 5) * 67_108_864 + (b >>> 6)) * 2 ** -53;
}
