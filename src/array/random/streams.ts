// Where the seeds of random arrays come from: a generator's key and the number of the call, hashed
// by Philox, so that every call has a stream of its own.
import { ArgumentError } from "../../base/errors.js";
import { philox4x32 } from "../../kernels/uniform/philox.js";
import { freshSeed } from "../layers/fresh-seed.js";

/** The seed of a generator: a whole number from 0, or several of them. */
export type Seed = number | bigint | readonly (number | bigint)[];

type Key = readonly [number, number];

/** The last word of a counter names the purpose of its hash. */
const FOR_ENTROPY = 1;
const FOR_ARRAYS = 2;
const FOR_CHILDREN = 3;

/** A generator's streams: its key and how many arrays and children were made from it. */
export class RandomStreams {
  #key: Key | undefined;
  #arrays = 0;
  #children = 0;

  /** Users make generators by `defaultRng`. */
  constructor(seed?: Seed | null) {
    if (seed !== undefined && seed !== null) this.#key = keyOf(seed);
  }

  /** The seed of the next array. */
  protected nextSeed(): number {
    const [low = 0, high = 0] = this.#hash(this.#arrays++, FOR_ARRAYS);
    return (high & 0x1fffff) * 2 ** 32 + low;
  }

  /** The key of the next child. */
  protected nextKey(): readonly number[] {
    return this.#hash(this.#children++, FOR_CHILDREN);
  }

  /** Without a seed the key is drawn when it is first needed. */
  #hash(number: number, purpose: number): readonly number[] {
    this.#key ??= keyOf([freshSeed(), freshSeed()]);
    return hash([number, number / 2 ** 32, 0, purpose], this.#key);
  }
}

/** Every 32-bit word of the seed is mixed into the key, with its position. */
function keyOf(seed: Seed): Key {
  const numbers = Array.isArray(seed) ? (seed as readonly (number | bigint)[]) : [seed];
  let key: Key = [numbers.length, 0];
  numbers.forEach((number, place) => {
    wordsOf(number as number | bigint).forEach((word, digit) => {
      const [low = 0, high = 0] = hash([word, digit, place, FOR_ENTROPY], key);
      key = [low, high];
    });
  });
  return key;
}

function wordsOf(number: number | bigint): number[] {
  const isWhole = typeof number === "bigint" || Number.isSafeInteger(number);
  if (!isWhole || number < 0) {
    throw new ArgumentError(
      "value",
      `a seed is a whole number from 0, or a list of them, got ${String(number)}`,
      { seed: number },
    );
  }
  const words: number[] = [];
  for (let rest = BigInt(number); words.length === 0 || rest > 0n; rest >>= 32n) {
    words.push(Number(BigInt.asUintN(32, rest)));
  }
  return words;
}

function hash(words: readonly number[], key: Key): readonly number[] {
  const counter = Uint32Array.from(words);
  philox4x32(counter, key);
  return [...counter];
}
