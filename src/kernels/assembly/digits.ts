// Counts how many values have each value of a digit of their keys: unsigned numbers of the same
// order as the values, as sorting.ts has them; NaN has the largest. Memory is laid out by
// ../digit-counts.ts.

/** The type of number that the bits encode. */
enum Kind {
  unsigned,
  signed,
  float,
}

/**
 * Counts the first digit, above `shift`, of the keys of `count` values of 8 bytes in 32-bit
 * `counts`.
 */
export function countFirst64(kind: Kind, values: usize, count: i32, counts: usize, shift: u64): void {
  countFirst<u64>(kind, values, count, counts, shift);
}

/** The same of 4 bytes. */
export function countFirst32(kind: Kind, values: usize, count: i32, counts: usize, shift: u64): void {
  countFirst<u32>(kind, values, count, counts, <u32>shift);
}

/**
 * Counts the digit of `bits` above `shift` in keys whose earlier digits are those of `prefix`, a
 * key without the later ones.
 */
export function countNext64(
  kind: Kind, values: usize, count: i32, counts: usize, shift: u64, bits: u64, prefix: u64,
): void {
  const mask = ~(<u64>0) << (shift + bits);
  const pattern = v128.splat<u64>(rawOf<u64>(kind, prefix) & mask);
  const masks = v128.splat<u64>(mask);
  let i = 0;
  for (; i + 4 <= count; i += 4) {
    const at = values + (<usize>i << 3);
    const first = v128.eq<u64>(v128.and(v128.load(at), masks), pattern);
    const second = v128.eq<u64>(v128.and(v128.load(at, 16), masks), pattern);
    if (v128.any_true(v128.or(first, second))) {
      countSome<u64>(kind, at, 4, counts, shift, bits, prefix);
    }
  }
  countSome<u64>(kind, values + (<usize>i << 3), count - i, counts, shift, bits, prefix);
}

/** The same of 4 bytes. */
export function countNext32(
  kind: Kind, values: usize, count: i32, counts: usize, shift: u64, bits: u64, prefix: u64,
): void {
  const mask = ~(<u32>0) << <u32>(shift + bits);
  const pattern = v128.splat<u32>(rawOf<u32>(kind, <u32>prefix) & mask);
  const masks = v128.splat<u32>(mask);
  let i = 0;
  for (; i + 8 <= count; i += 8) {
    const at = values + (<usize>i << 2);
    const first = v128.eq<u32>(v128.and(v128.load(at), masks), pattern);
    const second = v128.eq<u32>(v128.and(v128.load(at, 16), masks), pattern);
    if (v128.any_true(v128.or(first, second))) {
      countSome<u32>(kind, at, 8, counts, <u32>shift, <u32>bits, <u32>prefix);
    }
  }
  const rest = values + (<usize>i << 2);
  countSome<u32>(kind, rest, count - i, counts, <u32>shift, <u32>bits, <u32>prefix);
}

@inline
function countFirst<T>(kind: Kind, values: usize, count: i32, counts: usize, shift: T): void {
  if (kind == Kind.float) {
    for (let i = 0; i < count; i++) {
      bump(counts, <usize>(keyOf<T>(Kind.float, load<T>(values)) >> shift));
      values += sizeof<T>();
    }
  } else {
    for (let i = 0; i < count; i++) {
      bump(counts, <usize>(keyOf<T>(kind, load<T>(values)) >> shift));
      values += sizeof<T>();
    }
  }
}

@inline
function countSome<T>(
  kind: Kind, values: usize, count: i32, counts: usize, shift: T, bits: T, prefix: T,
): void {
  const mask = ~(<T>0) << (shift + bits);
  const last = (<T>1 << bits) - 1;
  for (let i = 0; i < count; i++) {
    const key = keyOf<T>(kind, load<T>(values));
    if ((key & mask) == prefix) bump(counts, <usize>((key >> shift) & last));
    values += sizeof<T>();
  }
}

@inline
function bump(counts: usize, digit: usize): void {
  const at = counts + (digit << 2);
  store<u32>(at, load<u32>(at) + 1);
}

/** The key of a value's bits. */
@inline
function keyOf<T>(kind: Kind, bits: T): T {
  const top = <T>1 << <T>(sizeof<T>() * 8 - 1);
  const infinity: T = sizeof<T>() == 8 ? <T>0x7ff0000000000000 : <T>0x7f800000;
  if (kind == Kind.unsigned) return bits;
  if (kind == Kind.signed) return bits ^ top;
  if ((bits & ~top) > infinity) return ~(<T>0);
  // All bits of negative numbers turn over, the first one of others.
  return bits ^ ((<T>0 - (bits >> <T>(sizeof<T>() * 8 - 1))) | top);
}

/** The bits of a key's value, but for NaN. */
@inline
function rawOf<T>(kind: Kind, key: T): T {
  const top = <T>1 << <T>(sizeof<T>() * 8 - 1);
  if (kind == Kind.unsigned) return key;
  if (kind == Kind.float && (key & top) == 0) return ~key;
  return key ^ top;
}
