// The one impurity of this room: a number that nobody has drawn before, for random arrays whose caller
// gave no seed and for data that is too large to be named by its content.

/** A seed that was not used before: 53 random bits, so that it is a whole number. */
export function freshSeed(): number {
  const [low = 0, high = 0] = globalThis.crypto.getRandomValues(new Uint32Array(2));
  return (high % 2 ** 21) * 2 ** 32 + low;
}
