// A scheduler: the pure core with its driver, behind a socket. It can run in any process.
import { ClusterError } from "../../base/errors.js";
import type {
  FromScheduler,
  SchedulerSocket,
  ToScheduler,
  Transport,
} from "../../comm/interface/transport.js";
import type {
  AskNodes,
  NodesAnswered,
  RetireWorkers,
  WorkersRetired,
} from "../../protocol/messages/messages.js";
import { findForbidden } from "../../protocol/messages/permissions.js";
import { type GraphId, type PeerId, PROTOCOL_VERSION } from "../../protocol/values/ids.js";
import { toWireError } from "../../protocol/values/wire-error.js";
import { guardedStep } from "../../scheduler/guarded-step.js";
import type { AskShell, SchedulerAction, Send } from "../../scheduler/state/actions.js";
import { COALESCE_MS, isDeferrable } from "../../scheduler/state/deferrable-messages.js";
import type { SchedulerEvent } from "../../scheduler/state/events.js";
import type { SchedulerOptions } from "../../scheduler/state/options.js";
import {
  createSchedulerState,
  type SchedulerState,
} from "../../scheduler/state/scheduler-state.js";
import { type NodeLog, printWarnings } from "../host/node-log.js";
import { Driver } from "./driver.js";
import { EventRecorder } from "./event-file.js";
import { SchedulerPlugins } from "./scheduler-plugins.js";

/** Options of {@link startSchedulerNode}. */
export interface SchedulerNodeOptions {
  readonly transport: Transport;
  /** Where to listen, as in `tcp://127.0.0.1:0`. */
  readonly address: string;
  readonly options?: Partial<SchedulerOptions>;
  readonly log?: NodeLog;
  /** File that all events are written to, for `tilework replay`. */
  readonly recordTo?: string;
}

/** The work of a scheduler itself. */
export interface SchedulerUsage {
  readonly steps: number;
  /** Time of the steps and their actions. */
  readonly busyMs: number;
  readonly received: number;
  readonly sent: number;
  /** Bytes of these; 0 where messages stay in this process. */
  readonly receivedBytes: number;
  readonly sentBytes: number;
}

/** How often the process itself sends a heartbeat while it waits for an answer of its scheduler. */
const SELF_HEARTBEAT_MS = 5_000;

/** Events that come while there is no work, too: steps of these alone are not observed. */
const ROUTINE: ReadonlySet<SchedulerEvent["type"]> = new Set([
  ...["ticked", "workerHeartbeat", "clientHeartbeat", "workerObserved", "clientObserved"],
  ...["observeRun", "describeCluster"],
] as const);

/** The client name of requests that the process itself sends to its scheduler. */
const SELF: PeerId = "self";

/** What the process itself asks its scheduler, and what is answered. */
type OwnQuestion = RetireWorkers | AskNodes;
type OwnAnswer = WorkersRetired | NodesAnswered;

/**
 * Starts a scheduler.
 *
 * @throws ClusterError `cluster.address` when the address cannot be bound.
 */
export async function startSchedulerNode(options: SchedulerNodeOptions): Promise<SchedulerNode> {
  const socket = await options.transport.listen(options.address);
  return new SchedulerNode(socket, options);
}

/** A running scheduler. */
export class SchedulerNode {
  /** Where it listens, with the real port. */
  readonly address: string;
  /** Ends when the scheduler has stopped; rejects with the error when it crashed. */
  readonly closed: Promise<void>;
  /** The core's state, read-only, for tests and diagnostics. */
  readonly state: SchedulerState;
  readonly #socket: SchedulerSocket;
  readonly #log: NodeLog;
  readonly #recorder: EventRecorder | undefined;
  readonly #driver: Driver<SchedulerEvent, SchedulerAction>;
  /** Graphs that registered clients wait for: they are notified if this node crashes. */
  readonly #waiting = new Map<PeerId, Set<GraphId>>();
  /** Connected peers that said what their keys do not let them say: no more of theirs is taken. */
  readonly #refused = new Set<PeerId>();
  /** Deferred messages, in order. They go out before the next message to the same peer. */
  readonly #deferred = new Map<PeerId, FromScheduler[]>();
  #deferTimer: NodeJS.Timeout | undefined;
  /** Made when a client first asks for something. */
  #plugins: SchedulerPlugins | undefined;
  #ended = false;
  /** Whether there was more than routine in this turn. */
  #hasWorked = false;
  #received = 0;
  #sent = 0;
  #requests = 0;
  /** Listeners for answers to the process itself, by request. */
  readonly #asked = new Map<number, (answer: OwnAnswer) => void>();
  #resolveClosed!: () => void;
  #rejectClosed!: (error: unknown) => void;

  constructor(
    socket: SchedulerSocket,
    { options, log = printWarnings, recordTo }: SchedulerNodeOptions,
  ) {
    this.#socket = socket;
    this.#log = log;
    this.address = socket.address;
    this.state = createSchedulerState(options);
    this.state.observer.epochMs = performance.timeOrigin;
    this.#recorder =
      recordTo === undefined
        ? undefined
        : new EventRecorder(recordTo, this.state.options, (reason) =>
            log("error", `recording stopped in ${recordTo}: ${reason}`),
          );
    this.closed = new Promise((resolve, reject) => {
      this.#resolveClosed = resolve;
      this.#rejectClosed = reject;
    });
    // Readers of `closed` see a crash; it must not end a process that does not read it.
    this.closed.catch(() => undefined);
    this.#driver = new Driver<SchedulerEvent, SchedulerAction>({
      step: (event, nowMs) => {
        this.#recorder?.record(event, nowMs);
        if (!ROUTINE.has(event.type)) this.#hasWorked = true;
        return guardedStep(this.state, event, nowMs);
      },
      perform: (action) => this.#perform(action),
      tick: () => ({ type: "ticked" }),
      endTurn: () => {
        this.#plugins?.tell();
        socket.flush();
      },
      turned: (steps, startMs, durationMs) => {
        if (this.#hasWorked) this.state.observer.noteSteps(steps, startMs, durationMs);
        this.#hasWorked = false;
      },
      crashed: (error) => this.fail(error),
    });
    socket.onMessage((from, message) => this.#receive(from, message));
    socket.onInterrupted?.((from, text) => {
      const { workersByPeer, clients } = this.state;
      const name = workersByPeer.get(from)?.name ?? clients.get(from)?.name;
      if (name !== undefined) log("warn", `${name} ${text}`);
    });
    socket.onPeerLost((from, reason) => {
      this.#waiting.delete(from);
      this.#refused.delete(from);
      this.#driver.push({ type: "peerLost", from, reason });
    });
  }

  /** Whether the scheduler alone keeps its process from exiting, apart from its sockets. */
  keepAlive(on: boolean): void {
    this.#driver.keepAlive(on);
  }

  /** Its own work so far. */
  get usage(): SchedulerUsage {
    const { steps, busyMs } = this.#driver;
    const { receivedBytes = 0, sentBytes = 0 } = this.#socket.traffic ?? {};
    const bytes = { receivedBytes, sentBytes };
    return { steps, busyMs, received: this.#received, sent: this.#sent, ...bytes };
  }

  /** Has workers hand over the values that only they hold, and leave. */
  retireWorkers(names: readonly string[]): Promise<WorkersRetired> {
    return this.#ask<WorkersRetired>((request) => ({ type: "retireWorkers", request, names }));
  }

  /** Asks workers for something that their processes know. */
  askWorkers(
    topic: AskNodes["topic"],
    workers: readonly string[] | null,
    durationMs?: number,
  ): Promise<NodesAnswered> {
    const terms = durationMs === undefined ? {} : { durationMs };
    return this.#ask<NodesAnswered>((request) => {
      return { type: "askNodes", request, topic, workers, ...terms };
    });
  }

  async #ask<Asked extends OwnAnswer>(question: (request: number) => OwnQuestion): Promise<Asked> {
    this.#introduceSelf();
    const request = ++this.#requests;
    const beat = () => this.#driver.push({ type: "clientHeartbeat", from: SELF });
    const timer = setInterval(beat, SELF_HEARTBEAT_MS).unref();
    try {
      const answered = new Promise<OwnAnswer>((resolve) => this.#asked.set(request, resolve));
      this.#driver.push({ ...question(request), from: SELF });
      // The scheduler answers each kind of question with its kind of answer.
      return (await answered) as Asked;
    } finally {
      clearInterval(timer);
      this.#asked.delete(request);
    }
  }

  #introduceSelf(): void {
    const version = PROTOCOL_VERSION;
    this.#driver.push({ type: "registerClient", version, name: SELF, from: SELF });
  }

  /** Ends the scheduler and its workers. */
  close(): Promise<void> {
    this.#introduceSelf();
    this.#driver.push({ type: "shutdownCluster", schedulerMayReturn: true, from: SELF });
    return this.closed;
  }

  /** Ends the scheduler because of a bug: every graph that is waited for fails with `error`. */
  fail(error: unknown): void {
    if (this.#ended) return;
    this.#stop();
    const wire = toWireError(error);
    this.#log("error", `the scheduler crashed: ${wire.message}`, { error: wire });
    for (const [peer, graphs] of this.#waiting) {
      for (const graph of graphs) {
        this.#socket.send(peer, { type: "graphErred", graph, error: wire });
      }
    }
    this.#waiting.clear();
    void this.#plugins?.close();
    this.#recorder?.close();
    void this.#socket.close().finally(() => this.#rejectClosed(error));
  }

  #stop(): void {
    this.#ended = true;
    this.#driver.stop();
    clearTimeout(this.#deferTimer);
  }

  #receive(from: PeerId, message: ToScheduler): void {
    if (this.#refused.has(from)) return;
    const role = this.#socket.roleOf?.(from);
    const fault = role === undefined ? undefined : findForbidden(role, message);
    if (fault !== undefined) {
      this.#refuse(from, fault);
      return;
    }
    if (message.type === "submitGraph") this.#noteWaiting(from, message.graph);
    else if (message.type === "releaseGraph") this.#waiting.get(from)?.delete(message.graph);
    this.#received++;
    this.#driver.push({ ...message, from });
  }

  /** Cuts off a peer that sends messages that its keys do not permit. */
  #refuse(from: PeerId, fault: string): void {
    this.#log("warn", `a peer was refused: ${fault}`, { from });
    this.#refused.add(from);
    const error = toWireError(new ClusterError("security", fault));
    this.#socket.send(from, { type: "peerRefused", error });
    this.#driver.push({ type: "peerLost", from, reason: `it was refused: ${fault}` });
  }

  /** Nothing is kept about peers that are not clients: there may be any number of such messages. */
  #noteWaiting(client: PeerId, graph: GraphId): void {
    if (!this.state.clients.has(client)) return;
    const graphs = this.#waiting.get(client);
    if (graphs === undefined) this.#waiting.set(client, new Set([graph]));
    else graphs.add(graph);
  }

  #perform(action: SchedulerAction): void {
    switch (action.type) {
      case "send":
        this.#send(action);
        break;
      case "log":
        this.#log(action.level, action.text, action.data);
        break;
      case "continue":
        // Messages that have come meanwhile are read first.
        setImmediate(() => this.#driver.push({ type: "continued" }));
        break;
      case "askShell":
        void this.#answer(action);
        break;
      case "stop":
        this.#stop();
        this.#recorder?.close();
        void this.#end().then(this.#resolveClosed, this.#rejectClosed);
        break;
    }
  }

  async #answer({ from, asked }: AskShell): Promise<void> {
    const warn = (text: string) => this.#log("warn", text);
    this.#plugins ??= new SchedulerPlugins(this.address, this.state, warn);
    const answer = await this.#plugins.answer(asked);
    if (this.#ended) return;
    this.#send({
      type: "send",
      to: from,
      message: { type: "schedulerAnswered", request: asked.request, ...answer },
    });
    this.#socket.flush();
  }

  async #end(): Promise<void> {
    await this.#plugins?.close();
    await this.#socket.close();
  }

  #send(send: Send): void {
    const { to, message } = send;
    if (message.type === "graphFinished" || message.type === "graphErred") {
      this.#waiting.get(to)?.delete(message.graph);
    }
    if (to === SELF) {
      const isAnswer = message.type === "workersRetired" || message.type === "nodesAnswered";
      if (isAnswer) this.#asked.get(message.request)?.(message);
      return;
    }
    this.#sent++;
    const deferred = this.#deferred.get(to);
    if (!isDeferrable(send)) {
      if (deferred !== undefined) this.#sendDeferred(to, deferred);
      this.#socket.send(to, message);
    } else if (deferred !== undefined) deferred.push(message);
    else {
      this.#deferred.set(to, [message]);
      this.#deferTimer ??= setTimeout(() => this.#sendAllDeferred(), COALESCE_MS);
    }
  }

  #sendAllDeferred(): void {
    this.#deferTimer = undefined;
    for (const [peer, deferred] of this.#deferred) this.#sendDeferred(peer, deferred);
  }

  #sendDeferred(to: PeerId, deferred: readonly FromScheduler[]): void {
    this.#deferred.delete(to);
    for (const message of deferred) this.#socket.send(to, message);
  }
}
