/**
 * Clusters in virtual time: the scheduler and workers of tilework over a network, disks and faults
 * that a seed decides. Nothing is computed; minutes of work take milliseconds.
 *
 * @module tilework/sim
 */
// The entry `tilework/sim`.

// graphs, which are simulated
export type { LayerGraph } from "../graph/index.js";
export { SCHEDULER_DEFAULTS, type SchedulerOptions } from "../scheduler/state/options.js";
export { COST_DEFAULTS, type CostModel } from "../sim/cost-model.js";
export type { TaskRun } from "../sim/environment.js";
export type { Fault } from "../sim/faults.js";
export { NETWORK_DEFAULTS, type NetworkOptions } from "../sim/network.js";
export {
  type FurtherGraph,
  type RunReport,
  type SimulationOptions,
  type SimulationReport,
  simulate,
} from "../sim/simulate.js";
export type { AutoscaleOptions } from "../sim/simulated-autoscaler.js";
export type { CallCounts, CallerPlan } from "../sim/simulated-callers.js";
export type { ClientEnd } from "../sim/simulated-client.js";
export type { VirtualSizes } from "../sim/values.js";
export type { SimulatedWorkerSettings } from "../sim/worker-settings.js";
