// Random orders of 0 … n - 1 that any block can compute a part of. Short ones are shuffled as a
// whole (Fisher and Yates), exactly uniform over all orders. For long ones, a keyed bijection gives
// the value at a position in constant time and memory: a Feistel network over two digits (Black and
// Rogaway, "Ciphers with arbitrary finite domains", 2002), which is repeated for values from n on.
import { philox4x32 } from "../uniform/philox.js";
import type { Sample } from "./sampler.js";

/** Up to this length an order is shuffled as a whole. */
const SHUFFLED_MAX = 65_536;

/** Four suffice for pseudorandomness (Luby and Rackoff) of long halves; these halves are short. */
const ROUNDS = 12;

/** The fourth word of the counters here; the array's stream has 0. */
const SHUFFLE = 2;
const ROUND_KEYS = 3;

/** The value at the stream's position in a random order of 0 … n - 1, which its key names. */
export function permutationOf(n: number): Sample {
  let order: ((position: number) => number) | undefined;
  return (stream) => {
    order ??= n <= SHUFFLED_MAX ? shuffled(n, stream.key) : bijection(n, stream.key);
    return order(stream.position);
  };
}

function shuffled(n: number, key: readonly [number, number]): (position: number) => number {
  const order = Uint32Array.from({ length: n }, (_, i) => i);
  const words = new Uint32Array(4);
  for (let i = n - 1; i > 0; i--) {
    words.set([i, 0, 0, SHUFFLE]);
    philox4x32(words, key);
    // 53 bits for at most 65,536 values: the bias is below 2^-37.
    const bits = ((words[0] as number) >>> 5) * 67_108_864 + ((words[1] as number) >>> 6);
    const j = Math.floor(bits * 2 ** -53 * (i + 1));
    const held = order[i] as number;
    order[i] = order[j] as number;
    order[j] = held;
  }
  return (position) => order[position] as number;
}

/**
 * A number is `left + size · right`; rounds add a keyed hash of one digit to the other, by turns.
 */
function bijection(n: number, key: readonly [number, number]): (position: number) => number {
  const size = Math.ceil(Math.sqrt(n));
  const keys = new Uint32Array(2 * ROUNDS);
  const words = new Uint32Array(4);
  for (let i = 0; i < keys.length; i += 4) {
    words.set([i, 0, 0, ROUND_KEYS]);
    philox4x32(words, key);
    keys.set(words, i);
  }
  return (position) => {
    let value = position;
    do {
      let right = Math.floor(value / size);
      let left = value - right * size;
      for (let i = 0; i < keys.length; i += 2) {
        // The hash is cut to the digit by a product, which takes its upper bits.
        const hash = mix((right ^ (keys[i] as number)) | 0, keys[i + 1] as number);
        const sum = left + Math.floor(hash * 2 ** -32 * size);
        left = right;
        right = sum < size ? sum : sum - size;
      }
      value = left + right * size;
    } while (value >= n);
    return value;
  };
}

/** The finaliser of MurmurHash3 (Appleby) with a key in its middle. */
function mix(word: number, key: number): number {
  let h = word;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = (h + key) | 0;
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
