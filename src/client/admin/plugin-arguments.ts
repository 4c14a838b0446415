// Plugins as users write them, and the options of their registration.
import { ArgumentError } from "../../base/errors.js";
import { A_TEXT, checkOptions, type Expectations } from "../../base/option-schema.js";
import type { ClientPlugin } from "../session/client-plugins.js";

export type { ClientPlugin };

/** A plugin of workers. Each executor thread has a copy of its own. */
export interface WorkerPlugin {
  /** Its name, by which another replaces it; default: that of its class. */
  readonly name?: string;
  /** Called before the tasks that come after it. */
  setup?(worker: { readonly name: string }): unknown;
  /** Called when it is taken away, or its worker ends in good order. */
  teardown?(worker: { readonly name: string }): unknown;
  /** A task begins (`ready` to `executing`) or has ended (`executing` to `memory` or `error`). */
  transition?(key: string, from: string, to: string): unknown;
}

/** A plugin of the scheduler. It has a thread of its own in the scheduler's process. */
export interface SchedulerPlugin {
  /** Its name, by which another replaces it; default: that of its class. */
  readonly name?: string;
  /** Called when it is registered. */
  setup?(scheduler: { readonly address: string }): unknown;
  /** Called when it is taken away, or the scheduler ends in good order. */
  teardown?(scheduler: { readonly address: string }): unknown;
  /** A task has changed its state, such as from `waiting` to `processing` on a worker. */
  transition?(key: string, from: string, to: string, worker?: string): unknown;
  /** A worker of that name has joined. */
  workerJoined?(worker: string): unknown;
  /** A worker of that name is gone. */
  workerLeft?(worker: string): unknown;
}

/** Where a plugin runs. */
export type PluginPlace = "workers" | "scheduler" | "client";

/** Options of {@link Client.registerPlugin}. */
export interface PluginOptions<Place extends PluginPlace = PluginPlace> {
  /** Default: `"workers"`. */
  readonly on?: Place;
  /** Its name, by which another replaces it; default: its own, or that of its class. */
  readonly name?: string;
}

const PLACES = ["workers", "scheduler", "client"];
const IS_PLACE: Expectations<PluginOptions>["on"] = [
  '"workers", "scheduler" or "client"',
  (value) => PLACES.includes(value as string),
];

/** @throws ArgumentError `argument.value` when an option is unknown or has a wrong value */
export function placeOfPlugin(what: string, options: Pick<PluginOptions, "on">): PluginPlace {
  checkOptions(what, options, { on: IS_PLACE });
  return options.on ?? "workers";
}

/**
 * The name and the place of a plugin.
 *
 * @throws ArgumentError `argument.value` when an option is unknown or has a wrong value, or for
 * anything but an object with methods of plugins and a name
 */
export function readPlugin(
  plugin: WorkerPlugin | SchedulerPlugin | ClientPlugin,
  options: PluginOptions,
): { readonly name: string; readonly on: PluginPlace } {
  checkOptions("registerPlugin()", options, { on: IS_PLACE, name: A_TEXT });
  const { on = "workers" } = options;
  const known = ["setup", "teardown", "transition"];
  if (on === "scheduler") known.push("workerJoined", "workerLeft");
  const methods = plugin as Readonly<Record<string, unknown>> | null;
  const isPlugin =
    typeof methods === "object" &&
    methods !== null &&
    known.some((method) => typeof methods[method] === "function");
  if (!isPlugin) {
    const text = `registerPlugin() was given ${describe(plugin)}: expected an object with ${known.join(", ")}, or some of these`;
    throw new ArgumentError("value", text, { plugin });
  }
  const ownClass = plugin.constructor === Object ? "" : plugin.constructor.name;
  const name = options.name ?? plugin.name ?? ownClass;
  if (typeof name !== "string" || name === "") {
    const text = "registerPlugin() was given a plugin without a name: give it one, as in { name }";
    throw new ArgumentError("value", text, { plugin });
  }
  return { name, on };
}

function describe(value: unknown): string {
  return typeof value === "object" && value !== null
    ? "an object without such methods"
    : `a value of type ${value === null ? "null" : typeof value}`;
}
