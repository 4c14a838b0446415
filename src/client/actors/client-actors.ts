// The actors of one client: created and found through the scheduler, called through channels to
// their workers.

import { randomUUID } from "node:crypto";
import { ActorError } from "../../base/errors.js";
import {
  A_BOOLEAN,
  A_TEXT,
  checkOption,
  checkOptions,
  type Expectations,
  wholeNumber,
} from "../../base/option-schema.js";
import { taskContext } from "../../context/task-context.js";
import { readJobOptions } from "../../graph/ports/job-options.js";
import type {
  ActorLost,
  ActorPlaced,
  ActorReleased,
  ActorWaiting,
  CreateActor,
  WorkerToCaller,
} from "../../protocol/messages/messages.js";
import type { ActorId } from "../../protocol/values/ids.js";
import { packValue } from "../../shipping/values/value-bytes.js";
import { collectSoon } from "../../system/garbage-collection.js";
import { within } from "../../system/time-limit.js";
import { gatherFutures } from "../futures/gather-futures.js";
import type { Session } from "../session/client-session.js";
import type { Connection } from "../session/connection.js";
import { WaitingWarnings } from "../session/waiting-warnings.js";
import {
  type ActorClass,
  type ActorOptions,
  checkActorClass,
  makeHandle,
  type TravellingActor,
} from "./actor.js";
import { ActorChannels } from "./actor-channels.js";
import { ActorCore } from "./actor-core.js";

const EXPECTED: Expectations<ActorOptions> = {
  name: A_TEXT,
  namespace: ["a text without a slash", isNamespace],
  detached: A_BOOLEAN,
  concurrency: wholeNumber(1, 10_000),
  restarts: wholeNumber(0),
  timeLimitMs: [
    "a number of milliseconds above 0",
    (value) => Number.isFinite(value) && (value as number) > 0,
  ],
  resources: undefined,
  workers: undefined,
};
/**
 * How long the scheduler may take to learn of an actor with a handle, and how often it is asked.
 */
const COMING_MS = 10_000;
const COMING_LOOK_MS = 20;

/** How long closing a client waits for console output of its actors. */
const FAREWELL_MS = 500;

/** Actors, and the calls to them that are under way. */
export class Actors {
  readonly #connection: Connection;
  readonly #warnings: WaitingWarnings;
  readonly #lines: ActorChannels;
  readonly #cores = new Map<ActorId, ActorCore>();
  #session: Session | undefined;
  /** Questions for actors under way. */
  #finding = 0;
  #held = 0;
  /** Keeps the process alive while there are calls under way. */
  readonly #keeper = setInterval(() => {}, 2 ** 30).unref();

  constructor(connection: Connection) {
    this.#connection = connection;
    this.#warnings = new WaitingWarnings(connection.address);
    this.#lines = new ActorChannels(connection.transport, {
      received: (message) => this.#receive(message),
      lost: (address, reason) => {
        for (const core of this.#cores.values()) core.lineLost(address, reason);
      },
    });
  }

  /** Creates an actor; its calls wait until it is there. */
  create(Class: ActorClass, args: readonly unknown[], options: ActorOptions): ActorCore {
    checkActorClass(Class);
    const wish = readActorOptions(options);
    const id = `${Class.name || "Actor"}-${randomUUID().slice(0, 8)}`;
    const core = this.#core(id, Class.name);
    core.holds = 1;
    this.#hold(1);
    this.#submit(core, Class, args, wish)
      .catch((error: Error) => core.fail(error))
      .then(() => core.placed)
      .then(
        () => this.#hold(-1),
        () => this.#hold(-1),
      );
    return core;
  }

  async #submit(
    core: ActorCore,
    Class: ActorClass,
    args: readonly unknown[],
    wish: ReturnType<typeof readActorOptions>,
  ): Promise<void> {
    const values = await gatherFutures(args, {});
    const maker = packValue([Class, values], `what actors of ${Class.name} are made of`);
    const session = await this.#sessionNow();
    if (core.isOver) return;
    core.made = maker;
    const message: CreateActor = { type: "createActor", actor: core.id, maker, ...wish };
    session.send(message);
  }

  /** The actor of that name, or of that number. */
  async find(by: { readonly name: string } | { readonly actor: ActorId }): Promise<ActorCore> {
    const session = await this.#sessionNow();
    const question = { actor: null, name: null, ...by };
    const what = question.actor ?? `named ${JSON.stringify(question.name)}`;
    this.#finding++;
    const { actor } = await session.ask("findActor", question).finally(() => this.#finding--);
    if (actor !== null) {
      const core = this.#found(actor);
      core.holds++;
      return core;
    }
    throw notFound(what);
  }

  /**
   * Adopts an actor whose handle came from another process. Its sender holds the actor until the
   * scheduler knows that this client does: the task or call that received it ends no sooner.
   */
  adopt({ actor, className, place }: TravellingActor): ActorCore {
    const known = this.#cores.get(actor);
    if (known !== undefined) return known;
    const core = this.#core(actor, className);
    if (place !== undefined) core.receivedPlace(place);
    this.#hold(1);
    const asking = this.#adopt(core, place === undefined)
      .catch((error: Error) => core.fail(error))
      .finally(() => this.#hold(-1));
    taskContext()?.owes(asking);
    return core;
  }

  /** @param isComing whether it may be that the scheduler has not been asked to make it yet */
  async #adopt(core: ActorCore, isComing: boolean): Promise<void> {
    const untilMs = performance.now() + (isComing ? COMING_MS : 0);
    for (;;) {
      const session = await this.#sessionNow();
      // A release meanwhile cancels this, too: the scheduler gets both in order.
      core.holds++;
      const question = { actor: core.id, name: null };
      const { actor } = await session.ask("findActor", question);
      if (actor !== null) return;
      core.holds--;
      if (performance.now() >= untilMs) throw notFound(core.id);
      await new Promise((resolve) => setTimeout(resolve, COMING_LOOK_MS));
    }
  }

  #found(actor: ActorId): ActorCore {
    return this.#core(actor, actor.slice(0, actor.lastIndexOf("-")));
  }

  /** A handle of an actor, when it is there. */
  async handle(core: ActorCore): Promise<object> {
    const place = await core.placed;
    return makeHandle(core, place);
  }

  /**
   * Waits for everything that the scheduler has received about actors so far, such as console
   * output.
   */
  async heard(): Promise<void> {
    const session = this.#session;
    if (session === undefined) return;
    // Messages arrive in order: those that the scheduler sent before the answer are here when it
    // comes.
    const answer = session.ask("describeCluster", {}).catch(() => undefined);
    await within(FAREWELL_MS, answer);
  }

  /** The client is closed. */
  close(): void {
    clearInterval(this.#keeper);
    this.#lines.close();
  }

  async #sessionNow(): Promise<Session> {
    const session = await this.#connection.session();
    if (this.#session === session) return session;
    this.#session = session;
    session.followActors({
      received: (message) => this.#told(message),
      failed: (error) => {
        for (const core of this.#cores.values()) core.fail(error);
        this.#cores.clear();
      },
    });
    return session;
  }

  #core(id: ActorId, className: string): ActorCore {
    let core = this.#cores.get(id);
    if (core !== undefined) return core;
    core = new ActorCore(id, className, {
      call: (address, message) => this.#lines.call(address, message),
      release: (holds, ends) =>
        this.#session?.send({ type: "releaseActor", actor: id, holds, ends }),
      forget: () => this.#cores.delete(id),
      hold: (count) => this.#hold(count),
      collect: () => (taskContext()?.collect ?? collectSoon)(),
    });
    this.#cores.set(id, core);
    return core;
  }

  #told(message: ActorPlaced | ActorLost | ActorReleased | ActorWaiting): void {
    if (message.type === "actorWaiting") {
      const { className } = this.#cores.get(message.actor) ?? {};
      this.#warnings.warn(`the actor ${className || message.actor}`, message);
      return;
    }
    if (message.type === "actorReleased") {
      // Arguments of a task become garbage when it ends; programs only check again whether they use
      // the actor.
      if (taskContext() === undefined) this.#cores.get(message.actor)?.lookForNeed();
      else taskContext()?.collect();
      return;
    }
    // The place of an actor that was looked up arrives right after the answer that it exists.
    const isFound = this.#finding > 0 && message.type === "actorPlaced";
    const core = isFound ? this.#found(message.actor) : this.#cores.get(message.actor);
    if (message.type === "actorPlaced") core?.receivedPlace(message);
    else core?.receivedLoss(message);
  }

  #receive(message: WorkerToCaller): void {
    // Results go to followers of their worker, and these lines follow none.
    if (message.type === "outputsReady") return;
    const core = this.#cores.get(message.actor);
    if (message.type === "actorAnswered") core?.answered(message);
    else core?.receivedGone(message);
  }

  #hold(count: number): void {
    const before = this.#held;
    this.#held += count;
    if (before === 0) this.#keeper.ref();
    else if (this.#held === 0) this.#keeper.unref();
  }
}

function isNamespace(value: unknown): boolean {
  return typeof value === "string" && value !== "" && !value.includes("/");
}

/**
 * The name by which the scheduler knows an actor: `team/counter` in the namespace `team`.
 *
 * @throws ArgumentError `argument.value` for a namespace that is none
 */
export function nameInSpace(name: string, { namespace }: Pick<ActorOptions, "namespace">): string {
  if (namespace === undefined) return name;
  checkOption("namespace", namespace, ["a text without a slash", isNamespace]);
  return `${namespace}/${name}`;
}

function notFound(what: string): ActorError {
  const text = `there is no actor ${what}: it was never created, was released, has died, or has no handles left`;
  return new ActorError("unknown", text, { actor: what });
}

/**
 * Options as they are sent.
 *
 * @throws ArgumentError `argument.value` when one is unknown or has an illegal value
 */
function readActorOptions(options: ActorOptions) {
  checkOptions("an actor", options, EXPECTED);
  const { name, detached = false, concurrency = 1, restarts = 0, timeLimitMs } = options;
  const { resources, workers } = options;
  const terms = readJobOptions({
    ...(resources === undefined ? {} : { resources }),
    ...(workers === undefined ? {} : { workers }),
  });
  return {
    name: name === undefined ? null : nameInSpace(name, options),
    isDetached: detached,
    concurrency,
    restarts,
    ...(timeLimitMs === undefined ? {} : { timeLimitMs }),
    ...(terms as Pick<CreateActor, "resources" | "workers"> | undefined),
  };
}
