// A client's code in the processes of its cluster: plugins of workers, of the scheduler and of the
// client itself, functions that the scheduler's process calls, and what runs where.
import { randomUUID } from "node:crypto";
import { ArgumentError, TaskError } from "../../base/errors.js";
import type { CallResult } from "../../base/iterators.js";
import { setting } from "../../base/settings.js";
import type { AskScheduler } from "../../protocol/messages/messages.js";
import { packValue, unpackWhenReady } from "../../shipping/values/value-bytes.js";
import { answersByName, type SchedulerInfo } from "../admin/node-answers.js";
import {
  type ClientPlugin,
  type PluginOptions,
  placeOfPlugin,
  readPlugin,
  type SchedulerPlugin,
  type WorkerPlugin,
} from "../admin/plugin-arguments.js";
import { FunctionHost, PluginHost } from "../admin/plugin-hosts.js";
import {
  EnvironmentVariables,
  type RuntimeEnvironment,
  sendEnvironment,
} from "../admin/runtime-environment.js";
import { unpackAnyThrown } from "../fetch/remote-errors.js";
import type { CallArguments } from "../futures/given-arguments.js";
import { ask, partsOf } from "./client-parts.js";
import { aboutScheduler, type InspectionMethods } from "./inspection-methods.js";

/** The part of a {@link Client} that runs code in the cluster's processes. */
export interface PluginMethods {
  /**
   * Registers a plugin: an object with methods that workers, the scheduler or this client call
   * when something happens. It replaces one of the same name.
   *
   * - `on: "workers"`, by default: a copy for each executor thread of each worker, also of
   *   those that join later. `setup` runs before the tasks that come after it, so that they find
   *   there what it opened; `teardown` when the plugin is taken away or the worker ends;
   *   `transition` when a task begins and ends.
   * - `on: "scheduler"`: on a thread of its own in the scheduler's process, so that it cannot
   *   hold the scheduler up. It hears of all tasks and workers, a little later.
   * - `on: "client"`: here. It hears of this client's futures.
   *
   * @returns resolves when it is set up everywhere
   * @throws ArgumentError `argument.value` for anything but an object with such methods,
   * `argument.function` when it cannot be sent
   * @throws TaskError `task.failed` when its `setup` threw
   * @see https://distributed.dask.org/en/stable/plugins.html
   * @example
   * const cluster = await LocalCluster.start({ workers: 1 });
   * class Model {
   *   setup() {
   *     process.env.MODEL = "large"; // each thread has an environment of its own
   *   }
   * }
   * await cluster.client.registerPlugin(new Model());
   * await cluster.client.submit(() => process.env.MODEL); // → "large"
   * await cluster.client.unregisterPlugin("Model");
   * await cluster.close();
   */
  registerPlugin(plugin: WorkerPlugin, options?: PluginOptions<"workers">): Promise<void>;

  /** The same in the scheduler's process. */
  registerPlugin(plugin: SchedulerPlugin, options: PluginOptions<"scheduler">): Promise<void>;

  /** The same in this process. */
  registerPlugin(plugin: ClientPlugin<this>, options: PluginOptions<"client">): Promise<void>;

  /**
   * Takes a plugin away; does nothing where there is none of that name.
   *
   * @param name the name that it was registered by
   * @param options.on where it was registered; default: `"workers"`
   * @returns resolves when its `teardown` has run everywhere
   * @throws ArgumentError `argument.value` when an option is unknown or has a wrong value
   * @throws TaskError `task.failed` when its `teardown` threw
   * @example
   * const cluster = await LocalCluster.start({ workers: 1 });
   * const { client } = cluster;
   * await client.registerPlugin({ setup() {} }, { name: "nothing" });
   * await client.unregisterPlugin("nothing");
   * await cluster.close();
   */
  unregisterPlugin(name: string, options?: Pick<PluginOptions, "on">): Promise<void>;

  /**
   * Has the functions of this program find packages, files and variables where they run, on all
   * workers, also on those that join later. Packages are those of this program alone: another may
   * bring other versions. A second call replaces packages and variables.
   *
   * @param environment the packages and variables that workers need
   * @throws ArgumentError `argument.value` when an option is unknown or has a wrong value, a file
   * or folder is not there or too large
   * @throws TaskError `task.failed`, in the calls that import a package, with what npm printed
   * where it cannot be installed
   * @see https://docs.ray.io/en/latest/ray-core/handling-dependencies.html
   * @example
   * const cluster = await LocalCluster.start({ workers: 1 });
   * await cluster.client.runtimeEnvironment({ variables: { MODE: "fast" } });
   * await cluster.client.submit(() => process.env.MODE); // → "fast"
   * await cluster.close();
   */
  runtimeEnvironment(environment: RuntimeEnvironment): Promise<void>;

  /**
   * Calls a function in the scheduler's process, on a thread of its own.
   *
   * @param f any function that can travel
   * @param args its arguments
   * @returns its result
   * @throws ArgumentError `argument.function` when it cannot be sent
   * @throws what the function throws
   * @see https://distributed.dask.org/en/stable/api.html#distributed.Client.run_on_scheduler
   * @example
   * const cluster = await LocalCluster.start({ workers: 1 });
   * await cluster.client.runOnScheduler((n) => n + 1, 1); // → 2
   * await cluster.close();
   */
  runOnScheduler<A extends readonly unknown[], R>(
    f: (...args: A) => R,
    ...args: CallArguments<A>
  ): Promise<CallResult<R>>;

  /**
   * What the scheduler is: its address, what runs its process, its workers and clients.
   *
   * @see https://distributed.dask.org/en/stable/api.html#distributed.Client.scheduler_info
   * @example
   * const cluster = await LocalCluster.start({ workers: 1 });
   * const { about, workers } = await cluster.client.schedulerInfo();
   * [about.node === process.versions.node, Object.keys(workers)]; // → [true, ["worker-0"]]
   * await cluster.close();
   */
  schedulerInfo(): Promise<SchedulerInfo>;
}

export const PLUGIN_METHODS: PluginMethods & ThisType<PluginMethods & InspectionMethods> = {
  async registerPlugin(
    plugin: WorkerPlugin | SchedulerPlugin | ClientPlugin<never>,
    options: PluginOptions = {},
  ) {
    const { name, on } = readPlugin(plugin, options);
    if (on === "client") await partsOf(this).plugins.add(name, plugin as ClientPlugin, this);
    else if (on === "workers") await plugWorkers(this, name, packValue(plugin, `plugin ${name}`));
    else {
      const maker = packValue([PluginHost, [plugin, partsOf(this).address]], `plugin ${name}`);
      await askScheduler(this, "plug", name, maker);
    }
  },

  async unregisterPlugin(name, options = {}) {
    const on = placeOfPlugin("unregisterPlugin()", options);
    if (on === "client") await partsOf(this).plugins.remove(name, this);
    else if (on === "workers") await plugWorkers(this, name, null);
    else await askScheduler(this, "unplug", name);
  },

  async runtimeEnvironment(environment) {
    sendEnvironment(environment);
    const { variables } = environment;
    if (variables === undefined) return;
    await plugVariables(this, { ...configuredVariables(), ...variables });
  },

  async runOnScheduler(f, ...args) {
    if (typeof f !== "function") {
      const text = `runOnScheduler() was given a value of type ${typeof f}: expected a function`;
      throw new ArgumentError("function", text, { f });
    }
    const maker = packValue([FunctionHost, [f, args]], f.name || "the function");
    const value = await askScheduler(this, "call", "", maker);
    return (await unpackWhenReady(value as Uint8Array)) as never;
  },

  async schedulerInfo() {
    const { address, connection } = partsOf(this);
    const [about, { workers, ...counts }] = await Promise.all([
      aboutScheduler(this),
      this.describe(),
    ]);
    return {
      address,
      dashboardLink: connection.latest?.dashboardLink,
      about,
      ...counts,
      workers: Object.fromEntries(workers.map((worker) => [worker.name, worker])),
    };
  },
};

/** Has tasks find the variables that are configured to travel, before any task is submitted. */
export function sendConfiguredVariables(client: object): void {
  const variables = configuredVariables();
  // Not awaited: busy threads answer late. It cannot fail but with the connection.
  if (Object.keys(variables).length > 0) plugVariables(client, variables).catch(() => undefined);
}

/** Those of this program's environment that `client.variables` names, and that are set. */
function configuredVariables(): Record<string, string> {
  const names = setting<readonly string[]>("client.variables") ?? [];
  const set = names.map((name) => [name, process.env[name]] as const);
  return Object.fromEntries(
    set.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}

async function plugVariables(client: object, variables: Record<string, string>): Promise<void> {
  const parts = partsOf(client);
  parts.environment ??= `environment ${randomUUID()}`;
  const plugin = packValue(new EnvironmentVariables(variables), "the variables");
  await plugWorkers(client, parts.environment, plugin);
}

/** Ends the plugins of a client that is about to be closed. */
export async function closePlugins(client: object): Promise<void> {
  const { plugins, environment: name } = partsOf(client);
  await plugins.close(client);
  if (name === undefined) return;
  // Without the answers, which threads give that have time.
  void ask(client, "plugWorkers", { name, plugin: null }).catch(() => undefined);
  await new Promise((resolve) => setImmediate(resolve));
}

async function plugWorkers(client: object, name: string, plugin: Uint8Array | null): Promise<void> {
  const asked = await ask(client, "plugWorkers", { name, plugin });
  const answers = answersByName<{ readonly message: string } | null>(asked);
  for (const [worker, error] of Object.entries(answers)) {
    if (error === null) continue;
    const text = `the plugin ${name} failed on ${worker}: ${error.message}`;
    throw new TaskError("failed", text, { key: name, worker });
  }
}

async function askScheduler(
  client: object,
  what: AskScheduler["what"],
  name: string,
  maker?: Uint8Array,
): Promise<Uint8Array | undefined> {
  const question = { what, name, ...(maker === undefined ? {} : { maker }) };
  const { value, error } = await ask(client, "askScheduler", question);
  if (error === undefined) return value;
  const thrown = unpackAnyThrown(error);
  if (what === "call") throw thrown;
  const text = `the plugin ${name} failed on the scheduler: ${error.message}`;
  throw new TaskError("failed", text, { key: name }, thrown);
}
