// A search for trouble: graph, cluster, network, memory and faults all drawn from the seed. The
// suite runs 120 seeds; `SIM_SEARCH=endless` goes on with new ones until a run fails or someone
// stops it, `SIM_SEARCH=20000` runs that many. Each search begins at a seed that the clock draws,
// so that no two tread the same ground, or where `SIM_FIRST` says.
import { it } from "vitest";
import type { Rng } from "../../src/base/rng.js";
import type { LayerGraph } from "../../src/graph/model/layer-graph.js";
import { drawFaults } from "../../src/sim/faults.js";
import { COALESCE_MS, type SimulationOptions, simulate } from "../../src/sim/simulate.js";
import {
  allToAll,
  columns,
  headline,
  product,
  severalExchanges,
  unfusedHeadline,
} from "./example-graphs.js";
import { forSeeds } from "./seeds.js";

const GRAPHS: readonly ((rng: Rng) => LayerGraph)[] = [
  (rng) => headline(2 + rng.below(5)),
  (rng) => unfusedHeadline(2 + rng.below(5)),
  (rng) => product(2 + rng.below(3)),
  (rng) => columns(2 + rng.below(4)),
  (rng) => allToAll(3 + rng.below(9)),
  (rng) => severalExchanges(3 + rng.below(7)),
];

/** Anything that may happen to a cluster. */
function drawRun(rng: Rng): SimulationOptions {
  const workers = 1 + rng.below(8);
  const spanMs = rng.pick([10, 60, 300]);
  const graph = rng.pick(GRAPHS)(rng);
  const further = Array.from({ length: rng.below(3) }, () => ({
    graph: rng.pick(GRAPHS)(rng),
    atMs: rng.between(0, spanMs),
    ...(rng.chance(0.4)
      ? { ends: { afterMs: rng.between(0, spanMs), how: rng.pick(["release", "vanish"] as const) } }
      : {}),
  }));
  return {
    graph,
    workers,
    threads: 1 + rng.below(4),
    seed: rng.below(2 ** 31),
    faults: drawFaults(rng, workers, spanMs),
    furtherGraphs: further,
    network: {
      latencyMs: [0.05, rng.pick([0.2, 10, 40])],
      bytesPerMs: rng.pick([2e5, 1e6]),
      ...(rng.chance(0.3) ? { loseChance: 0.02, repeatChance: 0.05 } : {}),
    },
    // Graphs are taken in and forgotten a few tasks at a time, between all that happens.
    ...(rng.chance(0.5) ? { scheduler: { stepCostMax: rng.pick([1, 4, 20]) } } : {}),
    ...(rng.chance(0.5) ? { deferMs: COALESCE_MS } : {}),
    ...(rng.chance(0.3) ? { memoryLimitBytes: rng.pick([80e6, 200e6]) } : {}),
    ...(rng.chance(0.2) ? { diskFailChance: 0.01 } : {}),
    ...(rng.chance(0.15) ? { throwChance: 0.01 } : {}),
    ...(rng.chance(0.2) ? { suspendChance: 0.2 } : {}),
    ...(rng.chance(0.2)
      ? {
          callers: [{ actors: 2, calls: 10, spanMs: 2 * spanMs, vanishes: rng.chance(0.3) }],
          actorDeathChance: 0.02,
        }
      : {}),
    check: true,
  };
}

/**
 * Seeds of the suite: so many tests of so many, each far from the limit also on a machine with
 * other work.
 */
const TESTS = 4;
const SEEDS_PER_TEST = 30;

const search = (count: number, first: number) =>
  forSeeds(count, (_seed, rng) => void simulate(drawRun(rng)), first);

const wanted = process.env.SIM_SEARCH;
if (wanted === undefined) {
  it.each(Array.from({ length: TESTS }, (_, k) => 1 + k * SEEDS_PER_TEST))(
    "anything may happen, and nothing goes wrong, with seeds from %i on",
    (first) => search(SEEDS_PER_TEST, first),
  );
} else {
  it(
    "anything may happen, and nothing goes wrong",
    () => {
      const count = wanted === "endless" ? Number.POSITIVE_INFINITY : Number(wanted);
      search(count, Number(process.env.SIM_FIRST ?? Date.now() % 2 ** 31));
    },
    2 ** 31 - 1,
  );
}
