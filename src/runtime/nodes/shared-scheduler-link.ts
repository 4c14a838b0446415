// The connection to the scheduler that the tasks of all threads of a worker share. The scheduler
// sees one client; each thread sees its own link (comm/message-port/port-transport.ts). Answers
// find their thread by the graph or request that they name. A thread that ends releases everything
// that it requested.
import type { MessagePort } from "node:worker_threads";
import { reasonOf } from "../../base/reason.js";
import type {
  DataFetcher,
  DataHandler,
  DataServer,
  FromScheduler,
  SchedulerLink,
  ToScheduler,
  Transport,
} from "../../comm/interface/transport.js";
import { GuestCalls } from "../../comm/message-port/port-actor-channels.js";
import type { FromPort, ToPort } from "../../comm/message-port/port-messages.js";
import { ServedArrays } from "../../context/served-arrays.js";
import type { Layer } from "../../graph/model/layer.js";
import type { ClientAccepted, WorkersJoined } from "../../protocol/messages/messages.js";
import type { ActorId, GraphId, TaskId, WorkerId } from "../../protocol/values/ids.js";
import { toWireError } from "../../protocol/values/wire-error.js";

/** Options of {@link SharedSchedulerLink}. */
export interface SharedSchedulerLinkOptions {
  readonly transport: Transport;
  readonly schedulerAddress: string;
  /** The worker's name. */
  readonly worker: string;
  readonly fetcher: DataFetcher;
  /** Serves arrays that tasks gave; undefined where all share one memory. */
  readonly serveArrays: ((handler: DataHandler) => Promise<DataServer>) | undefined;
}

/** The speaker at a port: tasks, by their numbers on their thread, or an actor. */
export type Asker =
  | { readonly taskAt: (sequence: number) => TaskId | undefined }
  | { readonly actor: ActorId };

/** A thread whose tasks use the line. */
interface Guest {
  readonly port: MessagePort;
  readonly asker: Asker;
  readonly graphs: Map<GraphId, readonly Layer[]>;
  /** Who holds leases and waits there. */
  readonly holders: Set<string>;
  readonly calls: GuestCalls;
  /** How often it holds actors. */
  readonly actors: Map<ActorId, number>;
  /** Whether the thread has ended. */
  isGone: boolean;
  /** Whether it waits for the answer to its registration. */
  isWaiting: boolean;
  /** The last message under way: later ones of this thread wait for it. */
  tail: Promise<void> | undefined;
}

/** Shares one client's connection among threads. */
export class SharedSchedulerLink {
  readonly #options: SharedSchedulerLinkOptions;
  readonly #held: ServedArrays | undefined;
  readonly #guests = new Set<Guest>();
  readonly #graphs = new Map<GraphId, Guest>();
  readonly #questions = new Map<number, { readonly guest: Guest; readonly request: number }>();
  readonly #workers = new Map<WorkerId, WorkersJoined["workers"][number]>();
  #requests = 0;
  #link: SchedulerLink | undefined;
  #accepted: ClientAccepted | undefined;
  #heartbeat: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(options: SharedSchedulerLinkOptions) {
    this.#options = options;
    this.#held = options.serveArrays && new ServedArrays(options.serveArrays);
  }

  /** A thread starts to use the link, through this port. */
  accept(port: MessagePort, asker: Asker): void {
    const guest: Guest = {
      port,
      asker,
      graphs: new Map(),
      holders: new Set(),
      calls: new GuestCalls(this.#options.transport.openCalls, (message) => tell(guest, message)),
      actors: new Map(),
      isGone: false,
      isWaiting: false,
      tail: undefined,
    };
    this.#guests.add(guest);
    port.on("message", (message: FromPort) => this.#receive(guest, message));
    port.on("close", () => {
      this.#guests.delete(guest);
      guest.isGone = true;
      this.#leave(guest);
    });
    // The thread's tasks keep the process alive, not its open port.
    port.unref();
  }

  /** Takes leave of the scheduler. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearInterval(this.#heartbeat);
    for (const { port } of this.#guests) port.close();
    const link = this.#link;
    this.#link = undefined;
    link?.send({ type: "closeClient" });
    await link?.close();
  }

  #receive(guest: Guest, message: FromPort): void {
    switch (message.type) {
      case "connect":
        this.#leave(guest);
        break;
      case "disconnect":
        this.#leave(guest);
        break;
      case "fetch":
        void this.#fetch(guest, message);
        break;
      case "say":
        this.#hear(guest, onBehalf(guest.asker, message));
        break;
      default:
        guest.calls.receive(message);
    }
  }

  /** In the order of sending, even if some messages need work before they can be passed on. */
  #hear(guest: Guest, message: ToScheduler): void {
    const isSlow = message.type === "submitGraph" && ServedArrays.areLarge(message.layers);
    if (guest.tail === undefined && !(isSlow && this.#held)) {
      this.#pass(guest, message);
      return;
    }
    const tail = (guest.tail ?? Promise.resolve()).then(async () => {
      if (message.type !== "submitGraph") this.#pass(guest, message);
      else {
        const layers = (await this.#held?.hold(message.layers)) ?? message.layers;
        this.#pass(guest, { ...message, layers }, message.layers);
      }
      if (guest.tail === tail) guest.tail = undefined;
    });
    guest.tail = tail;
  }

  /** @param given the layers as the thread gave them, where they hold what stays here */
  #pass(guest: Guest, message: ToScheduler, given: readonly Layer[] = []): void {
    switch (message.type) {
      case "registerClient":
        this.#register(guest, message);
        return;
      case "clientHeartbeat":
        return;
      case "closeClient":
        this.#leave(guest);
        return;
      case "submitGraph":
        guest.graphs.set(message.graph, given);
        this.#graphs.set(message.graph, guest);
        break;
      case "coordinate":
        guest.holders.add(message.holder);
        break;
      case "releaseGraph":
        this.#forget(guest, message.graph);
        break;
      case "createActor":
        hold(guest, message.actor, 1);
        break;
      case "releaseActor":
        if (message.isTaken !== true) hold(guest, message.actor, -message.holds);
        break;
    }
    this.#link?.send("request" in message ? this.#numbered(guest, message) : message);
  }

  #numbered<M extends { readonly request: number }>(guest: Guest, message: M): M {
    const request = ++this.#requests;
    this.#questions.set(request, { guest, request: message.request });
    return { ...message, request };
  }

  #register(guest: Guest, message: Extract<ToScheduler, { type: "registerClient" }>): void {
    guest.isWaiting = true;
    if (this.#accepted !== undefined) this.#welcome(guest, this.#accepted);
    else if (this.#link === undefined) {
      this.#connect({ ...message, name: `tasks of ${this.#options.worker}` }).catch((error) => {
        this.#lose(reasonOf(error));
      });
    }
  }

  async #connect(first: ToScheduler): Promise<void> {
    const { transport, schedulerAddress } = this.#options;
    const link = await transport.connect(schedulerAddress);
    if (this.#isClosed) {
      await link.close();
      return;
    }
    this.#link = link;
    link.onMessage((message) => this.#told(message));
    link.onLost((reason) => this.#lose(reason));
    link.send(first);
  }

  #welcome(guest: Guest, accepted: ClientAccepted): void {
    guest.isWaiting = false;
    tell(guest, { type: "said", message: accepted });
    if (this.#workers.size === 0) return;
    const workers = [...this.#workers.values()];
    tell(guest, { type: "said", message: { type: "workersJoined", workers } });
  }

  /** A message of the scheduler: passed to its thread, or to all. */
  #told(message: FromScheduler): void {
    if (message.type === "clientAccepted") this.#begin(message);
    else if (message.type === "workersJoined") {
      for (const place of message.workers) this.#workers.set(place.worker, place);
    } else if (message.type === "workerLost") this.#workers.delete(message.worker);
    if ("graph" in message) {
      const guest = this.#graphs.get(message.graph);
      if (guest === undefined) return;
      tell(guest, { type: "said", message });
      if (message.type === "graphFinished" && message.isReleased)
        this.#forget(guest, message.graph);
    } else if ("request" in message) this.#answer(message);
    else if (message.type !== "clientAccepted") {
      for (const guest of this.#guests) tell(guest, { type: "said", message });
    }
  }

  #begin(accepted: ClientAccepted): void {
    this.#accepted = accepted;
    // From here, since a thread may be busy for any time.
    this.#heartbeat = setInterval(() => {
      this.#link?.send({ type: "clientHeartbeat" });
    }, accepted.heartbeatIntervalMs).unref();
    for (const guest of this.#guests) if (guest.isWaiting) this.#welcome(guest, accepted);
  }

  #answer(message: Extract<FromScheduler, { readonly request: number }>): void {
    const question = this.#questions.get(message.request);
    this.#questions.delete(message.request);
    const kept = message.type === "coordinated" ? (message.kept ?? []) : [];
    if (question === undefined) return;
    const { guest, request } = question;
    if (guest.isGone) {
      for (const { graph } of kept) this.#link?.send({ type: "releaseGraph", graph });
      this.#refuseActors(guest, message);
      return;
    }
    if (message.type === "actorFound" && message.actor !== null) hold(guest, message.actor, 1);
    for (const { graph } of kept) {
      guest.graphs.set(graph, []);
      this.#graphs.set(graph, guest);
    }
    tell(guest, { type: "said", message: { ...message, request } });
  }

  /** Releases actors that were requested by a thread that has ended. */
  #refuseActors({ asker }: Guest, message: FromScheduler): void {
    const release = { type: "releaseActor", holds: 1, ends: false } as const;
    if (message.type === "coordinated") {
      for (const actor of message.actors ?? []) {
        this.#link?.send({ ...release, actor, isTaken: true });
      }
    } else if (message.type === "actorFound" && message.actor !== null && "taskAt" in asker) {
      this.#link?.send({ ...release, actor: message.actor });
    }
  }

  /** Ends all requests of the thread. */
  #leave(guest: Guest): void {
    guest.isWaiting = false;
    for (const graph of [...guest.graphs.keys()]) {
      this.#forget(guest, graph);
      this.#link?.send({ type: "releaseGraph", graph });
    }
    for (const holder of guest.holders) this.#link?.send({ type: "leaveCoordination", holder });
    guest.holders.clear();
    // The scheduler itself knows which actors an actor holds.
    if ("taskAt" in guest.asker) {
      for (const [actor, holds] of guest.actors) {
        this.#link?.send({ type: "releaseActor", actor, holds, ends: false });
      }
    }
    guest.actors.clear();
    guest.calls.close();
  }

  #forget(guest: Guest, graph: GraphId): void {
    this.#held?.release(guest.graphs.get(graph) ?? []);
    guest.graphs.delete(graph);
    this.#graphs.delete(graph);
  }

  #lose(reason: string): void {
    clearInterval(this.#heartbeat);
    this.#accepted = undefined;
    this.#link = undefined;
    this.#graphs.clear();
    this.#questions.clear();
    this.#workers.clear();
    for (const guest of this.#guests) {
      guest.graphs.clear();
      tell(guest, { type: "lost", reason });
    }
  }

  /** Values for a task: copies, since this worker's memory may be reused. */
  async #fetch(guest: Guest, asked: Extract<FromPort, { type: "fetch" }>): Promise<void> {
    const { request, address, body, timeoutMs } = asked;
    try {
      const found = await this.#options.fetcher.fetch(address, body, timeoutMs);
      const items = found.map((item) => {
        if (item === undefined) return undefined;
        const { release, ...rest } = item;
        const bytes = rest.bytes.slice();
        release?.();
        return { ...rest, bytes };
      });
      tell(guest, { type: "fetched", request, items });
    } catch (error) {
      tell(guest, { type: "fetchFailed", request, error: toWireError(error) });
    }
  }
}

/**
 * Adds the task or actor that caused a message, so that its results can be traced to the right
 * console.
 */
function onBehalf(
  asker: Asker,
  { message, task }: Extract<FromPort, { type: "say" }>,
): ToScheduler {
  const asks =
    message.type === "submitGraph" ||
    message.type === "createActor" ||
    message.type === "findActor" ||
    message.type === "releaseActor";
  if (!asks) return message;
  if ("actor" in asker) return { ...message, askedBy: asker.actor };
  const number = task === undefined ? undefined : asker.taskAt(task);
  return number === undefined ? message : { ...message, askedBy: number };
}

function hold({ actors }: Guest, actor: ActorId, count: number): void {
  const now = (actors.get(actor) ?? 0) + count;
  if (now > 0) actors.set(actor, now);
  else actors.delete(actor);
}

function tell({ port }: Guest, message: ToPort): void {
  port.postMessage(message);
}
