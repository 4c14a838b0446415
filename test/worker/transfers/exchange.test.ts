// An all-to-all at one worker: tasks 1, 2, … each make a column of a matrix whose rows (values 100,
// 101, …) are on workers 1 and 2, and here.
import { describe, expect, it } from "vitest";
import { Rng } from "../../../src/base/rng.js";
import type { Region } from "../../../src/graph/dependencies/regions.js";
import type { RechunkLayer, SourceLayer } from "../../../src/graph/model/layer.js";
import { nameLayer } from "../../../src/graph/model/naming.js";
import { computeTasks, FakeShell } from "../fake-shell.js";

const ROWS = 3;
const SIZE = 300;
const ROWS_LAYER = 10;
const COLUMNS_LAYER = 11;
/** A column of float64, and the piece of a row that goes into it. */
const COLUMN_BYTES = (SIZE * SIZE * 8) / ROWS;
const PIECE_BYTES = COLUMN_BYTES / ROWS;

function exchanging(memoryLimitBytes = 2 ** 30): FakeShell {
  const shell = FakeShell.running({ memoryLimitBytes });
  const cut = Array.from({ length: ROWS }, () => SIZE / ROWS);
  const rows = nameLayer<SourceLayer>("full", {
    kind: "source",
    inputs: [],
    chunks: [cut, [SIZE]],
    dtype: "float64",
    generator: { type: "full", value: 0 },
  });
  const columns = nameLayer<RechunkLayer>("rechunk", {
    kind: "rechunk",
    inputs: [rows.name],
    chunks: [[SIZE], cut],
    dtype: "float64",
  });
  shell.tell({
    type: "addLayers",
    layers: [
      { id: ROWS_LAYER, layer: rows, inputs: [] },
      { id: COLUMNS_LAYER, layer: columns, inputs: [ROWS_LAYER] },
    ],
  });
  return shell;
}

/** Columns `tasks` in one message; row k is on `workers[k]`, -1 for here. */
function assignColumns(
  shell: FakeShell,
  tasks: readonly number[],
  workers: readonly number[],
  attempt = 0,
) {
  const operands = workers.map((worker, k) => [100 + k, worker, COLUMN_BYTES] as const);
  const message = computeTasks(
    tasks.map((task) => ({ task, attempt, layer: COLUMNS_LAYER, bytes: COLUMN_BYTES, operands })),
  );
  shell.tell({ ...message, blocks: tasks.map((task) => task - 1) });
}

/** Makes row k here. */
function makeRow(shell: FakeShell, k: number) {
  shell.assign({ task: 100 + k, layer: ROWS_LAYER, bytes: COLUMN_BYTES });
  shell.finish([100 + k], COLUMN_BYTES);
}

describe("a task that reads parts of values", () => {
  it("asks their holders for the parts, and reads what is here as it is", () => {
    const shell = exchanging();
    makeRow(shell, 2);
    assignColumns(shell, [2], [1, 2, -1]);
    expect(shell.fetching.map(({ worker, pieces }) => [worker, pieces])).toMatchObject([
      [1, [{ task: 100, region: { start: [0, 100], shape: [100, 100] } }]],
      [2, [{ task: 101, region: { start: [0, 100], shape: [100, 100] } }]],
    ]);
    expect(shell.state.incomingBytes).toBe(2 * PIECE_BYTES);
    shell.arrive([], PIECE_BYTES);
    shell.arrive([], PIECE_BYTES);
    expect(shell.executing[0]?.operands.map((operand) => operand < 0)).toEqual([true, true, false]);
    // Pieces are no one else's: they are not told as copies, and go with their reader.
    expect(shell.replicas()).toEqual([]);
    expect(shell.sentOf("piecesFetched")).toEqual([
      { type: "piecesFetched", tasks: [2], bytes: [PIECE_BYTES], transferMs: 2 },
      { type: "piecesFetched", tasks: [2], bytes: [PIECE_BYTES], transferMs: 2 },
    ]);
    shell.finish([2], COLUMN_BYTES);
    expect([...shell.store].sort()).toEqual([102, 2]);
    expect(shell.state.pieceBytes).toBe(0);
  });

  it("fetches its own part of a value that another task reads parts of", () => {
    const shell = exchanging();
    assignColumns(shell, [1, 2, 3], [1, 1, 1]);
    expect(shell.fetching).toHaveLength(1);
    const pieces = shell.fetching[0]?.pieces ?? [];
    expect(pieces.map((piece) => piece?.task)).toEqual([
      100, 101, 102, 100, 101, 102, 100, 101, 102,
    ]);
    expect(pieces.map((piece) => (piece as { region: Region }).region.start[1])).toEqual([
      0, 0, 0, 100, 100, 100, 200, 200, 200,
    ]);
    shell.arrive([], PIECE_BYTES);
    shell.finish([1, 2, 3], COLUMN_BYTES);
    expect([...shell.store].sort()).toEqual([1, 2, 3]);
  });

  it("is held back while others' pieces take their share of memory, and then goes on", () => {
    const shell = exchanging(6 * COLUMN_BYTES);
    assignColumns(shell, [1, 2, 3], [1, 1, 1]);
    const finished: number[] = [];
    while (shell.fetching.length > 0) {
      expect(shell.state.pieceBytes).toBeLessThanOrEqual(COLUMN_BYTES);
      shell.arrive([], PIECE_BYTES);
      for (const task of shell.tasksExecuting()) {
        finished.push(task);
        shell.finish([task], COLUMN_BYTES);
        shell.free(task);
      }
    }
    expect(finished).toEqual([1, 2, 3]);
    expect(shell.store.size).toBe(0);
  });

  it("is given up with the value's number when a part is not available; pieces that came go", () => {
    const shell = exchanging();
    assignColumns(shell, [1], [1, 2, 2]);
    shell.arrive([], PIECE_BYTES);
    expect(shell.store.size).toBe(1);
    const [lost] = shell.fetching;
    shell.arrive(lost?.tasks.slice(0, 1), PIECE_BYTES);
    expect(shell.missing()).toEqual([
      { type: "inputsMissing", tasks: [1], attempts: [0], inputs: [101], workers: [2] },
    ]);
    expect(shell.store.size).toBe(0);
    expect(shell.state.pieceBytes).toBe(0);
    expect(shell.state.managedBytes).toBe(0);
  });

  it("is given up when a holder is lost, held back or not", () => {
    const shell = exchanging(6 * COLUMN_BYTES);
    assignColumns(shell, [1, 2], [1, 2, 2]);
    shell.tell({ type: "workerLost", worker: 2 });
    const given = shell.missing().flatMap(({ tasks }) => tasks);
    expect(new Set(given)).toEqual(new Set([1, 2]));
    while (shell.fetching.length > 0) shell.arrive([], PIECE_BYTES);
    expect(shell.store.size).toBe(0);
    expect(shell.state.pieceBytes).toBe(0);
  });

  it("leaves nothing when it is freed before its turn, or while its pieces travel", () => {
    const shell = exchanging(6 * COLUMN_BYTES);
    assignColumns(shell, [1, 2, 3], [1, 1, 1]);
    shell.free(3);
    shell.free(1);
    while (shell.fetching.length > 0) {
      shell.arrive([], PIECE_BYTES);
      for (const task of shell.tasksExecuting()) shell.finish([task], COLUMN_BYTES);
    }
    expect([...shell.store]).toEqual([2]);
    expect(shell.state.pieceBytes).toBe(0);
  });

  it("asks for nothing when all is here", () => {
    const shell = exchanging();
    for (let k = 0; k < ROWS; k++) makeRow(shell, k);
    assignColumns(shell, [1], [-1, -1, -1]);
    expect(shell.fetching).toEqual([]);
    expect(shell.executing[0]?.operands).toEqual([100, 101, 102]);
  });

  it("copies values that it reads whole", () => {
    const shell = exchanging();
    // Columns as wide as the matrix read rows whole.
    const layer = nameLayer<RechunkLayer>("rechunk", {
      kind: "rechunk",
      inputs: [(shell.state.layers.get(ROWS_LAYER) as { layer: SourceLayer }).layer.name],
      chunks: [[SIZE], [SIZE]],
      dtype: "float64",
    });
    shell.tell({ type: "addLayers", layers: [{ id: 12, layer, inputs: [ROWS_LAYER] }] });
    shell.assign({ task: 1, layer: 12, operands: [[100, 1, COLUMN_BYTES]] });
    expect(shell.fetching[0]).toMatchObject({ tasks: [100] });
    expect(shell.fetching[0]?.pieces).toBeUndefined();
    shell.arrive([], COLUMN_BYTES);
    expect(shell.replicas()).toEqual([100]);
  });
});

describe("random lives in an exchange", () => {
  it("keep the invariants and leave nothing behind", () => {
    for (let seed = 1; seed <= 60; seed++) {
      const rng = new Rng(seed);
      const shell = exchanging(rng.pick([3, 6, 1_000]) * COLUMN_BYTES);
      const tasks = [1, 2, 3];
      let attempt = 0;
      for (let step = 0; step < 120; step++) {
        if (shell.writing.length > 0 && rng.chance(0.3)) shell.write();
        if (shell.reading.length > 0 && rng.chance(0.3)) shell.read();
        const dice = rng.below(100);
        if (dice < 30) {
          const chosen = tasks.filter(() => rng.chance(0.5));
          const holders = [0, 1, 2].map((k) =>
            shell.store.has(100 + k) && rng.chance(0.8) ? -1 : 1 + rng.below(2),
          );
          if (chosen.length > 0) assignColumns(shell, chosen, holders, ++attempt);
        } else if (dice < 35) {
          const row = 100 + rng.below(ROWS);
          shell.assign({ task: row, layer: ROWS_LAYER, bytes: COLUMN_BYTES, attempt: ++attempt });
        } else if (dice < 65 && shell.fetching.length > 0) {
          const isPiece = (shell.fetching[0]?.tasks[0] ?? 0) < 0;
          const missing = shell.fetching[0]?.tasks.filter(() => rng.chance(0.1));
          if (isPiece) shell.arrive(missing, PIECE_BYTES);
          else shell.failFetch();
        } else if (dice < 80 && shell.executing.length > 0) {
          shell.finish([rng.pick(shell.tasksExecuting())], COLUMN_BYTES);
        } else if (dice < 90) {
          shell.free(...[...tasks, 100, 101, 102].filter(() => rng.chance(0.3)));
        } else if (dice < 94) {
          shell.tell({ type: "workerLost", worker: 1 + rng.below(2) });
        } else {
          shell.join(1 + rng.below(2));
        }
      }
      shell.free(...tasks, 100, 101, 102);
      while (shell.executing.length > 0) shell.finish([rng.pick(shell.tasksExecuting())]);
      while (shell.fetching.length > 0) shell.arrive([], PIECE_BYTES);
      while (shell.writing.length > 0) shell.write();
      while (shell.reading.length > 0) shell.read();
      expect([...shell.store, ...shell.disk], `seed ${seed}`).toEqual([]);
      expect(shell.state.pieceBytes).toBe(0);
      expect(shell.state.managedBytes).toBe(0);
    }
  });
});
