// The checksum of wasm/checksum.ts, whose `plainChecksum` is the readable version: rounds of XXH32
// in 32 lanes, which are eight vectors. Between calls the lanes are in globals, which each instance
// has to itself, so that threads check bytes in one memory at the same time.

const PRIME1: i32 = 0x9e3779b1;
const PRIME2: i32 = 0x85ebca77;
const PRIME3: i32 = 0xc2b2ae3d;
const PRIME4: i32 = 0x27d4eb2f;
const PRIME5: i32 = 0x165667b1;

let lanes0: v128 = i32x4.splat(0);
let lanes1: v128 = i32x4.splat(0);
let lanes2: v128 = i32x4.splat(0);
let lanes3: v128 = i32x4.splat(0);
let lanes4: v128 = i32x4.splat(0);
let lanes5: v128 = i32x4.splat(0);
let lanes6: v128 = i32x4.splat(0);
let lanes7: v128 = i32x4.splat(0);

/** Sets the lanes to their first values. */
export function begin(): void {
  lanes0 = firstLanes(1);
  lanes1 = firstLanes(5);
  lanes2 = firstLanes(9);
  lanes3 = firstLanes(13);
  lanes4 = firstLanes(17);
  lanes5 = firstLanes(21);
  lanes6 = firstLanes(25);
  lanes7 = firstLanes(29);
}

/** Takes `rounds` times 128 bytes. */
export function take(from: usize, rounds: i32): void {
  let a = lanes0;
  let b = lanes1;
  let c = lanes2;
  let d = lanes3;
  let e = lanes4;
  let f = lanes5;
  let g = lanes6;
  let h = lanes7;
  for (; rounds > 0; rounds--) {
    a = round(a, v128.load(from));
    b = round(b, v128.load(from, 16));
    c = round(c, v128.load(from, 32));
    d = round(d, v128.load(from, 48));
    e = round(e, v128.load(from, 64));
    f = round(f, v128.load(from, 80));
    g = round(g, v128.load(from, 96));
    h = round(h, v128.load(from, 112));
    from += 128;
  }
  lanes0 = a;
  lanes1 = b;
  lanes2 = c;
  lanes3 = d;
  lanes4 = e;
  lanes5 = f;
  lanes6 = g;
  lanes7 = h;
}

/** Takes the last `bytes`, fewer than 128, of `total`: the checksum. */
export function finish(from: usize, bytes: i32, total: i32): i32 {
  const left = round(round(lanes0, lanes4), round(lanes2, lanes6));
  const right = round(round(lanes1, lanes5), round(lanes3, lanes7));
  const all = round(left, right);
  let sum = word(total, i32x4.extract_lane(all, 0));
  sum = word(sum, i32x4.extract_lane(all, 1));
  sum = word(sum, i32x4.extract_lane(all, 2));
  sum = word(sum, i32x4.extract_lane(all, 3));
  for (; bytes >= 4; bytes -= 4) {
    sum = word(sum, load<i32>(from));
    from += 4;
  }
  for (; bytes > 0; bytes--) sum = rotl(sum + <i32>load<u8>(from++) * PRIME5, 11) * PRIME1;
  sum = (sum ^ (sum >>> 15)) * PRIME2;
  sum = (sum ^ (sum >>> 13)) * PRIME3;
  return sum ^ (sum >>> 16);
}

@inline
function firstLanes(first: i32): v128 {
  return i32x4.mul(i32x4.add(i32x4.splat(first), i32x4(0, 1, 2, 3)), i32x4.splat(PRIME3));
}

@inline
function round(lane: v128, words: v128): v128 {
  const mixed = i32x4.add(lane, i32x4.mul(words, i32x4.splat(PRIME2)));
  const rotated = v128.or(i32x4.shl(mixed, 13), i32x4.shr_u(mixed, 19));
  return i32x4.mul(rotated, i32x4.splat(PRIME1));
}

@inline
function word(sum: i32, next: i32): i32 {
  return rotl(sum + next * PRIME3, 17) * PRIME4;
}
