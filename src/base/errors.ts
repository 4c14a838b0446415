// All error classes that callers see. Every error has a stable `code` and facts as `data`; messages
// name the given value, the expected one, and the remedy. protocol/values/wire-error.ts sends
// errors between processes.

/**
 * The root of every error that tilework throws on purpose. Branch on `code`, never on `message`.
 *
 * @see https://distributed.dask.org/en/stable/resilience.html
 * @example
 * let code;
 * try {
 *   ones([3]).sum(5);
 * } catch (error) {
 *   if (error instanceof TileworkError) code = error.code;
 * }
 * code; // → "argument.axis"
 */
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

/** The kinds of mistakes of an {@link ArgumentError}. */
export type ArgumentCode = "shape" | "dtype" | "axis" | "chunks" | "index" | "value" | "function";

/**
 * A call was given something it cannot use; thrown where the call was made, before anything runs.
 *
 * @see https://numpy.org/doc/stable/reference/routines.exceptions.html
 * @example
 * let code;
 * try {
 *   ones([2, 3]).add(ones([4]));
 * } catch (error) {
 *   code = error instanceof ArgumentError && error.code;
 * }
 * code; // → "argument.shape"
 */
export class ArgumentError extends TileworkError {
  constructor(code: ArgumentCode, message: string, data?: unknown) {
    super(`argument.${code}`, message, data);
  }
}

/**
 * A graph that cannot be run: a layer is missing or refers to itself, or there is too much of it.
 *
 * @see https://docs.dask.org/en/stable/graphs.html
 * @example new GraphError("cycle", "a layer refers to itself").code; // → "graph.cycle"
 */
export class GraphError extends TileworkError {
  constructor(
    code: "cycle" | "missingLayer" | "lostData" | "tooLarge" | "invalidPass" | "invalidLayer",
    message: string,
    data?: unknown,
  ) {
    super(`graph.${code}`, message, data);
  }
}

/** The data of a {@link TaskError}: the task that failed. */
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

/**
 * A task failed permanently: its function threw, its workers died, its memory cannot be obtained,
 * or its inputs cannot reach its worker.
 *
 * @see https://distributed.dask.org/en/stable/resilience.html
 * @example
 * const failing = asarray([1]).mapBlocks(() => {
 *   throw new RangeError("no such thing");
 * });
 * let code;
 * try {
 *   await failing.compute();
 * } catch (error) {
 *   code = error instanceof TaskError && error.code;
 * }
 * code; // → "task.failed"
 */
export class TaskError extends TileworkError<TaskErrorData> {
  constructor(
    code: "failed" | "cancelled" | "workerDied" | "memory" | "unreachable",
    message: string,
    data: TaskErrorData,
    cause?: unknown,
  ) {
    super(`task.${code}`, message, data, cause);
  }
}

/** The data of an {@link ActorError}: the actor that failed. */
export interface ActorErrorData {
  /** The actor, as in `Counter-3f2a1b0c`. */
  readonly actor: string;
  /** The worker that it lived on. */
  readonly worker?: string;
  /** Why it is gone. */
  readonly reason?: string;
  /** How its worker's process ended, where that is known. */
  readonly exitCode?: number | null;
  readonly signal?: string | null;
}

/** Why {@link ActorError} was thrown. */
export type ActorErrorCode = "failed" | "died" | "released" | "unknown";

/**
 * An actor that could not be made, has died, was released, or is not there.
 *
 * @see https://distributed.dask.org/en/stable/actors.html
 * @example
 * const cluster = await LocalCluster.start({ workers: 1 });
 * let code;
 * try {
 *   await cluster.client.getActor("no one");
 * } catch (error) {
 *   code = error instanceof ActorError && error.code;
 * }
 * code; // → "actor.unknown"
 * await cluster.close();
 */
export class ActorError extends TileworkError<ActorErrorData> {
  constructor(code: ActorErrorCode, message: string, data: ActorErrorData, cause?: unknown) {
    super(`actor.${code}`, message, data, cause);
  }
}

/**
 * The cluster could not be reached, started or kept.
 *
 * @see https://distributed.dask.org/en/stable/api.html#distributed.Client
 * @example
 * let code;
 * try {
 *   await Client.connect("nowhere");
 * } catch (error) {
 *   code = error instanceof ClusterError && error.code;
 * }
 * code; // → "cluster.address"
 */
export class ClusterError extends TileworkError {
  constructor(
    code:
      | "connection"
      | "timeout"
      | "address"
      | "version"
      | "closed"
      | "start"
      | "schedulerLost"
      | "restarted"
      | "security",
    message: string,
    data?: unknown,
    cause?: unknown,
  ) {
    super(`cluster.${code}`, message, data, cause);
  }
}

/**
 * A peer sent something that is not our protocol. Never ends a process: counted, logged, dropped.
 *
 * @see https://distributed.dask.org/en/stable/protocol.html
 * @example new ProtocolError("a frame of 3 bytes").code; // → "protocol"
 */
export class ProtocolError extends TileworkError {
  constructor(message: string, data?: unknown, cause?: unknown) {
    super("protocol", message, data, cause);
  }
}

/**
 * A bug in tilework: carries the facts that a report needs. The cores never continue silently after
 * one.
 *
 * @see https://distributed.dask.org/en/stable/worker-state.html
 * @example isTileworkError(new InvariantError("two owners of a block"), "invariant"); // → true
 */
export class InvariantError extends TileworkError {
  constructor(message: string, data?: unknown) {
    super("invariant", `${message} (this is a bug in tilework; please report it)`, data);
  }
}

/**
 * Whether `error` is a tilework error; with `codes`, one of these.
 *
 * @throws nothing
 * @see https://distributed.dask.org/en/stable/resilience.html
 * @example
 * let isAxis = false;
 * try {
 *   ones([3]).sum(5);
 * } catch (error) {
 *   isAxis = isTileworkError(error, "argument.axis");
 * }
 * isAxis; // → true
 */
export function isTileworkError(error: unknown, ...codes: string[]): error is TileworkError {
  return error instanceof TileworkError && (codes.length === 0 || codes.includes(error.code));
}
