// The parts of a client that submitting graphs and calls needs.
import type { DataFetcher } from "../../comm/interface/transport.js";
import type { ServedArrays } from "../../context/served-arrays.js";
import type { GraphId } from "../../protocol/values/ids.js";
import type { ClientPlugins } from "./client-plugins.js";
import type { Connection } from "./connection.js";
import type { WaitingWarnings } from "./waiting-warnings.js";

/** The client's part in it. */
export interface SubmissionContext {
  readonly connection: Connection;
  readonly fetcher: DataFetcher;
  readonly held: ServedArrays | undefined;
  /** Console warnings of waiting jobs. */
  readonly warnings: WaitingWarnings;
  /** Whether a job may wait for workers that are not there yet. */
  readonly workersMayJoin: boolean;
  /** Hear of futures. */
  readonly plugins?: Pick<ClientPlugins, "isWatching" | "tell">;
  /** A name for the next graph, unlike any before. */
  readonly nextId: () => GraphId;
}
