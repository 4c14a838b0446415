// Plays stories about a worker: what can happen to it, in words, and what it does then. Values are
// called by names; peers are w1 and w2.
import { defined } from "../../src/base/assert.js";
import type { WorkerToScheduler } from "../../src/protocol/messages/messages.js";
import type { TaskId, WorkerId } from "../../src/protocol/values/ids.js";
import type { WorkerAction } from "../../src/worker/state/actions.js";
import { FakeShell } from "../worker/fake-shell.js";

export class WorkerPlayer {
  readonly #shell = FakeShell.running();
  readonly #names: string[] = [];
  #said: string[] = [];

  constructor() {
    this.#shell.onAction = (action) => {
      const text = this.#describe(action);
      if (text !== undefined) this.#said.push(text);
    };
  }

  /** Makes one thing happen and returns what the worker does. */
  play(command: string): readonly string[] {
    this.#said = [];
    const [who = "", verb = "", ...rest] = command.split(" ");
    if (who === "scheduler") this.#schedulerDoes(verb, rest);
    else if (who === "threads") this.#shell.finish(rest.map((name) => this.#numberOf(name)));
    else this.#peerDoes(workerOf(who), verb, rest);
    return this.#said;
  }

  /** "assigns sum of x at w1", with as many "x at w1 and" as it reads; "frees sum". */
  #schedulerDoes(verb: string, [name = "", ...words]: readonly string[]): void {
    const rest = words.filter((word) => word !== "and");
    const task = this.#numberOf(name);
    if (verb === "frees") {
      this.#shell.free(task);
      return;
    }
    if (verb !== "assigns") throw new Error(`a scheduler cannot "${verb}"`);
    const operands: (readonly [TaskId, WorkerId])[] = [];
    for (let at = 1; at < rest.length; at += 3) {
      operands.push([this.#numberOf(defined(rest[at], "a value")), workerOf(rest[at + 2] ?? "")]);
    }
    this.#shell.assign({ task, operands });
  }

  /** "sends x": its answer to the oldest request; "lacks x": the same without that. */
  #peerDoes(worker: WorkerId, verb: string, names: readonly string[]): void {
    const asked = defined(this.#shell.fetching[0], "a request under way");
    if (asked.worker !== worker) throw new Error(`w${asked.worker} is to answer first`);
    if (verb === "sends") this.#shell.arrive();
    else if (verb === "lacks") this.#shell.arrive(names.map((name) => this.#numberOf(name)));
    else throw new Error(`a peer cannot "${verb}"`);
  }

  #describe(action: WorkerAction): string | undefined {
    switch (action.type) {
      case "fetch":
        return `w${action.worker} ← asked for ${this.#list(action.tasks)}`;
      case "execute":
        return `threads ← ${this.#list([action.task])} from ${this.#list(action.operands)}`;
      case "drop":
        return `store ← drop ${this.#list(action.tasks)}`;
      case "send":
        return this.#describeMessage(action.message);
      default:
        return `${action.type}`;
    }
  }

  #describeMessage(message: WorkerToScheduler): string | undefined {
    switch (message.type) {
      case "tasksFinished":
        return `scheduler ← finished ${this.#list(message.tasks)}`;
      case "replicasAdded":
        return `scheduler ← has a copy of ${this.#list(message.tasks)}`;
      case "inputsMissing":
        return `scheduler ← gives up ${this.#list(message.tasks)} for want of ${this.#list(message.inputs)}`;
      default:
        return `scheduler ← ${message.type}`;
    }
  }

  #numberOf(name: string): TaskId {
    const at = this.#names.indexOf(name);
    return at >= 0 ? at : this.#names.push(name) - 1;
  }

  #list(tasks: Iterable<TaskId>): string {
    return [...tasks].map((task) => this.#names[task] ?? `${task}`).join(", ");
  }
}

/** w1 is worker 1. */
function workerOf(word: string): WorkerId {
  return Number(word.slice(1));
}
