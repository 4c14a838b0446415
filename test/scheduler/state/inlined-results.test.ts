import { describe, expect, it } from "vitest";
import { ones } from "../../../src/array/index.js";
import { graphBelow, layersOf, outputsOf } from "../../../src/graph/model/layer-graph.js";
import type {
  AddLayers,
  ComputeTasks,
  FreeTasks,
  GraphFinished,
  OutputsReady,
  SubmitGraph,
  TasksFinished,
} from "../../../src/protocol/messages/messages.js";
import { PROTOCOL_VERSION } from "../../../src/protocol/values/ids.js";
import { checkInvariants } from "../../../src/scheduler/inspect/invariants.js";
import type { Send } from "../../../src/scheduler/state/actions.js";
import type { SchedulerEvent } from "../../../src/scheduler/state/events.js";
import { createSchedulerState } from "../../../src/scheduler/state/scheduler-state.js";
import { step } from "../../../src/scheduler/step.js";

/** A scheduler with a worker and a client that has submitted four blocks of 16 bytes. */
function submitted(inlineBytesMax?: number, terms: Partial<SubmitGraph> = {}) {
  const state = createSchedulerState({});
  const sent: Send[] = [];
  const happen = (event: SchedulerEvent) => {
    for (const action of step(state, event, 0)) if (action.type === "send") sent.push(action);
    checkInvariants(state);
  };
  const hello = { version: PROTOCOL_VERSION, threads: 4, memoryLimitBytes: 1e9, pid: 1 };
  happen({ type: "registerWorker", from: "w", name: "w", address: "inproc://w", ...hello });
  happen({ type: "registerClient", from: "c", name: "c", version: PROTOCOL_VERSION });
  const graph = graphBelow([ones([8], { chunks: 2 }).node]);
  const limit = inlineBytesMax === undefined ? {} : { inlineBytesMax };
  const layers = layersOf(graph);
  const outputs = outputsOf(graph);
  happen({
    type: "submitGraph",
    from: "c",
    graph: "g",
    layers,
    outputs,
    reportOutputs: true,
    ...limit,
    ...terms,
  });
  const heard = <M>(to: string, type: string) =>
    sent.filter((s) => s.to === to && s.message.type === type).map((s) => s.message as M);
  const { tasks, attempts } = heard<ComputeTasks>("w", "computeTasks")[0] as ComputeTasks;
  const finish = (inline: Partial<TasksFinished>) =>
    happen({
      type: "tasksFinished",
      from: "w",
      tasks,
      attempts,
      bytes: tasks.map(() => 16),
      durationsMs: tasks.map(() => 0.01),
      ...inline,
    });
  return { heard, finish, sent, tasks, attempts, state };
}

describe("small results travel with the word that they are there", () => {
  it("when the client asked: the worker is notified with the layer, the rest is fetched", () => {
    const { heard, finish, tasks } = submitted(16);
    expect(heard<AddLayers>("w", "addLayers")[0]?.layers[0]?.inlineBytesMax).toBe(16);
    const values = new Uint8Array(32).fill(1, 0, 16).fill(2, 16);
    finish({ inlined: [0, 2], values });
    const [inline, fetched] = heard<OutputsReady>("c", "outputsReady");
    expect(inline?.tasks).toEqual([tasks[0], tasks[2]]);
    expect(inline?.values).toEqual(values);
    expect(fetched?.tasks).toEqual([tasks[1], tasks[3]]);
    expect(fetched?.values).toBeUndefined();
  });

  it.each([
    ["and may wait while others of a collection are to come", {}, [true, undefined]],
    [
      "and does not wait where outputs are independent",
      { areOutputsIndependent: true },
      [undefined, undefined],
    ],
  ] as const)("%s", (_, terms, canWait) => {
    const { finish, sent, tasks, attempts } = submitted(16, terms);
    for (const half of [0, 2]) {
      const rows = [half, half + 1];
      finish({
        tasks: rows.map((row) => tasks[row] as number),
        attempts: rows.map((row) => attempts[row] as number),
        bytes: [16, 16],
        durationsMs: [0.01, 0.01],
        inlined: [0, 1],
        values: new Uint8Array(32),
      });
    }
    const ready = sent.filter(({ message }) => message.type === "outputsReady");
    expect(ready.map((send) => send.canWait)).toEqual(canWait);
  });

  it("and the graph ends with it, where the client wants nothing more of it", () => {
    const { heard, finish, tasks, state } = submitted(16, { endsWithOutputs: true });
    finish({ inlined: [0, 1, 2, 3], values: new Uint8Array(64) });
    expect(heard<OutputsReady>("c", "outputsReady")[0]?.tasks).toEqual(tasks);
    expect(heard<GraphFinished>("c", "graphFinished")[0]?.isReleased).toBe(true);
    expect([state.graphs.size, state.layersByName.size, state.tasks.count]).toEqual([0, 0, 0]);
    const freed = heard<FreeTasks>("w", "freeTasks").flatMap((message) => message.tasks);
    expect(new Set(freed)).toEqual(new Set(tasks));
  });

  it("and it stays as long as something of it has to be fetched, and where that was not asked for", () => {
    for (const terms of [{ endsWithOutputs: true }, {}]) {
      const { heard, finish, state } = submitted(16, terms);
      const inlined = "endsWithOutputs" in terms ? [0, 1, 2] : [0, 1, 2, 3];
      finish({ inlined, values: new Uint8Array(16 * inlined.length) });
      expect(heard<GraphFinished>("c", "graphFinished")[0]?.isReleased).toBeUndefined();
      expect([state.graphs.size, state.tasks.count]).toEqual([1, 4]);
    }
  });

  it.each([undefined, 15])("not when it did not ask for blocks of that size: %s", (limit) => {
    const { heard, finish, tasks } = submitted(limit);
    finish({ inlined: [0, 1, 2, 3], values: new Uint8Array(64) });
    const ready = heard<OutputsReady>("c", "outputsReady");
    expect(ready.map((message) => message.tasks)).toEqual([tasks]);
    expect(ready[0]?.values).toBeUndefined();
  });

  it.each([
    { inlined: [0], values: new Uint8Array(15) },
    { inlined: [0] },
    { inlined: [1, 0], values: new Uint8Array(32) },
    { inlined: [4], values: new Uint8Array() },
    { values: new Uint8Array(16) },
  ])("a report whose values do not fit it is dropped whole: %j", (inline) => {
    const { heard, finish } = submitted(16);
    finish(inline);
    expect(heard("c", "outputsReady")).toEqual([]);
  });
});
