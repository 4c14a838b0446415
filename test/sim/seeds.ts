// Runs a body once for each seed, and says how to replay one that fails.
import { expect } from "vitest";
import { Rng } from "../../src/base/rng.js";

/** A long search says now and then that it lives. */
const PROGRESS_SEEDS = 1_000;

/** Runs `body` for each of `count` seeds, or for the one that the environment names. */
export function forSeeds(count: number, body: (seed: number, rng: Rng) => void): void {
  const named = process.env.SIM_SEED;
  const first = named ? Number(named) : 1;
  const last = named ? first : count;
  for (let seed = first; seed <= last; seed++) {
    if (seed % PROGRESS_SEEDS === 0) process.stderr.write(`${seed} seeds are right\n`);
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
