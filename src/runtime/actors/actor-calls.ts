// The calls of one actor, on its thread: runs them in order of arrival, one at a time or up to the
// actor's concurrency, and collects their answers. The thread's script is actor-thread-main.ts.

import { Fifo } from "../../base/fifo.js";
import { kindOf } from "../../base/format-value.js";
import { isIterator } from "../../base/iterators.js";
import { keptBy } from "../../base/kept-alive.js";
import { isThenable } from "../../base/thenable.js";
import { READ_FIELD } from "../../protocol/messages/actor-messages.js";
import type { WireError } from "../../protocol/values/wire-error.js";
import { unpackArguments } from "../../shipping/call-arguments.js";
import { packValue } from "../../shipping/values/value-bytes.js";
import { listOfIterator } from "../tasks/async-elements.js";
import type { TaskConsole } from "../tasks/task-console.js";
import { packThrown } from "../tasks/thrown-values.js";
import type { ActorMade, ThreadAnswers, ThreadCalls } from "./actor-thread-messages.js";
import { nowMs } from "./actor-thread-messages.js";

/** Answers to short calls are sent together, but wait no longer than this for others. */
const ANSWER_INTERVAL_MS = 1;

/** How long a caller may take to report the actor handles in an answer to the scheduler. */
const HAND_OVER_MS = 10_000;

interface Call {
  readonly caller: number;
  readonly call: number;
  readonly kind: number;
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** Answers to one caller that wait to be sent. */
interface Answers {
  readonly calls: number[];
  readonly lengths: number[];
  readonly values: Uint8Array[];
  readonly errors: WireError[];
  bytes: number;
}

/** Methods and fields of an object, those that it inherits included. */
export function membersOf(instance: object): Pick<ActorMade, "methods" | "fields"> {
  const methods = new Set<string>();
  const fields = new Set<string>();
  let owner: object | null = instance;
  while (owner !== null && owner !== Object.prototype) {
    for (const [name, descriptor] of Object.entries(Object.getOwnPropertyDescriptors(owner))) {
      if (name === "constructor" || methods.has(name) || fields.has(name)) continue;
      (typeof descriptor.value === "function" ? methods : fields).add(name);
    }
    owner = Object.getPrototypeOf(owner) as object | null;
  }
  return { methods: [...methods], fields: [...fields] };
}

/** The services that an actor's calls use on its thread. */
export interface Surroundings {
  /** See `ActorThreadStart.clock`. */
  readonly clock: Float64Array | undefined;
  readonly console: TaskConsole;
  /** Promises to settle before callers are answered. */
  readonly debts: ReadonlySet<Promise<void>>;
}

/** The calls of one actor. */
export class ActorCalls {
  readonly #instance: Readonly<Record<string, unknown>>;
  readonly #className: string;
  readonly #methods: readonly string[];
  readonly #members: ReadonlySet<string>;
  readonly #clock: Float64Array | undefined;
  /** Places in the clock that no call has. */
  readonly #idle: number[];
  readonly #console: TaskConsole;
  readonly #debts: ReadonlySet<Promise<void>>;
  readonly #send: (answers: ThreadAnswers, transfer: ArrayBuffer) => void;
  readonly #queue = new Fifo<Call>();
  #answers = new Map<number, Answers>();
  #sentMs = 0;

  constructor(
    instance: object,
    concurrency: number,
    { clock, console, debts }: Surroundings,
    send: (answers: ThreadAnswers, transfer: ArrayBuffer) => void,
  ) {
    const { methods, fields } = membersOf(instance);
    this.#instance = instance as Readonly<Record<string, unknown>>;
    this.#className = instance.constructor.name;
    this.#methods = methods;
    this.#members = new Set([...methods, ...fields]);
    this.#clock = clock;
    this.#idle = Array.from({ length: concurrency }, (_, k) => k);
    this.#console = console;
    this.#debts = debts;
    this.#send = send;
  }

  /** Calls came. */
  take({ caller, first, kinds, names, lengths, values }: ThreadCalls): void {
    let start = 0;
    for (let k = 0; k < kinds.length; k++) {
      const end = start + (lengths[k] as number);
      this.#queue.push({
        caller,
        call: first + k,
        kind: kinds[k] as number,
        name: names[k] as string,
        bytes: values.subarray(start, end),
      });
      start = end;
    }
    this.#run();
  }

  #run(): void {
    this.#sentMs = performance.now();
    while (this.#idle.length > 0) {
      const call = this.#queue.shift();
      if (call === undefined) break;
      this.#begin(call);
      if (performance.now() - this.#sentMs >= ANSWER_INTERVAL_MS) this.#flush();
    }
    this.#flush();
  }

  #begin(call: Call): void {
    const place = this.#idle.pop() as number;
    this.#console.begin();
    if (this.#clock !== undefined) {
      this.#clock[2 * place + 1] = this.#methods.indexOf(call.name);
      this.#clock[2 * place] = nowMs();
    }
    const end = () => {
      this.#console.end();
      if (this.#clock !== undefined) this.#clock[2 * place] = 0;
      this.#idle.push(place);
    };
    let value: unknown;
    try {
      value = this.#perform(call);
      if (isThenable(value)) value = Promise.resolve(value).then((later) => listed(call, later));
      else value = listed(call, value);
    } catch (error) {
      end();
      this.#fail(call, error);
      return;
    }
    if (!isThenable(value)) {
      end();
      this.#finishWhenReady(call, value);
      return;
    }
    // The next call begins when this one has ended, not inside its end.
    value.then(
      (later) => {
        end();
        this.#finishWhenReady(call, later);
        this.#run();
      },
      (error) => {
        end();
        this.#fail(call, error);
        this.#run();
      },
    );
  }

  #perform({ kind, name, bytes }: Call): unknown {
    if (!this.#members.has(name)) {
      const known = [...this.#members].filter((member) => !member.startsWith("_")).join(", ");
      throw new TypeError(`${this.#className} has no ${name}: it has ${known}`);
    }
    if (kind === READ_FIELD) return this.#instance[name];
    const method = this.#instance[name];
    if (typeof method !== "function") {
      throw new TypeError(`${name} of ${this.#className} is no method: it is ${kindOf(method)}`);
    }
    const args = unpackArguments(bytes, () => undefined);
    if (args instanceof Promise) return args.then((ready) => method.apply(this.#instance, ready));
    return method.apply(this.#instance, args);
  }

  /**
   * A caller may release its actors once it is answered: the scheduler must know by then that this
   * actor holds them.
   */
  #finishWhenReady(call: Call, value: unknown): void {
    if (this.#debts.size === 0) this.#finish(call, value);
    else {
      void Promise.all(this.#debts).then(() => {
        this.#finish(call, value);
        this.#flush();
      });
    }
  }

  #finish(call: Call, value: unknown): void {
    let bytes: Uint8Array;
    try {
      bytes = packValue(value, `what ${this.#className}.${call.name} returned`);
    } catch (error) {
      this.#fail(call, error);
      return;
    }
    keepForCaller(bytes);
    const answers = this.#answersTo(call.caller);
    answers.calls.push(call.call);
    answers.lengths.push(bytes.byteLength);
    answers.values.push(bytes);
    answers.bytes += bytes.byteLength;
  }

  #fail(call: Call, error: unknown): void {
    const answers = this.#answersTo(call.caller);
    answers.calls.push(call.call);
    answers.lengths.push(-1);
    answers.errors.push(packThrown(error));
  }

  #answersTo(caller: number): Answers {
    let answers = this.#answers.get(caller);
    if (answers === undefined) {
      answers = { calls: [], lengths: [], values: [], errors: [], bytes: 0 };
      this.#answers.set(caller, answers);
    }
    return answers;
  }

  #flush(): void {
    this.#sentMs = performance.now();
    if (this.#answers.size === 0) return;
    const all = this.#answers;
    this.#answers = new Map();
    for (const [caller, { calls, lengths, values, errors, bytes }] of all) {
      const joined = joinValues(values, bytes);
      const { buffer } = joined;
      this.#send({ type: "answers", caller, calls, lengths, values: joined, errors }, buffer);
    }
  }
}

/** Handles in an answer are there until the caller has its own. */
function keepForCaller(bytes: Uint8Array): void {
  const kept = keptBy(bytes);
  if (kept.length > 0) setTimeout(() => void kept, HAND_OVER_MS).unref();
}

/**
 * In one piece of memory that holds nothing else; the very bytes where there is only one such
 * piece.
 */
function joinValues(values: readonly Uint8Array[], bytes: number): Uint8Array<ArrayBuffer> {
  const [only] = values;
  if (values.length === 1 && only?.byteLength === only?.buffer.byteLength) {
    return only as Uint8Array<ArrayBuffer>;
  }
  const joined = new Uint8Array(bytes);
  let start = 0;
  for (const value of values) {
    joined.set(value, start);
    start += value.byteLength;
  }
  return joined;
}

/** The answer of a call: its value, or the list of values if it is a generator. */
function listed({ kind }: Call, value: unknown): unknown {
  return kind !== READ_FIELD && isIterator(value) ? listOfIterator(value) : value;
}
