// The end of a stream at which a generator's task puts its items, rebuilt with the client of tasks.
import { packValue } from "../../shipping/values/value-bytes.js";
import { ALONG_BYTES_MAX } from "../calls/submit-calls.js";
import type { StreamItem, StreamPlace, StreamSink } from "../coordination/call-stream.js";
import { Future } from "../futures/future.js";
import { getClient } from "./get-client.js";

/**
 * The task's end of a stream: called by its name on workers.
 *
 * @internal
 * @throws ClusterError `cluster.closed` when no client is open
 * @see {@link Client.stream}
 * @example
 * const cluster = await LocalCluster.start({ workers: 1 });
 * const stream = cluster.client.stream(function* () {
 *   yield 1;
 * });
 * for await (const future of stream) console.log(await future); // 1
 * await cluster.close();
 */
export function streamSink({ name, ahead }: StreamPlace): StreamSink {
  const client = getClient();
  return {
    async put(number, item) {
      const give = (what: StreamItem<unknown>) =>
        client.coordination.give("queue.put", name, what, { limit: ahead });
      if (item instanceof Future) return give({ number, future: item });
      if (packValue(item, "an item of a stream").byteLength <= ALONG_BYTES_MAX) {
        return give({ number, value: item });
      }
      const future = client.scatter(item);
      // Until then this thread serves its bytes, which others may not read in time.
      await future.settled();
      await give({ number, future });
      future.release();
    },
  };
}
