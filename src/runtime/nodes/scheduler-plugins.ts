// Code of clients in the scheduler's process: functions that are called there, and plugins that
// hear what happens. Each has a thread of its own, so that none holds up the scheduler.

import type { Caller } from "../../comm/interface/actor-channel.js";
import { RUN_METHOD } from "../../protocol/messages/actor-messages.js";
import type { AskScheduler, SchedulerAnswered } from "../../protocol/messages/messages.js";
import type { ActorId } from "../../protocol/values/ids.js";
import type { WireError } from "../../protocol/values/wire-error.js";
import { type ClusterChange, changesSince } from "../../scheduler/inspect/story.js";
import type { SchedulerState } from "../../scheduler/state/scheduler-state.js";
import { packLeaves } from "../../shipping/values/scalar-codec.js";
import { packValue } from "../../shipping/values/value-bytes.js";
import { aboutProcess } from "../../system/about-process.js";
import { within } from "../../system/time-limit.js";
import { ActorThread } from "../actors/actor-thread.js";

/** What a client gets. */
type Answer = Pick<SchedulerAnswered, "value" | "error">;

/** Changes that a plugin has not taken yet are dropped beyond this many. */
const CHANGES_MAX = 100_000;
/** How long plugins may take to end. */
const TEARDOWN_MS = 2_000;

/** The instances of one process. */
export class SchedulerPlugins {
  readonly #address: string;
  readonly #state: SchedulerState;
  readonly #warn: (text: string) => void;
  readonly #plugins = new Map<string, Hosted>();
  /** Functions that run. */
  readonly #calls = new Set<Hosted>();
  #seen = 0;

  constructor(address: string, state: SchedulerState, warn: (text: string) => void) {
    this.#address = address;
    this.#state = state;
    this.#warn = warn;
  }

  /** Does what a client asks for. */
  async answer({ what, name, maker }: AskScheduler): Promise<Answer> {
    if (what === "about") return { value: Buffer.from(JSON.stringify(aboutProcess())) };
    if (what === "unplug") return await this.#unplug(name);
    if (maker === undefined) return { error: { name: "Error", message: "it has no code" } };
    return what === "call" ? await this.#call(maker) : await this.#plug(name, maker);
  }

  /** Tells plugins what the last steps changed; costs nothing where there are none. */
  tell(): void {
    if (this.#plugins.size === 0) return;
    const changes = changesSince(this.#state, this.#seen);
    this.#seen = this.#state.history.count;
    if (changes.length === 0) return;
    for (const plugin of this.#plugins.values()) plugin.tell(changes);
  }

  /** Tears plugins down, and ends all threads. */
  async close(): Promise<void> {
    for (const call of this.#calls) call.stop();
    await Promise.all([...this.#plugins.keys()].map((name) => this.#unplug(name)));
  }

  async #call(maker: Uint8Array): Promise<Answer> {
    const hosted = new Hosted("function", maker, this.#address, this.#warn);
    this.#calls.add(hosted);
    const answer = await hosted.call("run");
    this.#calls.delete(hosted);
    hosted.stop();
    return answer;
  }

  async #plug(name: string, maker: Uint8Array): Promise<Answer> {
    await this.#unplug(name);
    const hosted = new Hosted(`plugin ${name}`, maker, this.#address, this.#warn);
    const answer = await hosted.call("setup");
    if (answer.error !== undefined) {
      hosted.stop();
      return answer;
    }
    if (this.#plugins.size === 0) this.#seen = this.#state.history.count;
    this.#plugins.set(name, hosted);
    return {};
  }

  async #unplug(name: string): Promise<Answer> {
    const hosted = this.#plugins.get(name);
    if (hosted === undefined) return {};
    this.#plugins.delete(name);
    const answer = await within(TEARDOWN_MS, hosted.call("teardown"));
    hosted.stop();
    return answer?.error === undefined ? {} : answer;
  }
}

/** One instance on a thread of its own. */
class Hosted {
  readonly #thread: ActorThread;
  readonly #caller: Caller;
  readonly #answers = new Map<number, (answer: Answer) => void>();
  #calls = 0;
  #end: WireError | undefined;
  #changes: ClusterChange[] = [];
  #isTold = false;
  #isStopped = false;
  readonly #warn: (text: string) => void;

  constructor(what: string, maker: Uint8Array, address: string, warn: (text: string) => void) {
    const actor = what as ActorId;
    this.#caller = { answer: (message) => this.#answered(message) } as Caller;
    this.#warn = (text) => warn(`the ${what} of the scheduler ${text}`);
    this.#thread = new ActorThread(
      { type: "startActor", actor, incarnation: 1, maker, concurrency: 1 },
      { preload: [], worker: "scheduler", schedulerAddress: address },
      {
        made() {},
        // The tasks of a cluster have a line to its scheduler; what runs here has not.
        lineOpened: (port) => port.close(),
        printed: ({ text }) => process.stdout.write(`${text}\n`),
        answering() {},
        spansEnded() {},
        ended: (error) => {
          this.#end = error;
          for (const answer of this.#answers.values()) answer({ error });
          if (!this.#isStopped) this.#warn(`has ended: ${error.message}`);
        },
      },
    );
  }

  /** Calls a method. */
  call(method: string, bytes: Uint8Array = packLeaves([])): Promise<Answer> {
    if (this.#end !== undefined) return Promise.resolve({ error: this.#end });
    const first = ++this.#calls;
    const kinds = [RUN_METHOD];
    const names = [method];
    const lengths = [bytes.byteLength];
    const call = { actor: "" as ActorId, incarnation: 1, first, kinds, names, lengths };
    this.#thread.call(this.#caller, { type: "callActor", ...call, values: bytes });
    return new Promise((resolve) => this.#answers.set(first, resolve));
  }

  /** Has it hear of changes: those that come while it is busy come together. */
  tell(changes: readonly ClusterChange[]): void {
    if (this.#end !== undefined) return;
    for (const change of changes) this.#changes.push(change);
    if (this.#changes.length > CHANGES_MAX) this.#changes = this.#changes.slice(-CHANGES_MAX);
    if (!this.#isTold) void this.#tellAll();
  }

  async #tellAll(): Promise<void> {
    this.#isTold = true;
    while (this.#changes.length > 0 && this.#end === undefined) {
      const changes = this.#changes;
      this.#changes = [];
      const { error } = await this.call("transitions", packValue([[changes]], "changes"));
      if (error !== undefined && this.#end === undefined) this.#warn(`failed: ${error.message}`);
    }
    this.#isTold = false;
  }

  /** Ends the thread at once. */
  stop(): void {
    this.#isStopped = true;
    this.#thread.stop();
  }

  #answered(message: Parameters<Caller["answer"]>[0]): void {
    if (message.type !== "actorAnswered") return;
    let start = 0;
    let errors = 0;
    message.calls.forEach((call, k) => {
      const length = message.lengths[k] as number;
      const answer = this.#answers.get(call);
      this.#answers.delete(call);
      if (length < 0) answer?.({ error: message.errors[errors++] as WireError });
      else answer?.({ value: message.values.slice(start, (start += length)) });
    });
  }
}
