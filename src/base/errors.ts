// The one tree of errors that callers see. Every error has a stable `code` and the facts as `data`;
// messages say what was given, what was expected and what to do. Nothing here knows how an error
// travels between processes: that is protocol/wire-error.ts.

/** The root of every error that tilework throws on purpose. Branch on `code`, never on `message`. */
export class TileworkError<Data = unknown> extends Error {
  readonly code: string;
  readonly data: Data;

  constructor(code: string, message: string, data?: Data, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = new.target.name;
    this.code = code;
    this.data = data as Data;
  }
}

/** The kinds of mistakes that {@link ArgumentError} tells apart. */
export type ArgumentCode = "shape" | "dtype" | "axis" | "chunks" | "index" | "value" | "function";

/** A call was given something it cannot use; thrown where the call was made, before anything runs. */
export class ArgumentError extends TileworkError {
  constructor(code: ArgumentCode, message: string, data?: unknown) {
    super(`argument.${code}`, message, data);
  }
}

/** A graph that cannot be run: a layer is missing or refers to itself, or there is too much of it. */
export class GraphError extends TileworkError {
  constructor(
    code: "cycle" | "missingLayer" | "lostData" | "tooLarge",
    message: string,
    data?: unknown,
  ) {
    super(`graph.${code}`, message, data);
  }
}

/** What {@link TaskError} knows about the task that failed. */
export interface TaskErrorData {
  /** The task's key, as in `add-3f2a1b(0, 3)`. */
  readonly key: string;
  /** The worker that ran it last. */
  readonly worker?: string;
  /** The stack on the worker, with the user's file and line where known. */
  readonly remoteStack?: string;
  /** Other facts: deaths, exit reasons, bytes needed. */
  readonly details?: unknown;
}

/** A task failed for good: its function threw, its workers died, or its memory cannot be had. */
export class TaskError extends TileworkError<TaskErrorData> {
  constructor(
    code: "failed" | "cancelled" | "workerDied" | "memory",
    message: string,
    data: TaskErrorData,
    cause?: unknown,
  ) {
    super(`task.${code}`, message, data, cause);
  }
}

/** The cluster could not be reached, started or kept. */
export class ClusterError extends TileworkError {
  constructor(
    code: "connection" | "timeout" | "address" | "version" | "closed" | "start" | "schedulerLost",
    message: string,
    data?: unknown,
    cause?: unknown,
  ) {
    super(`cluster.${code}`, message, data, cause);
  }
}

/** A peer sent something that is not our protocol. Never ends a process: counted, logged, dropped. */
export class ProtocolError extends TileworkError {
  constructor(message: string, data?: unknown, cause?: unknown) {
    super("protocol", message, data, cause);
  }
}

/** A bug of ours: carries the facts that a report needs. Never caught inside the cores. */
export class InvariantError extends TileworkError {
  constructor(message: string, data?: unknown) {
    super("invariant", `${message} (this is a bug in tilework; please report it)`, data);
  }
}

/** Whether `error` is a tilework error, and of one of `codes` when any are given. */
export function isTileworkError(error: unknown, ...codes: string[]): error is TileworkError {
  return error instanceof TileworkError && (codes.length === 0 || codes.includes(error.code));
}
