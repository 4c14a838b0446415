// A client's view of one actor: its place, its waiting and running calls, and their outcomes. The
// public handle is actor.ts; channels to workers are actor-channels.ts.
import { ActorError, ArgumentError } from "../../base/errors.js";
import { hasCallArgument } from "../../graph/model/calls-layer.js";
import { RUN_METHOD } from "../../protocol/messages/actor-messages.js";
import type {
  ActorAnswered,
  ActorGone,
  ActorLost,
  ActorPlaced,
  CallActor,
} from "../../protocol/messages/messages.js";
import type { ActorId } from "../../protocol/values/ids.js";
import { fromWireError } from "../../protocol/values/wire-error.js";
import { isLeafList, packLeaves } from "../../shipping/values/scalar-codec.js";
import { packValue, unpackWhenReady } from "../../shipping/values/value-bytes.js";
import { unpackAnyThrown, unpackThrown } from "../fetch/remote-errors.js";
import { futuresIn, gatherFutures } from "../futures/gather-futures.js";
import { type Deferred, deferred } from "../session/deferred.js";

/** The client's side of an actor: its messages and its lifetime. */
export interface ActorLinks {
  /** Sends calls to the worker at an address. */
  call(address: string, message: CallActor): void;
  /**
   * The actor has no users left here.
   *
   * @param holds how often the scheduler has it held for this client
   * @param ends whether a user asked for the end
   */
  release(holds: number, ends: boolean): void;
  /** Forgets the actor: no more messages are needed. */
  forget(): void;
  /** There may be garbage that holds it. */
  collect(): void;
  /** The number of calls that wait for answers changed: they keep the process alive. */
  hold(count: number): void;
}

/**
 * How long calls to an unreachable worker wait for the scheduler's verdict, which names the reason.
 * It comes within a second when the worker is gone.
 */
const VERDICT_MS = 2_000;
/** Calls are sent together up to this many bytes of arguments. */
const TOGETHER_BYTES_MAX = 1 << 20;
const NOTHING = new Uint8Array(0);

/** The public members of an actor. */
export type ActorMembers = Pick<ActorPlaced, "methods" | "fields">;

interface Call {
  readonly kind: number;
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly answer: Deferred<unknown>;
}

/** Follows one actor. */
export class ActorCore {
  readonly id: ActorId;
  readonly className: string;
  /** The place of the actor, once it exists; rejects if it cannot be made. */
  readonly placed: Promise<ActorPlaced>;
  /** Handles that refer to it, and bytes that contain handles. */
  handles = 0;
  /** How often the scheduler holds it for this client. */
  holds = 0;
  /**
   * Handles from the constructor's arguments, kept alive as long as the actor may be created again.
   */
  made: object | undefined;
  /** Those of them that are handles. */
  #own = 0;
  readonly #links: ActorLinks;
  readonly #firstPlace = deferred<ActorPlaced>();
  #place: ActorPlaced | undefined;
  /** Not sent yet, in order. */
  #waiting: Call[] = [];
  /** Sent, by number. */
  readonly #underWay = new Map<number, Call>();
  #lastCall = 0;
  #willFlush = false;
  /** While calls wait for values of futures: those that follow wait behind them. */
  #preparing: Promise<void> | undefined;
  #suspicion: NodeJS.Timeout | undefined;
  #isReleased = false;
  /** Whether it was released, rather than left without handles. */
  #ends = false;
  #members: ActorMembers | undefined;
  #end: Error | undefined;

  constructor(id: ActorId, className: string, links: ActorLinks) {
    this.id = id;
    this.className = className;
    this.#links = links;
    this.placed = this.#firstPlace.promise;
    // Those that wait for it see how it ends.
    this.placed.catch(() => undefined);
  }

  /** Whether it will never accept a call again. */
  get isOver(): boolean {
    return this.#end !== undefined;
  }

  /** The place of the actor, as far as is known. */
  get place(): ActorPlaced | undefined {
    return this.#place;
  }

  /** Its methods and fields, as far as is known. */
  get members(): ActorMembers | undefined {
    return this.#members;
  }

  /** Why it accepts no calls, if so. */
  get end(): Error | undefined {
    return this.#end;
  }

  /** Calls a method, or reads a field. */
  call(kind: number, name: string, args: readonly unknown[]): Promise<unknown> {
    const answer = deferred<unknown>();
    const refusal = this.#end;
    if (refusal !== undefined) {
      answer.reject(refusal);
      return answer.promise;
    }
    this.#links.hold(1);
    if (this.#preparing === undefined && (isLeafList(args) || futuresIn(args).size === 0)) {
      this.#add(kind, name, args, answer);
    } else this.#prepare(kind, name, args, answer);
    return answer.promise;
  }

  /** Fetches the values of futures, after the calls before it. */
  #prepare(kind: number, name: string, args: readonly unknown[], answer: Deferred<unknown>): void {
    const values = gatherFutures(args, {});
    // The calls before this one may take longer than these futures to fail.
    values.catch(() => undefined);
    const prepared = (this.#preparing ?? Promise.resolve())
      .then(() => values)
      .then(
        (ready) => this.#add(kind, name, ready as readonly unknown[], answer),
        (error: unknown) => this.#settle(() => answer.reject(error)),
      )
      .finally(() => {
        if (this.#preparing === prepared) this.#preparing = undefined;
        this.#releaseIfIdle();
      });
    this.#preparing = prepared;
  }

  #add(kind: number, name: string, args: readonly unknown[], answer: Deferred<unknown>): void {
    if (this.#end !== undefined) {
      const end = this.#end;
      this.#settle(() => answer.reject(end));
      return;
    }
    let bytes: Uint8Array;
    try {
      bytes = kind === RUN_METHOD ? packCall(args, `${this.className}.${name}`) : NOTHING;
    } catch (error) {
      this.#settle(() => answer.reject(error));
      return;
    }
    this.#waiting.push({ kind, name, bytes, answer });
    if (this.#willFlush) return;
    this.#willFlush = true;
    // Calls made in one go are sent together.
    queueMicrotask(() => {
      this.#willFlush = false;
      this.#flush();
    });
  }

  #flush(): void {
    const place = this.#place;
    if (place === undefined || this.#suspicion !== undefined || this.#waiting.length === 0) return;
    const calls = this.#waiting;
    this.#waiting = [];
    let start = 0;
    while (start < calls.length) {
      let end = start;
      let bytes = 0;
      do bytes += (calls[end++] as Call).bytes.byteLength;
      while (
        end < calls.length &&
        bytes + (calls[end] as Call).bytes.byteLength <= TOGETHER_BYTES_MAX
      );
      this.#send(place, calls.slice(start, end), bytes);
      start = end;
    }
  }

  #send({ address, incarnation }: ActorPlaced, calls: readonly Call[], bytes: number): void {
    const first = this.#lastCall + 1;
    for (const call of calls) this.#underWay.set(++this.#lastCall, call);
    this.#links.call(address, {
      type: "callActor",
      actor: this.id,
      incarnation,
      first,
      kinds: calls.map(({ kind }) => kind),
      names: calls.map(({ name }) => name),
      lengths: calls.map((call) => call.bytes.byteLength),
      values: joined(calls, bytes),
    });
  }

  /** The worker has answered. */
  answered({ calls, lengths, values, errors }: ActorAnswered): void {
    let start = 0;
    let error = 0;
    for (let k = 0; k < calls.length; k++) {
      const number = calls[k] as number;
      const length = lengths[k] as number;
      const call = this.#underWay.get(number);
      this.#underWay.delete(number);
      if (length < 0) {
        const thrown = errors[error++] ?? { name: "Error", message: "it threw, but not what" };
        if (call !== undefined) this.#settle(() => call.answer.reject(unpackAnyThrown(thrown)));
        continue;
      }
      const bytes = values.subarray(start, start + length);
      start += length;
      if (call !== undefined) this.#settle(() => resolveWith(call.answer, bytes));
    }
    this.#releaseIfIdle();
  }

  #settle(how: () => void): void {
    this.#links.hold(-1);
    how();
  }

  /** The scheduler has announced its place. */
  receivedPlace(place: ActorPlaced): void {
    this.#place = place;
    this.#members = place;
    this.#firstPlace.resolve(place);
    this.#trust();
    this.#flush();
  }

  /** The scheduler has announced its loss. */
  receivedLoss({ error, isComingBack }: ActorLost): void {
    const loss = unpackThrown(error);
    this.#place = undefined;
    this.#trust();
    this.#failUnderWay(loss);
    if (!isComingBack) this.fail(loss);
  }

  /** Its worker reports that it is not there; the scheduler will send the reason. */
  receivedGone({ incarnation, error }: ActorGone): void {
    if (this.#place?.incarnation !== incarnation) return;
    this.#suspect(fromWireError(error), true);
  }

  /** The line to its worker is lost. */
  lineLost(address: string, reason: string): void {
    if (this.#place?.address !== address) return;
    const { workerName } = this.#place;
    const message = `the connection to worker ${workerName} at ${address}, the worker of actor ${this.id} lives, was lost (${reason}): calls in progress may or may not have run`;
    const error = new ActorError("died", message, { actor: this.id, worker: workerName, reason });
    this.#suspect(error, false);
  }

  /** Waits for the scheduler's report, but not forever. */
  #suspect(error: Error, isFatal: boolean): void {
    this.#suspicion ??= setTimeout(() => {
      this.#trust();
      if (isFatal) this.fail(error);
      this.#failUnderWay(error);
      this.#flush();
    }, VERDICT_MS);
    if (this.#underWay.size + this.#waiting.length === 0) this.#suspicion.unref();
  }

  #trust(): void {
    clearTimeout(this.#suspicion);
    this.#suspicion = undefined;
  }

  #failUnderWay(error: Error): void {
    const calls = [...this.#underWay.values()];
    this.#underWay.clear();
    for (const { answer } of calls) this.#settle(() => answer.reject(error));
    this.#releaseIfIdle();
  }

  /** It will never be there again, or was not available at all. */
  fail(error: Error): void {
    this.#trust();
    this.#end ??= error;
    this.#firstPlace.reject(error);
    this.#links.forget();
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const { answer } of waiting) this.#settle(() => answer.reject(error));
    this.#failUnderWay(error);
  }

  /** It has a handle (again), or something else holds it, such as bytes and calls. */
  retain(isHandle: boolean): void {
    this.handles++;
    if (isHandle) this.#own++;
    this.#isReleased = false;
  }

  /**
   * There is one handle less: when it was the last, the actor is released when its calls have
   * ended.
   */
  lose(isHandle: boolean, ends = false): void {
    this.#ends ||= ends;
    if (isHandle) this.#own--;
    if (--this.handles > 0) {
      if (ends) this.#links.release(0, true);
      this.lookForNeed();
      return;
    }
    this.#isReleased = true;
    this.#releaseIfIdle();
  }

  #releaseIfIdle(): void {
    const isIdle =
      this.#underWay.size + this.#waiting.length === 0 && this.#preparing === undefined;
    if (!this.#isReleased || !isIdle || this.#end !== undefined) return;
    this.#end = this.released();
    this.#firstPlace.reject(this.#end);
    this.#links.release(this.holds, this.#ends);
    this.#links.forget();
  }

  /** Where nothing has a handle but bytes, these may be garbage. */
  lookForNeed(): void {
    if (this.#own === 0 && this.handles > 0) this.#links.collect();
  }

  /** The error of calls through a released handle. */
  released(): ActorError {
    const message = `the actor ${this.id} was released: it accepts no more calls`;
    return new ActorError("released", message, { actor: this.id });
  }
}

function packCall(args: readonly unknown[], name: string): Uint8Array {
  if (isLeafList(args)) return packLeaves(args);
  const stranger = args.find(
    (arg) => typeof arg === "object" && arg !== null && hasCallArgument(arg),
  );
  if (stranger !== undefined) {
    const text = `${name} was given a collection that is not computed: compute it first, or give the result`;
    throw new ArgumentError("value", text, { name });
  }
  return packValue([args], `an argument of ${name}`);
}

function joined(calls: readonly Call[], bytes: number): Uint8Array {
  const [only] = calls;
  if (calls.length === 1 && only !== undefined) return only.bytes;
  const values = new Uint8Array(bytes);
  let start = 0;
  for (const call of calls) {
    values.set(call.bytes, start);
    start += call.bytes.byteLength;
  }
  return values;
}

function resolveWith(answer: Deferred<unknown>, bytes: Uint8Array): void {
  try {
    answer.resolve(unpackWhenReady(bytes));
  } catch (error) {
    answer.reject(error);
  }
}
