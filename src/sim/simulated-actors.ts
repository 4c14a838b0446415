// Actors in a virtual worker process: instances that take virtual time to create, run one call at a
// time, and sometimes die. simulated-callers.ts has their callers; the production cores place them.
import { assert } from "../base/assert.js";
import type {
  ActorEnded,
  ActorStarted,
  StartActor,
  StopActor,
} from "../protocol/messages/messages.js";
import type { ActorId } from "../protocol/values/ids.js";
import {
  type ActorServer,
  type Environment,
  MESSAGE_BYTES,
  type VirtualCall,
} from "./environment.js";

/** How long an instance takes to be made, a call to run, and a thread to end, at most. */
const START_MS_MAX = 30;
const CALL_MS_MAX = 5;
const END_MS_MAX = 10;

interface Instance {
  readonly incarnation: number;
  readonly calls: VirtualCall[];
  /** By caller, the number of the latest call that began. */
  readonly latest: Map<string, number>;
  isMade: boolean;
  isBusy: boolean;
  count: number;
}

/** The actors of one worker process. */
export class SimulatedActors implements ActorServer {
  readonly #environment: Environment;
  readonly #address: string;
  readonly #report: (event: ActorStarted | ActorEnded) => void;
  readonly #instances = new Map<ActorId, Instance>();

  /** @param report reports to the worker's core; not called when the process is gone */
  constructor(
    environment: Environment,
    address: string,
    report: (event: ActorStarted | ActorEnded) => void,
  ) {
    this.#environment = environment;
    this.#address = address;
    this.#report = report;
    environment.actors.set(address, this);
  }

  /** How many there are. */
  get count(): number {
    return this.#instances.size;
  }

  /** Makes an instance. */
  start({ actor, incarnation }: StartActor): void {
    assert(!this.#instances.has(actor), `${this.#address} makes actor ${actor} twice`);
    const { world, rng, actorDeathChance } = this.#environment;
    const calls: VirtualCall[] = [];
    const latest = new Map<string, number>();
    const instance = { incarnation, calls, latest, isMade: false, isBusy: false, count: 0 };
    this.#instances.set(actor, instance);
    world.after(rng.between(0, START_MS_MAX), () => {
      if (this.#instances.get(actor) !== instance) return;
      if (rng.chance(actorDeathChance)) {
        this.#end(actor, instance);
        return;
      }
      instance.isMade = true;
      this.#report({ type: "actorStarted", actor, incarnation, methods: ["f"], fields: [] });
      this.#runNext(actor, instance);
    });
  }

  /** Ends an instance, after a moment. */
  stop({ actor }: StopActor): void {
    const instance = this.#instances.get(actor);
    assert(instance !== undefined, `${this.#address} ends actor ${actor}, which is not there`);
    const { world, rng } = this.#environment;
    world.after(rng.between(0, END_MS_MAX), () => this.#end(actor, instance));
  }

  /** A call has arrived. */
  call(call: VirtualCall): void {
    const instance = this.#instances.get(call.actor);
    if (instance?.incarnation !== call.incarnation) {
      this.#answer(call, undefined);
      return;
    }
    assert(instance.isMade, `actor ${call.actor} was called before it was made`);
    instance.calls.push(call);
    this.#runNext(call.actor, instance);
  }

  #runNext(actor: ActorId, instance: Instance): void {
    const { world, rng, actorDeathChance } = this.#environment;
    const call = instance.calls[0];
    if (instance.isBusy || call === undefined) return;
    instance.isBusy = true;
    const latest = instance.latest.get(call.caller) ?? 0;
    assert(call.number > latest, `call ${call.number} of ${call.caller} ran behind ${latest}`);
    instance.latest.set(call.caller, call.number);
    instance.count++;
    world.after(rng.between(0, CALL_MS_MAX), () => {
      if (this.#instances.get(actor) !== instance) return;
      if (rng.chance(actorDeathChance)) {
        this.#end(actor, instance);
        return;
      }
      instance.calls.shift();
      instance.isBusy = false;
      this.#answer(call, instance.count);
      this.#runNext(actor, instance);
    });
  }

  #end(actor: ActorId, instance: Instance): void {
    if (this.#instances.get(actor) !== instance) return;
    this.#instances.delete(actor);
    for (const call of instance.calls) this.#answer(call, undefined);
    const error = { name: "Error", message: "ended by the simulation" };
    this.#report({ type: "actorEnded", actor, incarnation: instance.incarnation, error });
  }

  #answer({ caller, answer }: VirtualCall, count: number | undefined): void {
    const { network } = this.#environment;
    network.send(this.#address, caller, MESSAGE_BYTES, () => answer(count));
  }
}
