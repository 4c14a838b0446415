/**
 * Chunked arrays and task graphs on threads, processes and clusters.
 *
 * @module tilework
 * @example
 * import { random } from "tilework";
 *
 * const x = random([10_000, 10_000], { chunks: [1_000, 1_000], seed: 42 });
 * const mean = await x.add(x.transpose()).mean().compute(); // a number
 */
// The public entry. It and entries/ alone import from both towers: what is computed, and where.

import { ChunkedArray } from "./array/chunked-array.js";
import { ARRAY_WRITERS } from "./array/results/array-files.js";
import { Bag } from "./bag/bag.js";
import { BAG_WRITERS } from "./bag/bag-writers.js";
import { currentHost, installHost } from "./base/host.js";
import { SETTINGS } from "./base/settings.js";
import { RUN_PAGE } from "./client/admin/run-files.js";
import { configuredAddress } from "./client/session/scheduler-address.js";
import { getClient } from "./client/tasks/get-client.js";
import { ConfiguredExecutor } from "./cluster/configured-executor.js";
import { InProcessExecutor } from "./cluster/in-process.js";
import { currentAnnotations } from "./config/annotate.js";
import { configSettings } from "./config/config.js";
import { taskContext } from "./context/task-context.js";
import { savedPage } from "./dashboard/http/static-page.js";
import { showOnStandardError } from "./diagnostics/progress/progress.js";
import { graphvizVisualizer } from "./diagnostics/visualize.js";
import { ANNOTATIONS } from "./graph/model/annotations.js";
import { DEFAULT_EXECUTOR } from "./graph/ports/executor.js";
import { COLLECTION_MAKERS } from "./graph/ports/persisted-collections.js";
import { PROGRESS_DISPLAY } from "./graph/ports/run-graph.js";
import { VISUALIZER } from "./graph/ports/visualizer.js";
import { toNpyStack } from "./io/npy-stack.js";
import { toNpy } from "./io/to-npy.js";
import { toNdjson, toTextFiles } from "./io/to-text.js";
import { toZarr } from "./io/to-zarr.js";
import { SYSTEM_BLAS } from "./kernels/linalg/products/linalg-backend.js";
import { runNpm } from "./runtime/host/run-npm.js";
import { findSystemBlas } from "./runtime/host/system-blas.js";
import { NPM } from "./shipping/modules/installed-packages.js";

// bags
export * from "./bag/index.js";
export type {
  Actor,
  ActorClass,
  ActorControls,
  ActorOptions,
  ActorParameters,
} from "./client/actors/actor.js";
export { ActorPool } from "./client/actors/actor-pool.js";
// clusters
export { report, traceRun } from "./client/admin/report.js";
export type { CallOptions, Calls } from "./client/calls/submit-calls.js";
export {
  type AboutProcess,
  type AboutWorker,
  type ActorDescription,
  type Arranged,
  Client,
  type ClientOptions,
  type ClientPlugin,
  type ClusterDescribed,
  type Computable,
  type FollowOptions,
  type Items,
  type LoggedEvent,
  type LoggedLine,
  type NamesByName,
  type ObserveOptions,
  type Persistable,
  type PersistedArray,
  type PluginOptions,
  type PluginPlace,
  type ProfileOptions,
  type RestartOptions,
  type Retired,
  type RunFileOptions,
  type RuntimeEnvironment,
  type ScatterOptions,
  type SchedulerInfo,
  type SchedulerPlugin,
  type StreamOptions,
  type TraceOptions,
  type Versions,
  type WorkerDescription,
  type WorkerExit,
  type WorkerPlugin,
} from "./client/client.js";
export type { CallStream } from "./client/coordination/call-stream.js";
export type { CoordinationOptions } from "./client/coordination/coordination.js";
export {
  type AsCompletedOptions,
  asCompleted,
  type Completed,
  type Completions,
} from "./client/futures/as-completed.js";
export type { CallStatus } from "./client/futures/call-tracker.js";
export { type ComputedFutures, Future } from "./client/futures/future.js";
export {
  fireAndForget,
  type ReturnWhen,
  type Waited,
  type WaitOptions,
  wait,
} from "./client/futures/future-sets.js";
export type { Gathered, GatherOptions } from "./client/futures/gather-futures.js";
export type {
  CallArgumentLists,
  CallArguments,
  ComputedArgument,
  GivenArgument,
  IsAny,
  ReceivedArguments,
  ReceivedArray,
  ReceivedElements,
  ReceivedValue,
} from "./client/futures/given-arguments.js";
export { Event } from "./client/primitives/event.js";
export { MultiLease, MultiLock } from "./client/primitives/multi-lock.js";
export { Queue, type QueueOptions } from "./client/primitives/queue.js";
export {
  type AcquireOptions,
  Lease,
  Lock,
  type NamedOptions,
  Semaphore,
  type SemaphoreOptions,
} from "./client/primitives/semaphore.js";
export { Variable } from "./client/primitives/variable.js";
export type { TaskOutput, TaskOutputOption } from "./client/session/task-output.js";
/** @internal Called by its name where handles of actors arrive. */
export { actorHandle } from "./client/tasks/actor-handle.js";
export { getClient } from "./client/tasks/get-client.js";
export {
  get,
  put,
  type RemoteActor,
  type RemoteClass,
  type RemoteFunction,
  remote,
} from "./client/tasks/remote.js";
export { span } from "./client/tasks/span.js";
/** @internal Called by its name where generators run. */
export { streamSink } from "./client/tasks/stream-sink.js";
export {
  AdaptedCluster,
  type AdaptedClusterOptions,
} from "./cluster/adapted-cluster.js";
export type { AdaptOptions } from "./cluster/adaptive.js";
export type { Cluster, WorkerAdapter, WorkerSpecification } from "./cluster/cluster.js";
export type { LocalClusterOptions } from "./cluster/cluster-options.js";
export { LocalCluster } from "./cluster/local-cluster.js";
export { type SshWorkersOptions, sshWorkers } from "./cluster/ssh-workers.js";
// configuration
export { annotate } from "./config/annotate.js";
export { type Config, type ConfigEntry, config } from "./config/config.js";
export type { ConfigKey, ConfigName, ConfigValue, ConfigValues } from "./config/config-keys.js";
export type { ValueKind } from "./config/value-kinds.js";
// delayed calls
export { checkpoint } from "./delayed/checkpoint.js";
export {
  Delayed,
  type DelayedArgument,
  type DelayedArguments,
  type DelayedFunction,
  type DelayedOptions,
  delayed,
} from "./delayed/delayed.js";
export { type FromDelayedOptions, fromDelayed, toDelayed } from "./delayed/delayed-arrays.js";
export {
  ProgressBar,
  type ProgressOptions,
  progress,
} from "./diagnostics/progress/progress.js";
export type { DisplayStream } from "./diagnostics/progress/progress-display.js";
// arrays, functions and graphs
export * from "./entries/array.js";
export type { TextCompression, TextFileOptions } from "./formats/text/text-files.js";
export type { Annotations } from "./graph/model/annotations.js";
export type { ZarrCodec, ZarrCompressor } from "./graph/model/zarr-codec.js";
export type { ReadCsvOptions } from "./io/csv-options.js";
export { type FromGeoTiffOptions, fromGeoTiff } from "./io/from-geotiff.js";
export { type FromHdf5Options, fromHdf5 } from "./io/from-hdf5.js";
export { type FromImagesOptions, fromImages } from "./io/from-images.js";
export {
  type FromNpyOptions,
  type FromRemoteNpyOptions,
  fromNpy,
  fromRemoteNpy,
} from "./io/from-npy.js";
export { type FromNpzOptions, fromNpz } from "./io/from-npz.js";
// files
export { type FromZarrOptions, fromZarr } from "./io/from-zarr.js";
export { fromZarrGroup, type ZarrGroup } from "./io/from-zarr-group.js";
export { fromNpyStack, toNpyStack } from "./io/npy-stack.js";
export { readCsv } from "./io/read-csv.js";
export { type ReadCsvRowsOptions, readCsvRows } from "./io/read-csv-rows.js";
export { type ReadNdjsonOptions, readNdjson } from "./io/read-ndjson.js";
export { type ReadParquetOptions, readParquet } from "./io/read-parquet.js";
export { type ReadTextOptions, readNdjsonValues, readText } from "./io/read-text.js";
export { toNpy } from "./io/to-npy.js";
export { type ToNpzOptions, toNpz } from "./io/to-npz.js";
export { toNdjson, toTextFiles } from "./io/to-text.js";
export { toZarr } from "./io/to-zarr.js";
export { type NewZarrGroup, type ToZarrGroupOptions, toZarrGroup } from "./io/to-zarr-group.js";
export type { PrintLevel } from "./protocol/messages/console-messages.js";
export type { WorkerId } from "./protocol/values/ids.js";
export type { ActorRow, FutureRow, LogRow, SettingRow } from "./protocol/values/listed-rows.js";
export type { NamedSpan } from "./protocol/values/named-spans.js";
export type {
  Observation,
  ObservedClient,
  ObservedCounts,
  ObservedError,
  ObservedEvent,
  ObservedJob,
  ObservedLayer,
  ObservedNamedSpan,
  ObservedNotes,
  ObservedOverview,
  ObservedSample,
  ObservedSpans,
  ObservedWorker,
} from "./protocol/values/observation.js";
export type {
  HeldValue,
  ProfileNode,
  ThreadProfile,
  ThreadStack,
} from "./protocol/values/thread-profiles.js";
export type { LogLevel } from "./runtime/host/node-log.js";
export type { MemoryThresholds } from "./runtime/values/memory-thresholds.js";

// tables
export * from "./table/index.js";

// The one side effect of importing this file: it provides the services that lower rooms use. A
// thread that runs tasks has its own of some of them, which stay.
installHost(
  currentHost()
    .with(DEFAULT_EXECUTOR, () => {
      if (taskContext() !== undefined) return getClient();
      const address = configuredAddress();
      return address === undefined ? new InProcessExecutor() : new ConfiguredExecutor(address);
    })
    .with(SETTINGS, configSettings)
    .with(NPM, runNpm)
    .with(ANNOTATIONS, currentAnnotations)
    .with(VISUALIZER, graphvizVisualizer)
    .with(PROGRESS_DISPLAY, showOnStandardError)
    .with(RUN_PAGE, savedPage)
    .with(ARRAY_WRITERS, { toNpy, toNpyStack, toZarr })
    .with(BAG_WRITERS, {
      toNdjson: (node, ...given) => toNdjson(new Bag(node), ...given),
      toTextFiles: (node, ...given) => toTextFiles(new Bag<string>(node), ...given),
    })
    .with(COLLECTION_MAKERS, {
      array: (node) => new ChunkedArray(node),
      values: (node) => new Bag(node),
    })
    .with(
      SYSTEM_BLAS,
      currentHost().find(SYSTEM_BLAS) ?? { load: () => findSystemBlas(() => {})?.blas },
    ),
);
