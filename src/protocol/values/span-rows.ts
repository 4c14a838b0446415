// Spans as rows of numbers, which workers record and send and schedulers keep. One row is six
// numbers, so that a thousand of them are sent and stored as one piece of memory.

/** Numbers of a row: start, duration, layer, block, bytes, and kind, thread and peer in one. */
export const SPAN_FIELDS = 6;

/** Threads are numbered below this; larger numbers are counted as this one. */
const THREADS_MAX = 4_094;
const KINDS_MAX = 16;
/** One more than the number, so that -1 has a place, too. */
const THREAD_STEP = KINDS_MAX;
const PEER_STEP = KINDS_MAX * (THREADS_MAX + 2);

/** Kind, thread and peer in one number. */
export function packSpanCode(kind: number, thread: number, peer: number): number {
  return kind + THREAD_STEP * (Math.min(thread, THREADS_MAX) + 1) + PEER_STEP * (peer + 1);
}

/** Unpacks the result of {@link packSpanCode}. */
export function readSpanCode(code: number): { kind: number; thread: number; peer: number } {
  const rest = code % PEER_STEP;
  return {
    kind: rest % KINDS_MAX,
    thread: Math.floor(rest / THREAD_STEP) - 1,
    peer: Math.floor(code / PEER_STEP) - 1,
  };
}

/** Every other row, in memory of its own: half as many, spread like all of them. */
export function everyOther(rows: Float64Array, fields: number): Float64Array {
  const count = rows.length / fields;
  const kept = new Float64Array(Math.ceil(count / 2) * fields);
  for (let k = 0, at = 0; k < count; k += 2, at += fields) {
    kept.set(rows.subarray(k * fields, (k + 1) * fields), at);
  }
  return kept;
}
