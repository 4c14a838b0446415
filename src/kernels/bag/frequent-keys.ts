// Which keys are far more frequent than others, in little memory: the sketch of Misra and Gries
// (Finding repeated elements, 1982), joined as Agarwal et al. do (Mergeable summaries, 2012). Of
// `count` elements, it contains every key that occurs more than count / (capacity + 1) times; its
// number is at most that much too small.
import type { Transform, UserFunction } from "./sink.js";
import { ValueMap } from "./value-keys.js";

/** A summary of the keys of `count` elements. */
interface Sketch {
  readonly count: number;
  readonly frequent: readonly (readonly [key: unknown, times: number])[];
}

/** All elements become one sketch of their keys. */
export const sketchKeys =
  (keyOf: UserFunction, capacity: number): Transform =>
  (next) => {
    let count = 0;
    let counters = new ValueMap<{ times: number }>();
    return {
      push(element) {
        count++;
        counters.getOrMake(keyOf(element), () => ({ times: 0 })).times++;
        // Cut at intervals, not each time: a cut visits all counters.
        if (counters.entries().length >= 2 * capacity + 64)
          counters = mapOf(cut(counters, capacity));
        return undefined;
      },
      end() {
        next.push({ count, frequent: cut(counters, capacity) } satisfies Sketch);
        return next.end();
      },
    };
  };

/** Sketches become one. */
export const joinSketches =
  (capacity: number): Transform =>
  (next) => {
    let count = 0;
    const counters = new ValueMap<{ times: number }>();
    return {
      push(sketch) {
        count += (sketch as Sketch).count;
        for (const [key, times] of (sketch as Sketch).frequent) {
          counters.getOrMake(key, () => ({ times: 0 })).times += times;
        }
        return undefined;
      },
      end() {
        next.push({ count, frequent: cut(counters, capacity) } satisfies Sketch);
        return next.end();
      },
    };
  };

/** Of a sketch, the keys that have more than a part's share of the elements, as far as it shows. */
export const frequentKeys =
  (parts: number): Transform =>
  (next) => ({
    push(sketch) {
      const { count, frequent } = sketch as Sketch;
      for (const [key, times] of frequent) if (times > count / parts / 2) next.push(key);
      return undefined;
    },
    end: () => next.end(),
  });

/** At most `capacity` counters: each loses as much as the first that is dropped. */
function cut(counters: ValueMap<{ times: number }>, capacity: number): Sketch["frequent"] {
  const sorted = counters.entries().map(([key, { times }]) => [key, times] as const);
  sorted.sort(([, a], [, b]) => b - a);
  const lost = sorted[capacity]?.[1] ?? 0;
  return sorted
    .slice(0, capacity)
    .flatMap(([key, times]) => (times > lost ? [[key, times - lost] as const] : []));
}

function mapOf(frequent: Sketch["frequent"]): ValueMap<{ times: number }> {
  const counters = new ValueMap<{ times: number }>();
  for (const [key, times] of frequent) counters.getOrMake(key, () => ({ times }));
  return counters;
}
