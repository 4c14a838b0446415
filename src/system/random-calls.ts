// The random numbers of the system's C library, which native code draws: libzmq begins to number
// the connections of a socket with one of them.
import { randomInt } from "node:crypto";
import { loadKoffi } from "./native-library.js";

type Seed = (seed: number) => boolean;

let seed: Seed | undefined;

/**
 * Has the C library's `rand()` go on from where no one can guess. Without it, all processes draw
 * the same numbers.
 *
 * @returns whether it does: not where koffi is not installed
 */
export function seedRandomCalls(): boolean {
  seed ??= bindSeed();
  return seed(randomInt(2 ** 32));
}

function bindSeed(): Seed {
  try {
    const srand = loadKoffi()?.load(null).func("srand", "void", ["uint"]);
    return (value) => {
      srand?.(value);
      return srand !== undefined;
    };
  } catch {
    return () => false;
  }
}
