import type { SchedulerOptions } from "./options.js";

/** Everything the scheduler knows. */
export interface SchedulerState {
  readonly options: SchedulerOptions;
}

/** The state of a scheduler that has seen nothing yet. */
export declare function createSchedulerState(options?: Partial<SchedulerOptions>): SchedulerState;
