// Objects that represent something outside of this process, such as handles of actors. They return
// the data to send in their place, and the exported function that rebuilds them from it.
import type { ModuleReference } from "../modules/module-reference.js";

/** The method that returns it; all copies of this module share it. */
export const REVIVAL = Symbol.for("tilework.revival");

/** Static property of a class whose objects cannot be sent: a hint what to do instead. */
export const TRAVEL_HINT = Symbol.for("tilework.travelHint");

/** The serialised form of an object. */
export interface Revival {
  /** The function that makes it again. */
  readonly module: ModuleReference;
  /** The argument of that function: plain data. */
  readonly data: unknown;
  /** To be kept as long as there are bytes that contain it. */
  readonly kept?: object;
}

/** The object's serialised form; undefined for objects that are sent as they are. */
export function revivalOf(value: object): Revival | undefined {
  const method = (value as { [REVIVAL]?: unknown })[REVIVAL];
  return typeof method === "function" ? (method.call(value) as Revival) : undefined;
}
