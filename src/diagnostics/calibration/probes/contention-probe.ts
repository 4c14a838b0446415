// A thread that measures, together with others, how much slower things are if all processors have
// work: they may share cores, and they share caches and memory bandwidth. message-probe.ts starts
// it.
import { parentPort, workerData } from "node:worker_threads";

/** The `workerData` of the threads. */
export interface ContentionThreadData {
  /** One number: how often a thread has come to where all wait for each other. */
  readonly arrivals: SharedArrayBuffer;
  readonly index: number;
  readonly count: number;
}

/** Numbers that stay in the fastest cache, and bytes that no cache of one core holds. */
const NUMBERS = 1_024;
const COPY_BYTES = 2 ** 24;
const ROUNDS = 60;
const CROWDED_MS = 80;

const { arrivals, index, count } = workerData as ContentionThreadData;
const arrived = new Int32Array(arrivals);
const numbers = new Float64Array(NUMBERS).fill(0.5);
const from = new Uint8Array(COPY_BYTES).fill(1);
const to = new Uint8Array(COPY_BYTES).fill(2);

function calculate(): void {
  for (let round = 0; round < 64; round++) {
    for (let i = 0; i < NUMBERS; i++) {
      const x = numbers[i] as number;
      numbers[i] = x * (1.5 - x * (0.4 + x * (0.2 - x * (0.1 + x * 0.05)))) * 0.7;
    }
  }
}

function copy(): void {
  to.set(from);
}

/** The least milliseconds of a round: longer ones were held up by other work of the machine. */
function leastMs(work: () => void, isOver: (rounds: number, ms: number) => boolean): number {
  const beginMs = performance.now();
  let least = Number.POSITIVE_INFINITY;
  let endMs = beginMs;
  for (let rounds = 0; !isOver(rounds, endMs - beginMs); rounds++) {
    const startMs = endMs;
    work();
    endMs = performance.now();
    least = Math.min(least, endMs - startMs);
  }
  return least;
}

/** Waits until all threads have come here for the `nth` time. */
function meet(nth: number): void {
  Atomics.add(arrived, 0, 1);
  Atomics.notify(arrived, 0);
  for (;;) {
    const now = Atomics.load(arrived, 0);
    if (now >= nth * count) return;
    Atomics.wait(arrived, 0, now);
  }
}

const alone = (work: () => void) =>
  index === 0 ? leastMs(work, (rounds) => rounds >= ROUNDS) : Number.NaN;
const crowded = (work: () => void) => leastMs(work, (_rounds, ms) => ms >= CROWDED_MS);

const [calculationMs, copyMs] = [alone(calculate), alone(copy)];
meet(1);
const contendedCalculationMs = crowded(calculate);
meet(2);
const contendedCopyMs = crowded(copy);
meet(3);
parentPort?.postMessage({
  calculation: Math.max(1, contendedCalculationMs / calculationMs),
  memory: Math.max(1, contendedCopyMs / copyMs),
  bytesPerMs: (2 * COPY_BYTES) / copyMs,
});
