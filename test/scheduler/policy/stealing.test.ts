// The stealing policy on recorded scenarios: what it settles at is accepted when another scheduler
// was seen to settle so, or when it is at least as even as what was seen. See the fixture's
// `format`.
import { describe, expect, it } from "vitest";
import { Rng } from "../../../src/base/rng.js";
import { type Balanced, decideMoves } from "../../../src/scheduler/policy/stealing.js";
import fixture from "../../fixtures/steal.json" with { type: "json" };

const BYTES_PER_MS = 1e8 / 1_000;

interface RecordedTask {
  readonly duration: number;
  readonly own_bytes?: number;
  readonly deps?: readonly string[];
  readonly only?: readonly number[];
}

interface Scenario {
  readonly kind: string;
  readonly name: string;
  readonly nthreads: readonly number[];
  readonly deps: Readonly<
    Record<string, { readonly bytes: number; readonly on: readonly number[] }>
  >;
  readonly tasks: readonly (readonly RecordedTask[])[];
  readonly executing: readonly (readonly number[])[];
  readonly final: readonly (readonly (number | string)[])[];
  readonly final_counts: readonly number[];
  readonly outcomes?: readonly { readonly final_counts: readonly number[] }[];
  readonly rule_counts?: readonly (readonly number[])[];
}

interface Input {
  readonly bytes: number;
}

interface PlacedTask {
  readonly durationMs: number;
  readonly inputs: readonly Input[];
  readonly only: readonly number[] | undefined;
  readonly isExecuting: boolean;
  moves: number;
}

interface PlacedWorker extends Balanced {
  readonly number: number;
  readonly tasks: PlacedTask[];
  readonly holds: Set<Input>;
  /** What it held before anything moved. */
  readonly heldAtFirst: Set<Input>;
}

function place({ nthreads, deps, tasks, executing }: Scenario): PlacedWorker[] {
  const workers = nthreads.map(
    (threads, number): PlacedWorker => ({
      number,
      threads,
      count: 0,
      aheadMs: 0,
      lateMs: 0,
      tasks: [],
      holds: new Set(),
      heldAtFirst: new Set(),
    }),
  );
  const shared = new Map<string, Input>();
  for (const [name, { bytes, on }] of Object.entries(deps)) {
    const input = { bytes };
    shared.set(name, input);
    for (const number of on) workers[number]?.holds.add(input);
  }
  tasks.forEach((list, number) => {
    const worker = workers[number] as PlacedWorker;
    list.forEach(({ duration, own_bytes = 0, deps: names = [], only }, index) => {
      const own: Input = { bytes: own_bytes };
      worker.holds.add(own);
      const inputs = [own, ...names.map((name) => shared.get(name) as Input)];
      const isExecuting = executing[number]?.includes(index) ?? false;
      worker.tasks.push({ durationMs: duration * 1_000, inputs, only, isExecuting, moves: 0 });
    });
  });
  for (const worker of workers) {
    worker.count = worker.tasks.length;
    worker.aheadMs = worker.tasks.reduce((sum, { durationMs }) => sum + durationMs, 0);
    for (const input of worker.holds) worker.heldAtFirst.add(input);
  }
  return workers;
}

function transferMs({ inputs }: PlacedTask, { holds }: PlacedWorker): number {
  return missingMs(inputs, holds);
}

/** Time to bring those of the inputs that are not held. */
function missingMs(inputs: Iterable<Input>, held: ReadonlySet<Input>): number {
  let bytes = 0;
  for (const input of inputs) if (!held.has(input)) bytes += input.bytes;
  return bytes / BYTES_PER_MS;
}

/** Lets the policy decide until two rounds in a row move nothing; returns how often tasks moved. */
function settle(workers: PlacedWorker[]): number {
  let moved = 0;
  for (let quiet = 0, rounds = 0; quiet < 2; rounds++) {
    expect(rounds, "rounds until it settles").toBeLessThan(10);
    const moves = decideMoves<PlacedWorker, PlacedTask>({
      victims: workers,
      thieves: workers,
      movable: ({ tasks }) => tasks.filter(({ isExecuting }) => !isExecuting).reverse(),
      durationMs: (task) => task.durationMs,
      transferMs,
      mayMove: ({ only }, { number }) => only?.includes(number) ?? true,
      moved: (task, worker) => {
        for (const input of task.inputs) worker.holds.add(input);
      },
      enoughMs: Number.POSITIVE_INFINITY,
      latencyMs: 0,
    });
    for (const { task, victim, thief } of moves) {
      victim.tasks.splice(victim.tasks.indexOf(task), 1);
      thief.tasks.push(task);
      task.moves++;
    }
    moved += moves.length;
    quiet = moves.length === 0 ? quiet + 1 : 0;
  }
  return moved;
}

/**
 * When the last worker is through: its tasks' time and that of bringing what it lacked at the
 * start, each input once, shared by its threads; no sooner than its longest task with its inputs.
 */
function makespanMs(
  workers: readonly PlacedWorker[],
  placement: readonly (readonly PlacedTask[])[],
): number {
  const loads = placement.map((tasks, number) => {
    const { heldAtFirst, threads } = workers[number] as PlacedWorker;
    const inputs = new Set(tasks.flatMap((task) => task.inputs));
    const workMs = tasks.reduce((sum, { durationMs }) => sum + durationMs, 0);
    const alone = tasks.map(
      (task) => task.durationMs + missingMs(new Set(task.inputs), heldAtFirst),
    );
    return Math.max(...alone, 0, (workMs + missingMs(inputs, heldAtFirst)) / threads);
  });
  return Math.max(...loads);
}

/** What the fixture calls a task where it says who ended up where. */
function label(kind: string, task: RecordedTask): number | string {
  if (kind === "own_dependency") return Math.round(((task.own_bytes ?? 0) / 1e8) * 1e3) / 1e3;
  if (kind === "shared_dependency") return [...(task.deps ?? [])].sort().join("");
  return task.duration;
}

/** The recorded placement, in terms of the tasks as placed here. */
function recordedPlacement(scenario: Scenario, workers: readonly PlacedWorker[]): PlacedTask[][] {
  const stock = workers.map(({ tasks }, number) =>
    tasks.map((task, index) => {
      const recorded = scenario.tasks[number]?.[index] as RecordedTask;
      return { label: label(scenario.kind, recorded), task };
    }),
  );
  const take = (wanted: number | string, to: number): PlacedTask => {
    for (const from of [to, ...stock.keys()]) {
      const list = stock[from] ?? [];
      const at = list.findIndex(
        (entry) => entry.label === wanted && (from === to || !entry.task.isExecuting),
      );
      if (at >= 0) return (list.splice(at, 1)[0] as { task: PlacedTask }).task;
    }
    throw new Error(`no task ${wanted} is left in ${scenario.name}`);
  };
  return scenario.final.map((labels, number) => labels.map((wanted) => take(wanted, number)));
}

const scenarios = fixture.cases.filter(({ kind }) => kind !== "property") as unknown as Scenario[];

describe("stealing settles no worse than recorded", () => {
  it.each(scenarios)("$kind $name", (scenario) => {
    const workers = place(scenario);
    const atFirst = workers.map(({ tasks }) => [...tasks]);
    const recorded = recordedPlacement(scenario, workers);
    settle(workers);
    const settled = workers.map(({ tasks }) => tasks);
    const ours = makespanMs(workers, settled);
    const theirs = makespanMs(workers, recorded);
    if (process.env.DEBUG_STEAL) {
      console.log(
        scenario.name,
        settled.map((t) => t.length),
        recorded.map((t) => t.length),
        ours,
        theirs,
        makespanMs(workers, atFirst),
      );
    }
    expect(ours).toBeLessThanOrEqual(theirs);
    expect(ours).toBeLessThanOrEqual(makespanMs(workers, atFirst));
    settled.forEach((tasks, number) => {
      const stayed = tasks.filter(({ isExecuting }) => isExecuting).length;
      expect(stayed).toBe(scenario.executing[number]?.length);
      for (const { moves } of tasks) expect(moves).toBeLessThan(2);
    });
  });
});

/**
 * Workers with tasks of any length, some with inputs of their own, some that may not go everywhere.
 */
function draw(rng: Rng): Scenario {
  const workers = Array.from({ length: 2 + rng.below(7) }, (_, number) => number);
  const nthreads = workers.map(() => (rng.chance(0.7) ? 1 : 1 + rng.below(4)));
  const task = (number: number): RecordedTask => ({
    duration: Math.exp(rng.between(-1.5, 1.5)),
    ...(rng.chance(0.4) ? { own_bytes: 10 ** rng.between(6, 9) } : {}),
    ...(rng.chance(0.3) ? { only: workers.filter((w) => w === number || rng.chance(0.5)) } : {}),
  });
  const tasks = workers.map((number) => {
    const count = rng.chance(0.4) ? 0 : rng.below(rng.pick([12, 40]));
    return Array.from({ length: count }, () => task(number));
  });
  const executing = tasks.map((list, number) => [...list.keys()].slice(0, nthreads[number]));
  const counts = tasks.map((list) => list.length);
  const kind = "drawn";
  return {
    kind,
    name: kind,
    nthreads,
    deps: {},
    tasks,
    executing,
    final: [],
    final_counts: counts,
  };
}

it("stealing between workers drawn at random ends no later than without, and pins to what is asked", () => {
  for (let seed = 1; seed <= 500; seed++) {
    const scenario = draw(new Rng(seed));
    const workers = place(scenario);
    const atFirst = makespanMs(
      workers,
      workers.map(({ tasks }) => [...tasks]),
    );
    settle(workers);
    const settled = workers.map(({ tasks }) => tasks);
    expect(makespanMs(workers, settled), `seed ${seed}`).toBeLessThanOrEqual(atFirst + 1e-6);
    for (const { number, tasks } of workers) {
      const stayed = tasks.filter(({ isExecuting }) => isExecuting).length;
      expect(stayed, `seed ${seed}`).toBe(scenario.executing[number]?.length);
      for (const { only } of tasks) expect(only ?? [number], `seed ${seed}`).toContain(number);
    }
  }
});
