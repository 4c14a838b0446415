// Radix sorts, least significant byte first: stable, and as fast for any order that is there before. Floats
// and signed integers become unsigned keys of the same order; NaN becomes the largest. Memory is laid out by
// ../radix-sort.ts; a spare array is as long as the values.

/** What the bits of a value mean. */
enum Kind {
  unsigned,
  signed,
  float,
}

/** Where counts lie: 256 for each byte of a key. */
const COUNTS: usize = 0;

/** Sorts `count` values of 8 bytes. Where they lie in the end: at `values` or at `spare`. */
export function sort64(kind: Kind, values: usize, spare: usize, count: i32): usize {
  makeKeys<u64>(kind, values, count, false);
  const sorted = passes<u64>(values, spare, 0, 0, count);
  makeValues<u64>(kind, sorted, count);
  return sorted;
}

/** The same of 4 bytes. */
export function sort32(kind: Kind, values: usize, spare: usize, count: i32): usize {
  makeKeys<u32>(kind, values, count, false);
  const sorted = passes<u32>(values, spare, 0, 0, count);
  makeValues<u32>(kind, sorted, count);
  return sorted;
}

/**
 * Sorts 32-bit `places`, spare ones behind them, by the `count` values of 8 bytes that stand there, which are lost;
 * the largest first when `descending`, but for NaN. Where the places lie in the end.
 */
export function order64(
  kind: Kind, descending: bool, values: usize, spare: usize, places: usize, count: i32,
): usize {
  makeKeys<u64>(kind, values, count, true);
  if (descending) turnKeys<u64>(kind, values, count);
  return order<u64>(values, spare, places, count);
}

/** The same by values of 4 bytes. */
export function order32(
  kind: Kind, descending: bool, values: usize, spare: usize, places: usize, count: i32,
): usize {
  makeKeys<u32>(kind, values, count, true);
  if (descending) turnKeys<u32>(kind, values, count);
  return order<u32>(values, spare, places, count);
}

// @ts-ignore: decorators are AssemblyScript's
@inline
function order<T>(values: usize, spare: usize, places: usize, count: i32): usize {
  for (let i = 0; i < count; i++) store<u32>(places + (<usize>i << 2), i);
  const others = places + (<usize>count << 2);
  const sorted = passes<T>(values, spare, places, others, count);
  return sorted == values ? places : others;
}

/** @param equalZeros whether zeros of either sign become one key, which cannot be undone */
// @ts-ignore: decorators are AssemblyScript's
@inline
function makeKeys<T>(kind: Kind, at: usize, count: i32, equalZeros: bool): void {
  const top = <T>1 << <T>(sizeof<T>() * 8 - 1);
  const infinity: T = sizeof<T>() == 8 ? <T>0x7ff0000000000000 : <T>0x7f800000;
  if (kind == Kind.unsigned) return;
  for (let i = 0; i < count; i++) {
    const bits = load<T>(at);
    let key = bits ^ top;
    if (kind == Kind.float && (bits & top) != 0) key = ~bits;
    if (kind == Kind.float && (bits & ~top) > infinity) key = ~(<T>0);
    if (equalZeros && kind == Kind.float && bits == top) key = top;
    store<T>(at, key);
    at += sizeof<T>();
  }
}

/** The keys of the opposite order; those of NaN stay the largest. */
// @ts-ignore: decorators are AssemblyScript's
@inline
function turnKeys<T>(kind: Kind, at: usize, count: i32): void {
  for (let i = 0; i < count; i++) {
    const key = load<T>(at);
    if (kind != Kind.float || key != ~(<T>0)) store<T>(at, ~key);
    at += sizeof<T>();
  }
}

// @ts-ignore: decorators are AssemblyScript's
@inline
function makeValues<T>(kind: Kind, at: usize, count: i32): void {
  const top = <T>1 << <T>(sizeof<T>() * 8 - 1);
  if (kind == Kind.unsigned) return;
  for (let i = 0; i < count; i++) {
    const key = load<T>(at);
    store<T>(at, kind == Kind.float && (key & top) == 0 ? ~key : key ^ top);
    at += sizeof<T>();
  }
}

/** Sorts keys, and 32-bit places with them if there are any (`places` is not 0), byte by byte. */
// @ts-ignore: decorators are AssemblyScript's
@inline
function passes<T>(keys: usize, spare: usize, places: usize, sparePlaces: usize, count: i32): usize {
  const digits = <i32>sizeof<T>();
  memory.fill(COUNTS, 0, <usize>digits << 10);
  for (let i = 0; i < count; i++) {
    let key = load<T>(keys + <usize>i * sizeof<T>());
    for (let digit = 0; digit < digits; digit++) {
      const counter = COUNTS + (<usize>digit << 10) + (<usize>(key & 0xff) << 2);
      store<u32>(counter, load<u32>(counter) + 1);
      key >>= 8;
    }
  }
  for (let digit = 0; digit < digits; digit++) {
    const counts = COUNTS + (<usize>digit << 10);
    if (isOneDigit(counts, count)) continue;
    // Where the keys of each digit begin.
    let start: u32 = 0;
    for (let value: usize = 0; value < 1024; value += 4) {
      const some = load<u32>(counts + value);
      store<u32>(counts + value, start);
      start += some;
    }
    const shift = <T>(digit << 3);
    for (let i = 0; i < count; i++) {
      const key = load<T>(keys + <usize>i * sizeof<T>());
      const counter = counts + (<usize>((key >> shift) & 0xff) << 2);
      const to = load<u32>(counter);
      store<u32>(counter, to + 1);
      store<T>(spare + <usize>to * sizeof<T>(), key);
      if (places != 0) store<u32>(sparePlaces + (<usize>to << 2), load<u32>(places + (<usize>i << 2)));
    }
    const done = spare;
    spare = keys;
    keys = done;
    const donePlaces = sparePlaces;
    sparePlaces = places;
    places = donePlaces;
  }
  return keys;
}

/** Whether all keys have the same byte there: then they are in order by it. */
function isOneDigit(counts: usize, count: i32): bool {
  for (let value: usize = 0; value < 1024; value += 4) {
    const some = load<u32>(counts + value);
    if (some != 0) return some == <u32>count;
  }
  return true;
}
