// A scheduler and its workers as a test wants them: says what the test tells it to say and keeps
// what it was notified. No sockets and no decisions.
import { contiguousBlock } from "../../src/base/block.js";
import { ClusterError } from "../../src/base/errors.js";
import type { ActorChannelListener } from "../../src/comm/interface/actor-channel.js";
import type {
  DataFetcher,
  DataHandler,
  DataItem,
  FromScheduler,
  SchedulerLink,
  ToScheduler,
  Transport,
} from "../../src/comm/interface/transport.js";
import type { LayerName, SourceLayer } from "../../src/graph/model/layer.js";
import { graphOf, type LayerGraph } from "../../src/graph/model/layer-graph.js";
import type { CallerToWorker } from "../../src/protocol/messages/messages.js";

/** The scheduler's side of one connection. */
export class FakeScheduler {
  readonly heard: ToScheduler[] = [];
  /** Called for each message of the client; answers by {@link FakeScheduler.say}. */
  onHeard: (message: ToScheduler) => void = () => {};
  /** Whether the handshake is answered. */
  isThere = true;
  isClosed = false;
  heartbeatIntervalMs = 10_000;
  #say: (message: FromScheduler) => void = () => {};
  #lose: (reason: string) => void = () => {};

  readonly link: SchedulerLink = {
    flush: () => {},
    send: (message) => {
      this.heard.push(message);
      if (message.type === "registerClient" && this.isThere) {
        this.say({
          type: "clientAccepted",
          heartbeatIntervalMs: this.heartbeatIntervalMs,
          jobTasksMax: 1_000_000,
          scheduler: "fake",
        });
      }
      this.onHeard(message);
    },
    onMessage: (handler) => {
      this.#say = handler;
    },
    onLost: (handler) => {
      this.#lose = handler;
    },
    close: async () => {
      this.isClosed = true;
    },
  };

  /** Sends a message to the client. */
  say(message: FromScheduler): void {
    this.#say(message);
  }

  /** The transport notices that the scheduler is gone. */
  vanish(reason: string): void {
    this.#lose(reason);
  }

  /** What the client said of one type. */
  heardOf<T extends ToScheduler["type"]>(type: T): Extract<ToScheduler, { type: T }>[] {
    return this.heard.filter((m): m is Extract<ToScheduler, { type: T }> => m.type === type);
  }
}

/** Values on fake workers, by address and task. */
export class FakeWorkers implements DataFetcher {
  readonly values = new Map<string, Map<number, DataItem>>();
  readonly requests: { address: string; tasks: readonly number[] }[] = [];
  readonly forgotten: string[] = [];
  /** Addresses that never answer until they are forgotten. */
  readonly silent = new Set<string>();
  readonly #pending = new Map<string, ((error: Error) => void)[]>();

  put(address: string, task: number, value: number): void {
    const held = this.values.get(address) ?? new Map<number, DataItem>();
    held.set(task, {
      dtype: "float64",
      shape: [1],
      bytes: new Uint8Array(Float64Array.of(value).buffer),
    });
    this.values.set(address, held);
  }

  async fetch(address: string, request: { type: string; tasks?: readonly number[] }) {
    const tasks = request.tasks ?? [];
    this.requests.push({ address, tasks });
    if (this.silent.has(address)) {
      await new Promise((_resolve, reject) => {
        this.#pending.set(address, [...(this.#pending.get(address) ?? []), reject]);
      });
    }
    return tasks.map((task) => this.values.get(address)?.get(task));
  }

  forget(address: string): void {
    this.forgotten.push(address);
    for (const reject of this.#pending.get(address) ?? []) {
      reject(new ClusterError("connection", `forgot ${address}`));
    }
    this.#pending.delete(address);
  }

  async close(): Promise<void> {}
}

/** A client's line to one fake worker. */
export class FakeLine {
  readonly address: string;
  /** The client's end. */
  readonly listener: ActorChannelListener;
  readonly sent: CallerToWorker[] = [];
  isClosed = false;

  constructor(address: string, listener: ActorChannelListener) {
    this.address = address;
    this.listener = listener;
  }

  send(message: CallerToWorker): void {
    this.sent.push(message);
  }

  close(): void {
    this.isClosed = true;
  }
}

/** A transport between one client and the fakes. */
export class FakeTransport implements Transport {
  readonly scheduler = new FakeScheduler();
  readonly workers = new FakeWorkers();
  /** Lines to workers, in the order in which they were opened. */
  readonly lines: FakeLine[] = [];
  /** What the client serves. */
  handler: DataHandler | undefined;

  listen(): never {
    throw new Error("a client does not listen");
  }

  async connect(): Promise<SchedulerLink> {
    return this.scheduler.link;
  }

  async serveData(address: string, handler: DataHandler) {
    this.handler = handler;
    return { address: `served at ${address}`, close: async () => {} };
  }

  fetcher(): DataFetcher {
    return this.workers;
  }

  openCalls(address: string, listener: ActorChannelListener): FakeLine {
    const line = new FakeLine(address, listener);
    this.lines.push(line);
    return line;
  }
}

/** A source of `count` blocks of one element each. */
export function sourceLayer(name: string, count: number): SourceLayer {
  return {
    kind: "source",
    name: name as LayerName,
    inputs: [],
    chunks: [new Array<number>(count).fill(1)],
    dtype: "float64",
    generator: { type: "full", value: 0 },
  };
}

/** A graph of one source layer that holds `values`, one block each of `chunk` elements. */
export function dataLayer(name: string, values: Float64Array, chunk: number): SourceLayer {
  const data = contiguousBlock("float64", values, [values.length]).data;
  return {
    ...sourceLayer(name, 0),
    chunks: [new Array<number>(values.length / chunk).fill(chunk)],
    generator: { type: "data", data },
  };
}

/** The graph that wants `outputs` of `layers`. */
export function sourceGraph(
  layers: readonly SourceLayer[],
  outputs: readonly string[],
): LayerGraph {
  return graphOf(layers, outputs as readonly LayerName[]);
}
