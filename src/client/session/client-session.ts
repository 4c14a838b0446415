// A client's conversation with the scheduler: handshake, heartbeats, data addresses of workers, and
// messages sorted by graph. graph-tracker.ts handles a graph's outputs.
import { randomUUID } from "node:crypto";
import { ClusterError } from "../../base/errors.js";
import type { FromScheduler, SchedulerLink, Transport } from "../../comm/interface/transport.js";
import type {
  ActorPrinted,
  ClientToScheduler,
  Coordinate,
  OutputsReady,
  SubmitGraph,
  TasksPrinted,
} from "../../protocol/messages/messages.js";
import { findForbidden } from "../../protocol/messages/permissions.js";
import { type ClusterSize, sizeOfWorkers } from "../../protocol/values/cluster-size.js";
import { type GraphId, PROTOCOL_VERSION, type WorkerId } from "../../protocol/values/ids.js";
import type { Role } from "../../protocol/values/roles.js";
import type { TakenSpans } from "../../protocol/values/span-log.js";
import { fromWireError } from "../../protocol/values/wire-error.js";
import { AheadResults } from "./ahead-results.js";
import { type Deferred, deferred } from "./deferred.js";
import { FollowedWorkers } from "./followed-workers.js";
import { PendingReleases } from "./pending-releases.js";
import type {
  ActorsListener,
  Answers,
  CoordinationListener,
  GraphListener,
  GraphMessage,
  LeaseState,
  OutputBlock,
  Question,
  WorkerPlace,
} from "./session-listeners.js";

/** Options of {@link Session.open}. */
export interface SessionOptions {
  /** The scheduler's address, for messages. */
  readonly address: string;
  readonly name: string;
  /** How long to wait for the handshake. */
  readonly timeoutMs: number;
  /** The time without a message from the scheduler after which it counts as gone. */
  readonly schedulerTimeoutMs: number;
  /** The role of its keys, if it has any. */
  readonly role?: Role | undefined;
  /** Called when tasks or actors of this client wrote to the console. */
  readonly onPrinted?: (message: TasksPrinted) => void;
  /** What the client has noted since the last call; undefined if nothing. */
  readonly takeSpans?: () => TakenSpans | undefined;
  /** Called before each message: postponed ones go first. */
  readonly beforeSend?: () => void;
  /** Whether another session follows a lost one. */
  readonly reconnects?: boolean;
  /** Opens lines to workers, whose results then come straight from them; default: not. */
  readonly openLine?: Transport["openCalls"];
  /** Called once when the scheduler is gone that had accepted this client. */
  readonly onLost?: () => void;
}

/** An accepted connection to a scheduler. */
export class Session {
  /** Workers that are there, by number. */
  readonly workers = new Map<WorkerId, WorkerPlace>();
  readonly #link: SchedulerLink;
  readonly #options: SessionOptions;
  readonly #graphs = new Map<GraphId, GraphListener>();
  /** Those of them that are nothing to stay alive for. */
  readonly #resting = new Set<GraphId>();
  readonly #followed: FollowedWorkers | undefined;
  readonly #ahead = new AheadResults();
  readonly #questions = new Map<number, Deferred<Answers[keyof Answers]>>();
  readonly #waits = new Map<number, CoordinationListener>();
  /** Those that have not ended, by their tokens. */
  readonly #leases = new Map<number, LeaseState>();
  #actors: ActorsListener | undefined;
  #requests = 0;
  #heartbeat: NodeJS.Timeout | undefined;
  #silentMs = 0;
  #jobTasksMax = Number.POSITIVE_INFINITY;
  #dashboardLink: string | undefined;
  #size: ClusterSize | undefined;
  readonly #releases = new PendingReleases((message) => this.#link.send(message));
  #end: Error | undefined;

  private constructor(link: SchedulerLink, options: SessionOptions) {
    this.#link = link;
    this.#options = options;
    const { openLine } = options;
    const received = (message: OutputsReady) => {
      this.#ahead.came(message.graph);
      this.#graphs.get(message.graph)?.received(message, true);
    };
    this.#followed = openLine && new FollowedWorkers(randomUUID().slice(0, 13), openLine, received);
  }

  /**
   * Shakes hands with the scheduler behind `link`.
   *
   * @throws ClusterError `cluster.connection` when nothing answers, `cluster.version` when the
   * scheduler speaks another version.
   */
  static async open(link: SchedulerLink, options: SessionOptions): Promise<Session> {
    const session = new Session(link, options);
    try {
      await session.#shakeHands();
    } catch (error) {
      await link.close();
      throw error;
    }
    return session;
  }

  #shakeHands(): Promise<void> {
    const { address, name, timeoutMs } = this.#options;
    const { promise, resolve, reject } = deferred<void>();
    const timer = setTimeout(() => {
      reject(nobodyThere(address, ` within ${timeoutMs / 1000} s`, this.#link.connectError));
    }, timeoutMs);
    this.#link.onLost((reason) => {
      reject(
        this.#link.isRefused === true
          ? new ClusterError("security", reason, { address })
          : nobodyThere(address, "", reason),
      );
      this.#lose(reason);
    });
    this.#link.onMessage((message) => {
      if (message.type === "peerRefused") {
        const error = fromWireError(message.error);
        reject(error);
        // After the handshake: the scheduler did not accept a message of this client.
        if (this.#heartbeat !== undefined) this.#lose(`it cut this client off: ${error.message}`);
      } else if (message.type === "clientAccepted") {
        this.#startHeartbeats(message.heartbeatIntervalMs);
        this.#jobTasksMax = message.jobTasksMax;
        this.#dashboardLink = message.dashboardLink;
        this.#size = message.size;
        resolve();
      } else this.#receive(message);
    });
    this.send({ type: "registerClient", version: PROTOCOL_VERSION, name });
    return promise.finally(() => clearTimeout(timer));
  }

  /** The page of the scheduler's dashboard, if it serves one. */
  get dashboardLink(): string | undefined {
    return this.#dashboardLink;
  }

  /** How large the cluster is, as far as is known; undefined while no worker is there. */
  get size(): ClusterSize | undefined {
    return this.#size;
  }

  /** Whether it has ended: every call throws. */
  get isOver(): boolean {
    return this.#end !== undefined;
  }

  /** The most tasks that the scheduler accepts in one job. */
  get jobTasksMax(): number {
    return this.#jobTasksMax;
  }

  /**
   * Says something to the scheduler; nothing when the session is over.
   *
   * @throws ClusterError `cluster.security` when the keys of this client do not let it say that
   */
  send(message: ClientToScheduler): void {
    if (this.#end !== undefined) return;
    const forbidden = this.#findForbidden(message);
    if (forbidden !== undefined) throw forbidden;
    this.#options.beforeSend?.();
    this.#releases.flush();
    this.#link.send(message);
  }

  #findForbidden(message: ClientToScheduler): ClusterError | undefined {
    const { role } = this.#options;
    const fault = role === undefined ? undefined : findForbidden(role, message);
    return fault === undefined ? undefined : new ClusterError("security", fault);
  }

  /** The turn ends: sends all messages now and not a little later. */
  flush(): void {
    this.#link.flush();
  }

  /**
   * Submits a graph; `listener` receives its messages until it is {@link Session.release released}.
   *
   * @throws ClusterError `cluster.closed` or `cluster.schedulerLost` when the session is over.
   */
  submit(message: SubmitGraph, listener: GraphListener): void {
    if (this.#end !== undefined) throw this.#end;
    this.#graphs.set(message.graph, listener);
    this.#holdProcess();
    // Of many under way, none is waited for so eagerly that it is worth a message of its own.
    const isAlone = this.#graphs.size - this.#resting.size === 1;
    const follower = isAlone && listener.takesAhead === true ? this.#followed?.follower : undefined;
    if (follower !== undefined) this.#ahead.follow(message.graph);
    this.send(follower === undefined ? message : { ...message, follower });
  }

  /** Has `listener` receive messages about actors. */
  followActors(listener: ActorsListener): void {
    this.#actors = listener;
    if (this.#end !== undefined) listener.failed(this.#end);
  }

  /** Whether the graph, which stays known, is nothing to keep this process alive for. */
  rest(graph: GraphId, isResting: boolean): void {
    if (isResting && this.#graphs.has(graph)) this.#resting.add(graph);
    else this.#resting.delete(graph);
    this.#holdProcess();
  }

  /** The graph is finished: its listener gets no more messages, its outputs stay on the workers. */
  forget(graph: GraphId): void {
    this.#graphs.delete(graph);
    this.#resting.delete(graph);
    this.#ahead.reported(graph);
    this.#holdProcess();
  }

  /** The graph is no longer needed: cancels unfinished tasks. */
  release(graph: GraphId): void {
    this.forget(graph);
    if (this.#end === undefined) this.#releases.add(graph);
  }

  /** This block of the graph's outputs is no longer wanted: as {@link Session.release}. */
  releaseBlock(graph: GraphId, place: OutputBlock): void {
    if (this.#end === undefined) this.#releases.addBlock(graph, place);
  }

  /**
   * Asks the scheduler something. It knows all results by then that have come before.
   *
   * @throws ClusterError `cluster.closed` or `cluster.schedulerLost` when no answer will come.
   */
  ask<Type extends keyof Answers>(type: Type, question: Question<Type>): Promise<Answers[Type]> {
    const answer = deferred<Answers[keyof Answers]>();
    const request = ++this.#requests;
    const asked = { type, ...question, request } as unknown as ClientToScheduler;
    const obstacle = this.#end ?? this.#findForbidden(asked);
    if (obstacle !== undefined) answer.reject(obstacle);
    else {
      this.#questions.set(request, answer);
      this.#holdProcess();
      if (type === "observeRun") this.#sendSpans();
      const { reports } = this.#ahead;
      if (reports === undefined) this.send(asked);
      else void reports.then(() => this.send(asked));
    }
    // The scheduler answers each kind of question with its kind of answer.
    return answer.promise as Promise<Answers[Type]>;
  }

  /**
   * Asks for something that may take any time; the listener is called as soon as the answer comes.
   */
  coordinate(asked: Omit<Coordinate, "type" | "request">, listener: CoordinationListener): void {
    if (this.#end !== undefined) {
      listener.failed(this.#end);
      return;
    }
    this.#waits.set(++this.#requests, listener);
    this.#holdProcess();
    this.send({ type: "coordinate", request: this.#requests, ...asked });
  }

  /**
   * Follows a graph that the scheduler made for this client; it is released as if it had been
   * submitted.
   */
  adopt(graph: GraphId, listener: GraphListener): void {
    this.#graphs.set(graph, listener);
    this.#holdProcess();
  }

  /** This client has received a lease. */
  hold(token: number): LeaseState {
    const lease: LeaseState = { token, reason: undefined, onLapse: undefined };
    this.#leases.set(token, lease);
    return lease;
  }

  /** It was released. */
  forgetLease(token: number): void {
    this.#leases.delete(token);
  }

  /** The lease has ended. */
  lapse(token: number, reason: string): void {
    const lease = this.#leases.get(token);
    if (lease === undefined) return;
    this.#leases.delete(token);
    lease.reason = reason;
    lease.onLapse?.(reason);
  }

  /** Takes leave and ends the session; graphs under way fail with `cluster.closed`. */
  async close(): Promise<void> {
    this.#sendSpans();
    this.send({ type: "closeClient" });
    this.#finish(new ClusterError("closed", "this client was closed", this.#options));
    await this.#link.close();
  }

  /** The scheduler has ended for good: what is under way, and all calls to come, fail with this. */
  abandon(reason: ClusterError): void {
    this.#finish(reason);
    this.#end = reason;
    void this.#link.close();
  }

  #receive(message: FromScheduler): void {
    this.#silentMs = 0;
    switch (message.type) {
      case "workersJoined":
        for (const { worker, name, address } of message.workers) {
          this.workers.set(worker, { name, address });
        }
        break;
      case "workerLost":
        for (const listener of this.#graphs.values()) listener.workerLost(message.worker);
        this.workers.delete(message.worker);
        this.#followed?.forget(message.worker);
        this.#ahead.reportedAll();
        break;
      case "clusterSized":
        this.#size = message.size;
        break;
      case "outputsReady":
      case "outputsErred":
      case "graphProgressed":
      case "graphFinished":
      case "graphErred":
        this.#graphReported(message);
        break;
      case "tasksPrinted":
        this.#options.onPrinted?.(message);
        break;
      case "actorPrinted":
        this.#actorPrinted(message);
        break;
      case "actorPlaced":
      case "actorReleased":
      case "actorLost":
      case "actorWaiting":
        this.#actors?.received(message);
        break;
      case "coordinated": {
        const listener = this.#waits.get(message.request);
        this.#waits.delete(message.request);
        listener?.answered(message);
        this.#holdProcess();
        break;
      }
      case "leaseLapsed":
        this.lapse(message.token, message.reason);
        break;
      case "clusterDescribed":
        this.#size = sizeOfWorkers(message.workers);
        this.#answered(message);
        break;
      case "clusterRestarted":
      case "tasksDescribed":
      case "nodesAnswered":
      case "schedulerAnswered":
      case "storyTold":
      case "stateDumped":
      case "runObserved":
      case "dataArranged":
      case "workersRetired":
      case "scaleAdvised":
      case "actorFound":
      case "actorsListed":
        this.#answered(message);
        break;
    }
  }

  #graphReported(message: GraphMessage): void {
    if (message.type === "outputsReady") this.#noteResult(message);
    if (message.type !== "graphProgressed") this.#ahead.reported(message.graph);
    this.#graphs.get(message.graph)?.received(message);
  }

  #actorPrinted({ actor, worker, levels, texts }: ActorPrinted): void {
    const keys = texts.map(() => actor);
    this.#options.onPrinted?.({ type: "tasksPrinted", worker, keys, levels, texts });
  }

  /** Results of small jobs come from this worker: it may be worth following. */
  #noteResult({ values, workers }: OutputsReady): void {
    const [worker] = workers;
    if (values === undefined || worker === undefined || workers.length > 1) return;
    this.#followed?.reported(worker, this.workers.get(worker));
  }

  #answered(message: Answers[keyof Answers]): void {
    this.#questions.get(message.request)?.resolve(message);
    this.#questions.delete(message.request);
    this.#holdProcess();
  }

  #startHeartbeats(intervalMs: number): void {
    this.#heartbeat = setInterval(() => this.#beat(intervalMs), intervalMs);
    this.#holdProcess();
  }

  /**
   * Silence is counted in beats, not by the clock: when the user's own code held up the event loop,
   * words that wait to be read must not count as silence.
   */
  #beat(intervalMs: number): void {
    const { schedulerTimeoutMs } = this.#options;
    this.#silentMs += intervalMs;
    if (this.#silentMs > schedulerTimeoutMs) {
      this.#lose(`no message came from it for ${schedulerTimeoutMs / 1000} s`);
      return;
    }
    this.send({ type: "clientHeartbeat" });
    this.#sendSpans();
    // A question that must be answered distinguishes a quiet scheduler from a dead one.
    if (this.#silentMs > schedulerTimeoutMs / 4) this.send({ type: "describeCluster", request: 0 });
  }

  #sendSpans(): void {
    if (this.#end !== undefined) return;
    const taken = this.#options.takeSpans?.();
    if (taken === undefined) return;
    const { rows, weight, named } = taken;
    this.send({
      type: "clientObserved",
      ...{ sentMs: performance.now(), weight },
      rows: new Uint8Array(rows.buffer),
      ...(named === undefined ? {} : { named }),
    });
  }

  #lose(reason: string): void {
    if (this.#end !== undefined) return;
    const { address, reconnects } = this.#options;
    const advice =
      reconnects === true
        ? "submit them again when a scheduler answers there: this client connects by itself"
        : "start a scheduler and connect again";
    this.#finish(
      new ClusterError(
        "schedulerLost",
        `the scheduler at ${address} is gone: ${reason}. Running computations are lost; ${advice}`,
        { address, reason },
      ),
    );
    // Another program may listen there, or not let this client in: `open` reports that.
    if (this.#heartbeat === undefined) return;
    this.#options.onLost?.();
    void this.#link.close();
  }

  #finish(error: Error): void {
    if (this.#end !== undefined) return;
    this.#end = error;
    clearInterval(this.#heartbeat);
    this.#releases.stop();
    this.#followed?.close();
    for (const listener of [...this.#graphs.values()]) listener.failed(error);
    for (const question of this.#questions.values()) question.reject(error);
    for (const listener of [...this.#waits.values()]) listener.failed(error);
    for (const token of [...this.#leases.keys()]) this.lapse(token, error.message);
    this.#waits.clear();
    this.#actors?.failed(error);
    this.#graphs.clear();
    this.#questions.clear();
  }

  /** Work under way keeps the process alive; an idle session does not. */
  #holdProcess(): void {
    const waits = this.#questions.size + this.#waits.size;
    if (this.#graphs.size - this.#resting.size + waits > 0) this.#heartbeat?.ref();
    else this.#heartbeat?.unref();
  }
}

function nobodyThere(address: string, when: string, reason: string | undefined): ClusterError {
  const why = reason === undefined ? "" : ` (${reason})`;
  return new ClusterError(
    "connection",
    `no scheduler answers at ${address}${when}${why}: check the address, or start one with \`tilework scheduler\``,
    { address, reason },
  );
}
