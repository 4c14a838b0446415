// Runs a body once for each seed, and says how to replay one that fails.
import { expect } from "vitest";
import { Rng } from "../../src/base/rng.js";

/** A long search says now and then that it lives. */
const PROGRESS_SEEDS = 1_000;

/**
 * Runs `body` for each of `count` seeds from `from` on, or for the one that the environment names.
 */
export function forSeeds(
  count: number,
  body: (seed: number, rng: Rng) => void,
  from: number = 1,
): void {
  const named = process.env.SIM_SEED;
  const first = named ? Number(named) : from;
  const end = named ? first + 1 : from + count;
  for (let seed = first; seed < end; seed++) {
    const done = seed - first;
    if (done > 0 && done % PROGRESS_SEEDS === 0) {
      process.stderr.write(`${done} seeds from ${first} on are right\n`);
    }
    try {
      body(seed, new Rng(seed));
    } catch (error) {
      const { currentTestName } = expect.getState();
      const replay = `SIM_SEED=${seed} npx vitest run --config test/vitest.config.ts test/sim -t ${JSON.stringify(currentTestName)}`;
      const message = error instanceof Error ? error.message : String(error);
      throw new Error(`${message}\nseed ${seed}; replay it with:\n  ${replay}`, { cause: error });
    }
  }
}
