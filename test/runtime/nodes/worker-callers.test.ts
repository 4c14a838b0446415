// Clients that follow a worker, as the worker knows them: who gets a result, and who no longer.
import { expect, test } from "vitest";
import type { Caller } from "../../../src/comm/interface/actor-channel.js";
import type { WorkerToCaller } from "../../../src/protocol/messages/messages.js";
import type { ActorThreads } from "../../../src/runtime/actors/actor-threads.js";
import { WorkerCallers } from "../../../src/runtime/nodes/worker-callers.js";
import type { ValueStore } from "../../../src/runtime/values/value-store.js";

const WORKER = 1;
const TASK = 5;
/** The worker has no actors, and one value of eight bytes. */
const noActors = { called: () => {}, callerLost: () => {} } as unknown as ActorThreads;
const value = { memory: Float64Array.of(3), bytes: 8, shape: [1] };
const store = { pin: () => value, unpin: () => {} } as unknown as ValueStore;

/** A caller, with what it heard. */
class HearingCaller implements Caller {
  readonly heard: WorkerToCaller[] = [];

  answer(message: WorkerToCaller): void {
    this.heard.push(message);
  }
}

function answer(callers: WorkerCallers, name: string): boolean {
  const follower = { name, graph: "g", task: TASK };
  return callers.answer({ type: "answerFollower", follower }, WORKER, store);
}

test("a result goes to the caller that follows under its name, and to no other", () => {
  const callers = new WorkerCallers(noActors);
  const [mine, other] = [new HearingCaller(), new HearingCaller()];
  callers.called(mine, { type: "followResults", follower: "mine" });
  callers.called(other, { type: "followResults", follower: "other" });
  expect([answer(callers, "mine"), answer(callers, "unknown")]).toEqual([true, false]);
  const values = new Uint8Array(value.memory.buffer);
  const place = { graph: "g", outputs: [0], blocks: [0], tasks: [TASK], workers: [WORKER] };
  expect(mine.heard).toEqual([{ type: "outputsReady", ...place, values }]);
  expect(other.heard).toEqual([]);
});

test("nothing goes to a caller that is gone", () => {
  const callers = new WorkerCallers(noActors);
  const caller = new HearingCaller();
  callers.called(caller, { type: "followResults", follower: "mine" });
  callers.callerLost(caller);
  expect(answer(callers, "mine")).toBe(false);
  expect(caller.heard).toEqual([]);
});

test("a caller follows under one name, the last, however many it gives", () => {
  const callers = new WorkerCallers(noActors);
  const caller = new HearingCaller();
  for (const follower of ["first", "second"]) {
    callers.called(caller, { type: "followResults", follower });
  }
  expect([answer(callers, "first"), answer(callers, "second")]).toEqual([false, true]);
});
