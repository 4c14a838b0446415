/**
 * Predictions of a job's cost before it runs, and readers for files that a scheduler wrote.
 * Importing it adds `explain()` and `visualize()` to programs of `tilework/array`.
 *
 * @module tilework/diagnostics
 */
// The entry `tilework/diagnostics`.
import { currentHost, installHost } from "../base/host.js";
import { graphvizVisualizer } from "../diagnostics/visualize.js";
import { VISUALIZER } from "../graph/ports/visualizer.js";

export { type PredictOptions, predict } from "../diagnostics/predict.js";
export type { PredictedCost } from "../diagnostics/predictions/predicted-cost.js";
// graphs, which are predicted
export type { LayerGraph } from "../graph/index.js";
export type { ToldKey, ToldNote } from "../protocol/values/told-notes.js";
export {
  describeDump,
  type Replay,
  readDump,
  replay,
  storyInDump,
} from "../runtime/nodes/replay-recording.js";
export type {
  DumpedTask,
  DumpedWorker,
  SchedulerDump,
} from "../scheduler/inspect/scheduler-dump.js";
export type { SchedulerOptions } from "../scheduler/state/options.js";

// The one side effect of importing this file.
installHost(currentHost().with(VISUALIZER, graphvizVisualizer));
