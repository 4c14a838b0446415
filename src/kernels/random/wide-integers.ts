// Whole numbers of 64 bits from ranges too wide for a double.
import type { ElementStream } from "./element-stream.js";

const WORD = 4_294_967_296;

/**
 * A function that writes numbers from `low` to `low + span`, as halves, lower first. By rejection:
 * as many bits as the span has are drawn until they do not exceed it.
 */
export function wideIntegerWriter(
  low: bigint,
  span: bigint,
): (stream: ElementStream, words: Int32Array, at: number) => void {
  const spanLow = Number(BigInt.asUintN(32, span));
  const spanHigh = Number(span >> 32n);
  const highCells = 2 ** (32 - Math.clz32(spanHigh));
  const lowCells = spanHigh > 0 ? WORD : 2 ** (32 - Math.clz32(spanLow));
  const lowLow = Number(BigInt.asUintN(32, low));
  const lowHigh = Number(BigInt.asIntN(64, low) >> 32n);
  return (stream, words, at) => {
    let high: number;
    let rest: number;
    do {
      high = Math.floor(stream.uniform() * highCells);
      rest = Math.floor(stream.uniform() * lowCells);
    } while (high > spanHigh || (high === spanHigh && rest > spanLow));
    const sum = rest + lowLow;
    words[at] = sum % WORD;
    words[at + 1] = high + lowHigh + (sum >= WORD ? 1 : 0);
  };
}
