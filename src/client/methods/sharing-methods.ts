// What a client shares with others: datasets under names, and modules that workers do not have.
import { sendFile, sendModule } from "../../shipping/modules/sent-modules.js";
import { partsOf } from "./client-parts.js";

/** The part of a {@link Client} that shares values and modules. */
export interface SharingMethods {
  /**
   * Publishes a value, futures or collections under a name, for every client. The dataset outlives
   * this client, until you unpublish it. Collections are persisted first.
   *
   * @param name how other clients find it
   * @param value a collection, a future, or an object of them
   * @throws ArgumentError `argument.value` when there is a dataset of that name
   * @see https://distributed.dask.org/en/stable/publish.html
   * @example
   * const cluster = await LocalCluster.start({ workers: 1 });
   * await cluster.client.publish("squares", arange(4).multiply(arange(4)));
   * const other = await Client.connect(cluster.address);
   * const squares = await other.getDataset<ChunkedArray>("squares");
   * await squares.mean().compute(); // → 3.5
   * await other.close();
   * await cluster.close();
   */
  publish(name: string, value: unknown): Promise<void>;

  /**
   * A copy of the dataset of that name, with futures and collections of this client. A single
   * future is awaited.
   *
   * @param name as it was published
   * @throws ArgumentError `argument.value` when there is none
   * @example
   * const cluster = await LocalCluster.start({ workers: 1 });
   * await cluster.client.publish("limits", { low: 1 });
   * await cluster.client.getDataset("limits"); // → { low: 1 }
   * await cluster.client.unpublish("limits");
   * await cluster.close();
   */
  getDataset<T>(name: string): Promise<T>;

  /**
   * The names of all datasets.
   *
   * @example
   * const cluster = await LocalCluster.start({ workers: 1 });
   * await cluster.client.publish("rates", [0.1, 0.2]);
   * (await cluster.client.listDatasets()).includes("rates"); // → true
   * await cluster.client.unpublish("rates");
   * await cluster.close();
   */
  listDatasets(): Promise<readonly string[]>;

  /**
   * Removes a dataset. Clients that already fetched it keep their copy.
   *
   * @param name as it was published
   * @throws ArgumentError `argument.value` when there is none
   * @example
   * const cluster = await LocalCluster.start({ workers: 1 });
   * await cluster.client.publish("shares", [0.5]);
   * await cluster.client.unpublish("shares");
   * (await cluster.client.listDatasets()).includes("shares"); // → false
   * await cluster.close();
   */
  unpublish(name: string): Promise<void>;

  /**
   * Sends a module to workers under a name. Functions that import that name get it, even if the
   * worker has another installed. It is sent with every later function that uses it.
   *
   * @param name what functions import
   * @param sourceOrPath JavaScript source, or the path of a file
   * @throws ArgumentError `argument.value` for a name that no import could have
   * @example
   * const cluster = await LocalCluster.start({ workers: 1 });
   * cluster.client.registerModule("rates", "export const rate = 0.25;");
   * const rate = cluster.client.submit(async () => (await import("rates" as string)).rate);
   * await rate; // → 0.25
   * await cluster.close();
   */
  registerModule(name: string, sourceOrPath: string): void;

  /**
   * Sends a file to workers that may not have it. Functions that import it here get this copy
   * there. Send the files that it imports as well.
   *
   * @param path of a JavaScript file here
   * @throws ArgumentError `argument.value` when there is no such file
   * @example
   * import { writeFileSync } from "node:fs";
   * import { LocalCluster } from "tilework";
   *
   * writeFileSync("rates.mjs", "export const rate = 0.25;");
   * const cluster = await LocalCluster.start({ workers: 1 });
   * cluster.client.uploadFile("rates.mjs");
   * await cluster.close();
   */
  uploadFile(path: string): void;
}

export const SHARING_METHODS: SharingMethods & ThisType<object> = {
  publish(name, value) {
    return partsOf(this).coordination.give("dataset.publish", name, value);
  },

  getDataset(name) {
    return partsOf(this).coordination.take("dataset.get", name);
  },

  async listDatasets() {
    return (await partsOf(this).coordination.ask("dataset.list", "all")).names ?? [];
  },

  async unpublish(name) {
    await partsOf(this).coordination.ask("dataset.unpublish", name);
  },

  registerModule(name, sourceOrPath) {
    sendModule(name, sourceOrPath);
  },

  uploadFile(path) {
    sendFile(path);
  },
};
