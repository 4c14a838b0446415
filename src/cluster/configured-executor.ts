// The executor of a program for which a scheduler is configured (`client.scheduler`): the first
// computation connects to it. The client is closed when the program has nothing left to do.
import type { Observed, WantedSpans } from "../client/admin/observed-run.js";
import { type Client, connectClient } from "../client/client.js";
import { noticeOpen } from "../client/session/open-notice.js";
import type { LayerGraph } from "../graph/model/layer-graph.js";
import type {
  BlockConsumer,
  Executor,
  ExecutorSize,
  PersistHandle,
  PersistRunOptions,
  RunOptions,
} from "../graph/ports/executor.js";
import type { Observation } from "../protocol/values/observation.js";

/** Computes on the scheduler at an address. */
export class ConfiguredExecutor implements Executor, Observed {
  readonly #address: string;
  #client: Promise<Client> | undefined;
  /** Once it is connected. */
  #connectedClient: Client | undefined;

  constructor(address: string) {
    this.#address = address;
  }

  /** That of the cluster once a computation has connected to it. */
  sizeNow(): ExecutorSize | undefined {
    return this.#connectedClient?.sizeNow();
  }

  async compute(graph: LayerGraph, consume: BlockConsumer, options: RunOptions): Promise<void> {
    const client = await this.#connected();
    return client.compute(graph, consume, options);
  }

  async persist(graph: LayerGraph, options: PersistRunOptions): Promise<PersistHandle> {
    const client = await this.#connected();
    return client.persist(graph, options);
  }

  /** Observes the cluster's work. */
  async askObservation(wanted: WantedSpans): Promise<Observation> {
    const client = await this.#connected();
    return client.askObservation(wanted);
  }

  #connected(): Promise<Client> {
    this.#client ??= this.#connect().catch((error) => {
      this.#client = undefined;
      throw error;
    });
    return this.#client;
  }

  async #connect(): Promise<Client> {
    const client = await connectClient(this.#address, {}, { isOwn: true });
    this.#connectedClient = client;
    noticeOpen({
      text: `a client of ${this.#address}`,
      close: () => {
        this.#client = undefined;
        this.#connectedClient = undefined;
        void client.close();
      },
    });
    return client;
  }
}
