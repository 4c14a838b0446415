// Actors on a virtual cluster whose workers die, are cut off and come back: every call ends once,
// answers come in order and tell of one life, and nothing is left behind. What anything else may do
// to actors is search.test.ts.
import { expect, test } from "vitest";
import { drawFaults } from "../../src/sim/faults.js";
import { simulate } from "../../src/sim/simulate.js";
import { headline } from "./example-graphs.js";
import { forSeeds } from "./seeds.js";

const plan = { actors: 3, calls: 20, spanMs: 300, vanishes: false };

test("all calls are answered where nothing goes wrong", () => {
  const callers = [{ ...plan, spanMs: 5_000 }];
  const { calls } = simulate({ graph: headline(2), workers: 3, seed: 7, callers, check: true });
  expect(calls.answered).toBeGreaterThan(20);
});

test("each call is answered once and in order, or fails", () => {
  let answered = 0;
  let failed = 0;
  forSeeds(20, (seed, rng) => {
    const workers = 2 + rng.below(4);
    const spanMs = rng.pick([100, 1_000, 8_000]);
    const callers = Array.from({ length: 1 + rng.below(3) }, () => ({
      ...plan,
      spanMs: rng.between(spanMs / 2, spanMs),
      vanishes: rng.chance(0.3),
    }));
    const { calls } = simulate({
      graph: headline(2 + rng.below(2)),
      workers,
      seed,
      callers,
      actorDeathChance: rng.pick([0, 0.02]),
      faults: drawFaults(rng, workers, spanMs),
      network: { latencyMs: [0.05, rng.pick([0.2, 10, 40])] },
      check: true,
    });
    answered += calls.answered;
    failed += calls.failed;
  });
  if (process.env.SIM_SEED) return;
  expect(answered).toBeGreaterThan(500);
  expect(failed).toBeGreaterThan(100);
});
