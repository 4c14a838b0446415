// The scheduler for programs that run it in a shell of their own: events in, actions out, with its
// state hidden. Our own shell, runtime/nodes/scheduler-node.ts, knows the state and calls
// guardedStep() directly.
import { guardedStep } from "./guarded-step.js";
import { snapshotOf } from "./inspect/dump.js";
import type { SchedulerDump } from "./inspect/scheduler-dump.js";
import { storyOf } from "./inspect/story.js";
import type { SchedulerAction } from "./state/actions.js";
import type { SchedulerEvent } from "./state/events.js";
import type { SchedulerOptions } from "./state/options.js";
import { createSchedulerState, type SchedulerState } from "./state/scheduler-state.js";

/**
 * The scheduler without sockets, clock and threads: an event goes in, actions come out. It decides
 * what runs where; sending messages and reading a clock is up to you. The same events at the same
 * times give the same actions.
 *
 * @throws InvariantError when the scheduler contradicts itself, which is a mistake of tilework
 * @see https://sans-io.readthedocs.io
 * @example
 * import { PROTOCOL_VERSION, SchedulerCore } from "tilework/scheduler";
 *
 * const scheduler = new SchedulerCore();
 * const worker = { name: "alice", address: "inproc://alice", threads: 2, memoryLimitBytes: 1e9, pid: 1 };
 * const joins = { type: "registerWorker", from: "peer-1", version: PROTOCOL_VERSION, ...worker } as const;
 * const [action] = scheduler.step(joins, 0);
 * action?.type === "send" && [action.to, action.message.type]; // → ["peer-1", "workerAccepted"]
 */
export class SchedulerCore {
  readonly #state: SchedulerState;

  constructor(options: Partial<SchedulerOptions> = {}) {
    this.#state = createSchedulerState(options);
  }

  /**
   * Lets an event happen. A message that is malformed changes nothing but the log. A peer whose
   * message leads to a mistake of tilework is cut off, as if it were gone; the step throws only if
   * the state is then inconsistent.
   *
   * @param event a message of a client or worker, the end of one of them, or the passing of time,
   * about ten times a second
   * @param nowMs the time, which never goes back, by a clock of yours
   * @returns the actions, in order: messages to send, lines to log; `continue` asks for the event
   * `continued` once you have passed on what has come meanwhile
   * @example
   * import { PROTOCOL_VERSION, SchedulerCore } from "tilework/scheduler";
   *
   * const scheduler = new SchedulerCore();
   * const joins = { type: "registerClient", from: "peer-2", version: PROTOCOL_VERSION, name: "bob" } as const;
   * scheduler.step(joins, 0).length > 0; // → true
   */
  step(event: SchedulerEvent, nowMs: number): readonly SchedulerAction[] {
    return guardedStep(this.#state, event, nowMs);
  }

  /**
   * The state, as plain data.
   *
   * @example
   * import { SchedulerCore } from "tilework/scheduler";
   *
   * const scheduler = new SchedulerCore();
   * scheduler.dump().workers; // → []
   */
  dump(): SchedulerDump {
    return snapshotOf(this.#state);
  }

  /**
   * The recorded history of a task or a worker, oldest first.
   *
   * @param about a task's key, `add-3f2a1b0(0, 3)`, or a worker's name
   * @example
   * import { SchedulerCore } from "tilework/scheduler";
   *
   * const scheduler = new SchedulerCore();
   * scheduler.story("alice"); // → []
   */
  story(about: string): string[] {
    return storyOf(this.#state, about);
  }
}
