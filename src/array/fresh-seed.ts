// The one impurity of this room: a seed for random arrays whose caller gave none.

/** A seed that was not used before: 53 random bits, so that it is a whole number. */
export function freshSeed(): number {
  const [low = 0, high = 0] = globalThis.crypto.getRandomValues(new Uint32Array(2));
  return (high % 2 ** 21) * 2 ** 32 + low;
}
