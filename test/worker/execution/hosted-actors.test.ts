// Actors on a worker: what they take while they live, and what the scheduler receives.
import { expect, it } from "vitest";
import type { StartActor } from "../../../src/protocol/messages/messages.js";
import { FakeShell } from "../fake-shell.js";

const GPU = { resources: { GPU: 1 } };

function startActor(actor: string, more: Partial<StartActor> = {}): StartActor {
  const maker = new Uint8Array(1);
  return { type: "startActor", actor, incarnation: 1, maker, concurrency: 1, ...more };
}

it("wait for resources that tasks have, and keep them until their thread has ended", () => {
  const shell = FakeShell.running({ threads: 2, resources: { GPU: 1 } });
  shell.assign({ task: 1, ...GPU });
  shell.tell(startActor("x-1", GPU));
  shell.tell(startActor("y-1"));
  shell.tell(startActor("x-2", GPU));
  expect(shell.actors).toEqual(["y-1"]);
  shell.finish([1]);
  expect(shell.actors).toEqual(["y-1", "x-1"]);
  shell.assign({ task: 2, ...GPU });
  shell.tell({ type: "stopActor", actor: "x-1" });
  shell.tell({ type: "stopActor", actor: "x-2" });
  expect([shell.stopping, shell.tasksExecuting()]).toEqual([["x-1"], []]);
  shell.endActor("x-1");
  expect(shell.tasksExecuting()).toEqual([2]);
  // No one waits to hear of what was to end.
  expect(shell.sentOf("actorEnded")).toEqual([]);
});

it("learn of when they are made, and when they end by themselves", () => {
  const shell = FakeShell.running();
  shell.tell(startActor("x-1"));
  shell.tell(startActor("x-1"));
  expect(shell.logged.join()).toContain("was asked to make an actor that is here");
  const made = { type: "actorStarted", actor: "x-1", incarnation: 1 } as const;
  shell.tell({ ...made, methods: ["add"], fields: [] });
  expect(shell.sentOf("actorStarted").length).toBe(1);
  shell.endActor("x-1");
  expect(shell.sentOf("actorEnded").length).toBe(1);
  shell.tell({ type: "stopActor", actor: "x-1" });
  expect(shell.state.actors.size).toBe(0);
  shell.tell({ type: "startActor", actor: 7 } as never);
  expect(shell.logged.join()).toContain("malformed");
});
