// Radix sorts, least significant byte first: stable, and as fast for any order that is there
// before. Floats and signed integers become unsigned keys of the same order; NaN becomes the
// largest. Memory is laid out by ../radix-sort.ts; a spare array is as long as the values.

/** The type of number that the bits encode. */
enum Kind {
  unsigned,
  signed,
  float,
}

/** Where counts are: 256 for each byte of a key. */
const COUNTS: usize = 0;

/** Sorts `count` values of 8 bytes. The final place: at `values` or at `spare`. */
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
 * Sorts 32-bit `places`, with spare ones behind them, by their `count` values of 8 bytes, which are
 * overwritten; the largest first when `descending`, except for NaN. The final place of the places.
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

@inline
function order<T>(values: usize, spare: usize, places: usize, count: i32): usize {
  for (let i = 0; i < count; i++) store<u32>(places + (<usize>i << 2), i);
  const others = places + (<usize>count << 2);
  const sorted = passes<T>(values, spare, places, others, count);
  return sorted == values ? places : others;
}

/** @param equalZeros whether zeros of either sign become one key, which cannot be undone */
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
@inline
function turnKeys<T>(kind: Kind, at: usize, count: i32): void {
  for (let i = 0; i < count; i++) {
    const key = load<T>(at);
    if (kind != Kind.float || key != ~(<T>0)) store<T>(at, ~key);
    at += sizeof<T>();
  }
}

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

/**
 * Merges two sorted runs of values of 8 bytes, from `start` and `middle` up to `end` (places), into
 * the same places of `to`, NaN last, and equal ones of the first run first; `notes`, unless 0, are
 * 32-bit numbers that are moved with them to `otherNotes`.
 */
export function merge64(
  kind: Kind, from: usize, to: usize, start: i32, middle: i32, end: i32, notes: usize, otherNotes: usize,
): void {
  if (kind == Kind.float) return merge<f64>(from, to, start, middle, end, notes, otherNotes);
  if (kind == Kind.signed) return merge<i64>(from, to, start, middle, end, notes, otherNotes);
  merge<u64>(from, to, start, middle, end, notes, otherNotes);
}

/** The same of 4 bytes. */
export function merge32(
  kind: Kind, from: usize, to: usize, start: i32, middle: i32, end: i32, notes: usize, otherNotes: usize,
): void {
  if (kind == Kind.float) return merge<f32>(from, to, start, middle, end, notes, otherNotes);
  if (kind == Kind.signed) return merge<i32>(from, to, start, middle, end, notes, otherNotes);
  merge<u32>(from, to, start, middle, end, notes, otherNotes);
}

function merge<T>(
  from: usize, to: usize, start: i32, middle: i32, end: i32, notes: usize, otherNotes: usize,
): void {
  const numbersEnd = endOfNumbers<T>(from, start, middle);
  const othersEnd = endOfNumbers<T>(from, middle, end);
  let i = start;
  let j = middle;
  let at = start;
  let iEnd = numbersEnd;
  let jEnd = othersEnd;
  const count = iEnd - i + jEnd - j;
  let atEnd = start + count;
  // The order of the two is random: nothing may branch on it. From both ends at once, no step waits
  // for the one before; this many steps from either end cannot pass the end of a run.
  for (let steps = min(iEnd - i, jEnd - j); steps > 0; steps--) {
    const isRight = isLess<T>(from, j, i);
    take<T>(from, to, i ^ ((i ^ j) & -isRight), at, notes, otherNotes);
    j += isRight;
    i += 1 - isRight;
    at++;
    const isLeft = isLess<T>(from, jEnd - 1, iEnd - 1);
    jEnd -= 1 - isLeft;
    iEnd -= isLeft;
    atEnd--;
    take<T>(from, to, jEnd ^ ((iEnd ^ jEnd) & -isLeft), atEnd, notes, otherNotes);
  }
  while (i < iEnd && j < jEnd) {
    const isRight = isLess<T>(from, j, i);
    take<T>(from, to, i ^ ((i ^ j) & -isRight), at, notes, otherNotes);
    j += isRight;
    i += 1 - isRight;
    at++;
  }
  at = append<T>(from, to, i, iEnd, at, notes, otherNotes);
  append<T>(from, to, j, jEnd, at, notes, otherNotes);
  at = append<T>(from, to, numbersEnd, middle, start + count, notes, otherNotes);
  append<T>(from, to, othersEnd, end, at, notes, otherNotes);
}

@inline
function isLess<T>(from: usize, a: i32, b: i32): i32 {
  return <i32>(load<T>(from + place<T>(a)) < load<T>(from + place<T>(b)));
}

@inline
function take<T>(
  from: usize, to: usize, taken: i32, at: i32, notes: usize, otherNotes: usize,
): void {
  store<T>(to + place<T>(at), load<T>(from + place<T>(taken)));
  if (notes) store<u32>(otherNotes + place<u32>(at), load<u32>(notes + place<u32>(taken)));
}

@inline
function place<T>(at: i32): usize {
  return <usize>at * sizeof<T>();
}

/** Where NaN begin, which are last. */
@inline
function endOfNumbers<T>(from: usize, start: i32, end: i32): i32 {
  if (isInteger<T>()) return end;
  let at = end;
  for (; at > start; at--) {
    const last = load<T>(from + place<T>(at - 1));
    if (last == last) break;
  }
  return at;
}

/** Copies places `start` to `end`; where the next ones go. */
@inline
function append<T>(
  from: usize, to: usize, start: i32, end: i32, at: i32, notes: usize, otherNotes: usize,
): i32 {
  memory.copy(to + place<T>(at), from + place<T>(start), place<T>(end - start));
  if (notes) {
    memory.copy(otherNotes + place<u32>(at), notes + place<u32>(start), place<u32>(end - start));
  }
  return at + end - start;
}
