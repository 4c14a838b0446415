// How an error travels between threads and processes: its class name, code, message, data and stack
// as plain data, causes included, and back into an instance of our own tree.
import { TaskError, type TaskErrorData, TileworkError } from "../base/errors.js";

/** An error as plain data. */
export interface WireError {
  readonly name: string;
  readonly message: string;
  readonly code?: string;
  readonly stack?: string;
  readonly data?: unknown;
  readonly cause?: WireError;
}

const CAUSES_MAX = 8;

/** The plain form of anything that was thrown. */
export function toWireError(thrown: unknown, depth = 0): WireError {
  if (!(thrown instanceof Error)) return { name: "Error", message: String(thrown) };
  const code = (thrown as { code?: unknown }).code;
  return {
    name: thrown.name,
    message: thrown.message,
    ...(typeof code === "string" ? { code } : {}),
    ...(thrown.stack === undefined ? {} : { stack: thrown.stack }),
    ...(thrown instanceof TileworkError && thrown.data !== undefined ? { data: thrown.data } : {}),
    ...(thrown.cause === undefined || depth >= CAUSES_MAX
      ? {}
      : { cause: toWireError(thrown.cause, depth + 1) }),
  };
}

/** An Error with the name, message, code, remote stack and causes of `wire`. */
export function fromWireError(wire: WireError): Error {
  const cause = wire.cause === undefined ? undefined : fromWireError(wire.cause);
  const taskCode = wire.code?.startsWith("task.") ? wire.code.slice("task.".length) : undefined;
  const error =
    taskCode !== undefined
      ? new TaskError(
          taskCode as "failed" | "cancelled" | "workerDied" | "memory",
          wire.message,
          wire.data as TaskErrorData,
          cause,
        )
      : wire.code === undefined
        ? new Error(wire.message, cause === undefined ? undefined : { cause })
        : new TileworkError(wire.code, wire.message, wire.data, cause);
  error.name = wire.name;
  if (taskCode === undefined && wire.stack !== undefined) error.stack = wire.stack;
  return error;
}
