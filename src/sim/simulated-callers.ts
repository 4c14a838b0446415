// Simulated clients with actors: create them, find those of others, call and release them. Each
// must receive the outcome of each call once, and in order.
import { assert } from "../base/assert.js";
import type { Rng } from "../base/rng.js";
import type {
  ActorPlaced,
  ClientToScheduler,
  SchedulerToClient,
  SchedulerToWorker,
} from "../protocol/messages/messages.js";
import { type ActorId, PROTOCOL_VERSION } from "../protocol/values/ids.js";
import { type Environment, MESSAGE_BYTES, SCHEDULER, type SchedulerPeer } from "./environment.js";

/** After how long without an answer a line counts as lost: calls under way may have run or not. */
const LINE_LOST_MS = 8_000;
const HEARTBEAT_MS = 500;

/** The behaviour of a caller. */
export interface CallerPlan {
  /** Actors that it has made, and calls of each actor that it knows. */
  readonly actors: number;
  readonly calls: number;
  /** The time span of its calls; then it releases all. */
  readonly spanMs: number;
  /** Whether it then vanishes without a message. */
  readonly vanishes: boolean;
}

/** How many calls ended, and how. */
export interface CallCounts {
  answered: number;
  failed: number;
}

/** An actor as the caller knows it. */
interface Known {
  readonly id: ActorId;
  place: ActorPlaced | undefined;
  isOver: boolean;
  holds: number;
  lastCall: number;
  /** Numbers of calls that wait for the actor to be there. */
  waiting: number[];
  /** By number: sent, and not answered. */
  readonly underWay: Map<number, { readonly sentMs: number; readonly incarnation: number }>;
  lastAnswered: number;
  lastCount: number;
}

/** A client process with actors. */
export class SimulatedCaller implements SchedulerPeer {
  readonly name: string;
  readonly counts: CallCounts = { answered: 0, failed: 0 };
  hasEnded = false;
  readonly #environment: Environment;
  readonly #plan: CallerPlan;
  readonly #rng: Rng;
  readonly #known = new Map<ActorId, Known>();
  #asked = 0;
  #isGone = false;

  constructor(environment: Environment, name: string, plan: CallerPlan) {
    this.#environment = environment;
    this.name = name;
    this.#plan = plan;
    this.#rng = environment.rng.fork();
    environment.peers.set(name, this);
    this.#sendMessage({ type: "registerClient", version: PROTOCOL_VERSION, name });
  }

  receive(message: SchedulerToClient | SchedulerToWorker): void {
    if (this.#isGone) return;
    if (message.type === "clientAccepted") this.#begin();
    else if (message.type === "actorPlaced") this.#placed(message);
    else if (message.type === "actorLost") {
      const known = this.#known.get(message.actor);
      if (known !== undefined) this.#lost(known, message.isComingBack);
    } else if (message.type === "actorFound" && message.actor !== null) {
      this.#follow(message.actor).holds++;
    }
  }

  #begin(): void {
    const { world } = this.#environment;
    const { actors, calls, spanMs } = this.#plan;
    const sometime = (happen: () => void) =>
      world.after(this.#rng.between(0, spanMs), () => {
        if (!this.hasEnded) happen();
      });
    for (let k = 0; k < actors; k++) sometime(() => this.#make(`${this.name}-actor-${k}`));
    sometime(() => this.#find());
    for (let k = 0; k < calls; k++) sometime(() => this.#callSome());
    sometime(() => this.#release());
    world.after(spanMs, () => this.#releaseHandle());
    world.every(HEARTBEAT_MS, () => {
      if (!this.#isGone) this.#sendMessage({ type: "clientHeartbeat" });
      this.#giveUpLate();
      return !this.#isGone;
    });
  }

  #make(actor: ActorId): void {
    this.#follow(actor).holds++;
    const terms = { restarts: this.#rng.below(3), concurrency: 1, isDetached: false };
    const maker = new Uint8Array(1);
    this.#sendMessage({ type: "createActor", actor, name: `the ${actor}`, maker, ...terms });
  }

  /** Any client's. */
  #find(): void {
    const name = `the caller-${this.#rng.below(3)}-actor-${this.#rng.below(3)}`;
    this.#sendMessage({ type: "findActor", request: ++this.#asked, actor: null, name });
  }

  #callSome(): void {
    const known = [...this.#known.values()];
    if (known.length === 0) return;
    const actor = this.#rng.pick(known);
    for (let more = 1 + this.#rng.below(5); more > 0; more--) {
      actor.waiting.push(++actor.lastCall);
      if (actor.isOver) this.#failAll(actor);
    }
    this.#send(actor);
  }

  /** Releases one of them early; its calls under way are not waited for. */
  #release(): void {
    const [actor] = this.#known.values();
    if (actor === undefined) return;
    this.#sendMessage({ type: "releaseActor", actor: actor.id, holds: actor.holds, ends: true });
    this.#over(actor);
  }

  #releaseHandle(): void {
    const isVanishing = this.#plan.vanishes;
    for (const actor of this.#known.values()) {
      if (!isVanishing && !actor.isOver) {
        this.#sendMessage({
          type: "releaseActor",
          actor: actor.id,
          holds: actor.holds,
          ends: false,
        });
      }
      this.#over(actor);
    }
    if (!isVanishing) this.#sendMessage({ type: "closeClient" });
    this.hasEnded = true;
    this.#isGone = true;
  }

  #follow(id: ActorId): Known {
    let known = this.#known.get(id);
    if (known === undefined) {
      const none = { place: undefined, isOver: false, holds: 0, lastCall: 0, waiting: [] };
      known = { id, ...none, underWay: new Map(), lastAnswered: 0, lastCount: 0 };
      this.#known.set(id, known);
    }
    return known;
  }

  #placed(place: ActorPlaced): void {
    const known = this.#follow(place.actor);
    const isLater = place.incarnation > (known.place?.incarnation ?? 0);
    if (known.isOver) return;
    if (isLater) known.lastCount = 0;
    known.place = place;
    this.#send(known);
  }

  #send(known: Known): void {
    const { place } = known;
    if (place === undefined) return;
    const { network, world, actors } = this.#environment;
    const { incarnation, address } = place;
    for (const number of known.waiting.splice(0)) {
      known.underWay.set(number, { sentMs: world.nowMs, incarnation });
      const answer = (count: number | undefined) => this.#answered(known, number, count);
      const call = { caller: this.name, actor: known.id, incarnation, number, answer };
      network.send(this.name, address, MESSAGE_BYTES, () => actors.get(address)?.call(call));
    }
  }

  /** @param count undefined where the actor is not there: the scheduler's message ends the call */
  #answered(known: Known, number: number, count: number | undefined): void {
    if (count === undefined || !known.underWay.delete(number)) return;
    assert(
      number > known.lastAnswered,
      `${this.name} has call ${number} of ${known.id} out of order`,
    );
    assert(count > known.lastCount, `${known.id} forgot what it knew, and did not say so`);
    known.lastAnswered = number;
    known.lastCount = count;
    this.counts.answered++;
  }

  #lost(known: Known, isComingBack: boolean): void {
    this.counts.failed += known.underWay.size;
    known.underWay.clear();
    known.place = undefined;
    if (!isComingBack) this.#over(known);
  }

  #over(known: Known): void {
    known.isOver = true;
    this.#failAll(known);
  }

  #failAll(known: Known): void {
    this.counts.failed += known.waiting.length + known.underWay.size;
    known.waiting = [];
    known.underWay.clear();
  }

  /** Gives up calls that cannot be answered any more, since the line is lost. */
  #giveUpLate(): void {
    const { world } = this.#environment;
    for (const known of this.#known.values()) {
      for (const [number, { sentMs }] of known.underWay) {
        if (world.nowMs - sentMs < LINE_LOST_MS) continue;
        known.underWay.delete(number);
        this.counts.failed++;
      }
    }
  }

  #sendMessage(message: ClientToScheduler): void {
    const { network, toScheduler } = this.#environment;
    network.send(this.name, SCHEDULER, MESSAGE_BYTES, () => toScheduler(this.name, message));
  }
}
