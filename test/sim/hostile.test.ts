// Honest jobs beside peers of bad will: no step throws, no invariant breaks, and each output is the
// serial run's. An error is right only where a worker of bad will was given a task and made it up.
// HOSTILE_SEEDS=10000 in the environment looks longer.
import { expect, it } from "vitest";
import { Rng } from "../../src/base/rng.js";
import { simulate } from "../../src/sim/simulate.js";
import { columns, headline } from "./example-graphs.js";
import { addHostilePeers } from "./hostile-peers.js";
import { forSeeds } from "./seeds.js";

const SEEDS = Number(process.env.HOSTILE_SEEDS ?? 80);

it(
  "honest jobs are done beside hostile peers",
  () => {
    const [first, second] = [headline(3), columns(2)];
    let unharmed = 0;
    forSeeds(SEEDS, (seed) => {
      const rng = new Rng(seed);
      const { error, furtherErrors } = simulate({
        graph: first,
        furtherGraphs: [{ graph: second, atMs: rng.between(0, 30) }],
        workers: 2,
        seed,
        check: true,
        onBegin: (environment) => addHostilePeers(environment, rng.fork(), [first, second]),
      });
      for (const each of [error, ...furtherErrors]) {
        if (each === undefined) unharmed++;
        else expect(each).toContain("made up");
      }
    });
    // Both jobs of most seeds.
    if (process.env.SIM_SEED === undefined) expect(unharmed).toBeGreaterThan(1.8 * SEEDS);
  },
  60_000 + 500 * SEEDS,
);
