// Decoding of compressed chunks: blocks of LZ4
// (https://github.com/lz4/lz4/blob/dev/doc/lz4_Block_format.md), Blosc's byte shuffle, and the
// checksum CRC32C. Memory is laid out by formats/zarr/codecs-in-wasm.ts, which leaves 64 bytes
// behind each region: copies go in steps of 16 bytes past the end of the copied bytes. Nothing is
// read or written outside the regions, for any input.

/** Where the eight tables of the checksum are; they are made at the first call. */
const TABLES: usize = 0;
let hasTables: bool = false;

/** Decodes one block of LZ4; whether all bytes of it were used and all of the result filled. */
export function lz4(source: usize, sourceEnd: usize, target: usize, targetEnd: usize): bool {
  let from = source;
  let to = target;
  while (from < sourceEnd) {
    const token = <usize>load<u8>(from++);
    let literals = token >> 4;
    if (literals == 15) {
      let more: usize;
      do {
        if (from >= sourceEnd) return false;
        more = load<u8>(from++);
        literals += more;
      } while (more == 255);
    }
    if (literals > sourceEnd - from || literals > targetEnd - to) return false;
    copyForward(to, from, literals);
    from += literals;
    to += literals;
    // The last sequence is literals alone.
    if (from == sourceEnd) return to == targetEnd;
    if (sourceEnd - from < 2) return false;
    const distance = <usize>load<u16>(from);
    from += 2;
    let length = (token & 15) + 4;
    if (length == 19) {
      let more: usize;
      do {
        if (from >= sourceEnd) return false;
        more = load<u8>(from++);
        length += more;
      } while (more == 255);
    }
    if (distance == 0 || distance > to - target || length > targetEnd - to) return false;
    copyMatch(to, distance, length);
    to += length;
  }
  return false;
}

/**
 * Copies `length` bytes that do not overlap, in steps of 16: up to 15 more are written behind them.
 */
@inline
function copyForward(to: usize, from: usize, length: usize): void {
  if (length > 256) {
    memory.copy(to, from, length);
    return;
  }
  const end = to + length;
  while (to < end) {
    v128.store(to, v128.load(from));
    to += 16;
    from += 16;
  }
}

/** Repeats the bytes that begin `distance` before `to`. */
@inline
function copyMatch(to: usize, distance: usize, length: usize): void {
  const end = to + length;
  if (distance >= 16) {
    let from = to - distance;
    while (to < end) {
      v128.store(to, v128.load(from));
      to += 16;
      from += 16;
    }
  } else if (distance == 1) {
    memory.fill(to, load<u8>(to - 1), length);
  } else if (distance == 2 || distance == 4 || distance == 8) {
    const pattern =
      distance == 2
        ? i16x8.splat(load<i16>(to - 2))
        : distance == 4
          ? i32x4.splat(load<i32>(to - 4))
          : i64x2.splat(load<i64>(to - 8));
    while (to < end) {
      v128.store(to, pattern);
      to += 16;
    }
  } else {
    const from = to - distance;
    for (let i: usize = 0; i < length; i++) store<u8>(to + i, load<u8>(from + i));
  }
}

/**
 * Decodes a block of Blosc: `splits` streams one after another, each with its length before it,
 * which equals that of its result if it is not compressed. Whether it fits.
 */
export function bloscLz4Block(
  source: usize, sourceEnd: usize, target: usize, bytes: usize, splits: usize,
): bool {
  const each = bytes / splits;
  let from = source;
  for (let split: usize = 0; split < splits; split++) {
    if (from > sourceEnd || sourceEnd - from < 4) return false;
    const length = <usize>load<u32>(from);
    from += 4;
    if (length > sourceEnd - from) return false;
    const to = target + split * each;
    if (length == each) memory.copy(to, from, each);
    else if (!lz4(from, from + length, to, to + each)) return false;
    from += length;
  }
  return true;
}

/** Puts the bytes of numbers together again: first come all first bytes, then all second ones. */
export function unshuffle(source: usize, target: usize, bytes: usize, size: usize): void {
  const count = bytes / size;
  let done: usize = 0;
  if (size == 4) done = unshuffle4(source, target, count);
  else if (size == 8) done = unshuffle8(source, target, count);
  else if (size == 2) done = unshuffle2(source, target, count);
  for (let i = done; i < count; i++) {
    for (let byte: usize = 0; byte < size; byte++) {
      store<u8>(target + i * size + byte, load<u8>(source + byte * count + i));
    }
  }
  // A remainder that is no whole number is copied to the end.
  memory.copy(target + count * size, source + count * size, bytes - count * size);
}

/**
 * Puts the bits of numbers together again: first come the lowest bits of all first bytes, eight in
 * a byte, then the next ones. Their count is a multiple of 8.
 */
export function unshuffleBits(source: usize, target: usize, bytes: usize, size: usize): void {
  const count = bytes / size;
  const row = count >> 3;
  for (let byte: usize = 0; byte < size; byte++) {
    const rows = source + byte * count;
    for (let group: usize = 0; group < row; group++) {
      let bits: u64 = 0;
      for (let bit: usize = 0; bit < 8; bit++) {
        bits |= load<u8>(rows + bit * row + group) as u64 << (bit << 3);
      }
      bits = transposed(bits);
      const to = target + (group << 3) * size + byte;
      for (let i: usize = 0; i < 8; i++) store<u8>(to + i * size, (bits >> (i << 3)) as u8);
    }
  }
}

/** Bit j of byte i becomes bit i of byte j. */
@inline
function transposed(bits: u64): u64 {
  let swapped = (bits ^ (bits >> 7)) & 0x00aa00aa00aa00aa;
  let x = bits ^ swapped ^ (swapped << 7);
  swapped = (x ^ (x >> 14)) & 0x0000cccc0000cccc;
  x = x ^ swapped ^ (swapped << 14);
  swapped = (x ^ (x >> 28)) & 0x00000000f0f0f0f0;
  return x ^ swapped ^ (swapped << 28);
}

@inline
function low8(a: v128, b: v128): v128 {
  return v128.shuffle<u8>(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
}

@inline
function high8(a: v128, b: v128): v128 {
  return v128.shuffle<u8>(a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
}

@inline
function low16(a: v128, b: v128): v128 {
  return v128.shuffle<u16>(a, b, 0, 8, 1, 9, 2, 10, 3, 11);
}

@inline
function high16(a: v128, b: v128): v128 {
  return v128.shuffle<u16>(a, b, 4, 12, 5, 13, 6, 14, 7, 15);
}

@inline
function low32(a: v128, b: v128): v128 {
  return v128.shuffle<u32>(a, b, 0, 4, 1, 5);
}

@inline
function high32(a: v128, b: v128): v128 {
  return v128.shuffle<u32>(a, b, 2, 6, 3, 7);
}

function unshuffle2(source: usize, target: usize, count: usize): usize {
  let i: usize = 0;
  for (; i + 16 <= count; i += 16) {
    const a = v128.load(source + i);
    const b = v128.load(source + count + i);
    v128.store(target + 2 * i, low8(a, b));
    v128.store(target + 2 * i, high8(a, b), 16);
  }
  return i;
}

function unshuffle4(source: usize, target: usize, count: usize): usize {
  let i: usize = 0;
  for (; i + 16 <= count; i += 16) {
    const a = v128.load(source + i);
    const b = v128.load(source + count + i);
    const c = v128.load(source + 2 * count + i);
    const d = v128.load(source + 3 * count + i);
    const ab = low8(a, b);
    const cd = low8(c, d);
    const to = target + 4 * i;
    v128.store(to, low16(ab, cd));
    v128.store(to, high16(ab, cd), 16);
    const abHigh = high8(a, b);
    const cdHigh = high8(c, d);
    v128.store(to, low16(abHigh, cdHigh), 32);
    v128.store(to, high16(abHigh, cdHigh), 48);
  }
  return i;
}

function unshuffle8(source: usize, target: usize, count: usize): usize {
  let i: usize = 0;
  for (; i + 16 <= count; i += 16) {
    const at = source + i;
    const a = v128.load(at);
    const b = v128.load(at + count);
    const c = v128.load(at + 2 * count);
    const d = v128.load(at + 3 * count);
    const e = v128.load(at + 4 * count);
    const f = v128.load(at + 5 * count);
    const g = v128.load(at + 6 * count);
    const h = v128.load(at + 7 * count);
    const to = target + 8 * i;
    store8(to, low8(a, b), low8(c, d), low8(e, f), low8(g, h));
    store8(to + 64, high8(a, b), high8(c, d), high8(e, f), high8(g, h));
  }
  return i;
}

@inline
function store8(to: usize, ab: v128, cd: v128, ef: v128, gh: v128): void {
  const abcd = low16(ab, cd);
  const efgh = low16(ef, gh);
  v128.store(to, low32(abcd, efgh));
  v128.store(to, high32(abcd, efgh), 16);
  const abcdHigh = high16(ab, cd);
  const efghHigh = high16(ef, gh);
  v128.store(to, low32(abcdHigh, efghHigh), 32);
  v128.store(to, high32(abcdHigh, efghHigh), 48);
}

/** CRC32C of bytes that follow others of this checksum, 0 for none; eight bytes a step. */
export function crc32c(before: u32, source: usize, bytes: usize): u32 {
  if (!hasTables) makeTables();
  let crc = ~before;
  const end = source + bytes;
  let at = source;
  for (; at + 8 <= end; at += 8) {
    const low = load<u32>(at) ^ crc;
    const high = load<u32>(at, 4);
    crc =
      entry(7, low) ^ entry(6, low >> 8) ^ entry(5, low >> 16) ^ entry(4, low >> 24) ^
      entry(3, high) ^ entry(2, high >> 8) ^ entry(1, high >> 16) ^ entry(0, high >> 24);
  }
  for (; at < end; at++) crc = (crc >> 8) ^ entry(0, crc ^ load<u8>(at));
  return ~crc;
}

@inline
function entry(table: usize, byte: u32): u32 {
  return load<u32>(TABLES + (table << 10) + ((<usize>byte & 255) << 2));
}

/** Castagnoli's polynomial, RFC 3720 appendix B.4. */
function makeTables(): void {
  for (let byte: u32 = 0; byte < 256; byte++) {
    let rest = byte;
    for (let bit = 0; bit < 8; bit++) rest = rest & 1 ? (rest >> 1) ^ 0x82f63b78 : rest >> 1;
    store<u32>(TABLES + (byte << 2), rest);
  }
  for (let byte: u32 = 0; byte < 256; byte++) {
    let rest = entry(0, byte);
    for (let table: usize = 1; table < 8; table++) {
      rest = (rest >> 8) ^ entry(0, rest);
      store<u32>(TABLES + (table << 10) + (byte << 2), rest);
    }
  }
  hasTables = true;
}
