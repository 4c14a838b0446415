// A client's code in the processes of its cluster: plugins of workers, of the scheduler and of the
// client itself, functions that the scheduler's process calls, and what runs where.
import { randomUUID } from "node:crypto";
import { ArgumentError, TaskError } from "../base/errors.js";
import type { CallResult } from "../base/iterators.js";
import type { AskScheduler } from "../protocol/messages/messages.js";
import { packValue, unpackWhenReady } from "../shipping/values/value-bytes.js";
import { answersByName, type SchedulerInfo } from "./admin/node-answers.js";
import {
  type ClientPlugin,
  type PluginOptions,
  placeOfPlugin,
  readPlugin,
  type SchedulerPlugin,
  type WorkerPlugin,
} from "./admin/plugin-arguments.js";
import { FunctionHost, PluginHost } from "./admin/plugin-hosts.js";
import {
  EnvironmentVariables,
  type RuntimeEnvironment,
  sendEnvironment,
} from "./admin/runtime-environment.js";
import { unpackAnyThrown } from "./fetch/remote-errors.js";
import type { CallArguments } from "./futures/given-arguments.js";
import { InspectingClient } from "./inspecting-client.js";
import { ClientPlugins } from "./session/client-plugins.js";

/** The part of a {@link Client} that runs code in the cluster's processes. */
export abstract class PluginClient extends InspectingClient {
  /** @internal */
  readonly plugins = new ClientPlugins<this>();
  abstract readonly address: string;
  /** The plugin with the variables of its environment. */
  #environment: string | undefined;

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
  async registerPlugin(
    plugin: WorkerPlugin | SchedulerPlugin | ClientPlugin<this>,
    options: PluginOptions = {},
  ): Promise<void> {
    const { name, on } = readPlugin(plugin, options);
    if (on === "client") await this.plugins.add(name, plugin as ClientPlugin<this>, this);
    else if (on === "workers") await this.#plugWorkers(name, packValue(plugin, `plugin ${name}`));
    else {
      const maker = packValue([PluginHost, [plugin, this.address]], `plugin ${name}`);
      await this.#askScheduler("plug", name, maker);
    }
  }

  /**
   * Takes a plugin away; does nothing where there is none of that name.
   *
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
  async unregisterPlugin(name: string, options: Pick<PluginOptions, "on"> = {}): Promise<void> {
    const on = placeOfPlugin("unregisterPlugin()", options);
    if (on === "client") await this.plugins.remove(name, this);
    else if (on === "workers") await this.#plugWorkers(name, null);
    else await this.#askScheduler("unplug", name);
  }

  async #plugWorkers(name: string, plugin: Uint8Array | null): Promise<void> {
    const asked = await this.ask("plugWorkers", { name, plugin });
    const answers = answersByName<{ readonly message: string } | null>(asked);
    for (const [worker, error] of Object.entries(answers)) {
      if (error === null) continue;
      const text = `the plugin ${name} failed on ${worker}: ${error.message}`;
      throw new TaskError("failed", text, { key: name, worker });
    }
  }

  /**
   * Has the functions of this program find packages, files and variables where they run, on all
   * workers, also on those that join later. Packages are those of this program alone: another may
   * bring other versions. A second call replaces packages and variables.
   *
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
  async runtimeEnvironment(environment: RuntimeEnvironment): Promise<void> {
    sendEnvironment(environment);
    const { variables } = environment;
    if (variables === undefined) return;
    const name = (this.#environment ??= `environment ${randomUUID()}`);
    await this.registerPlugin(new EnvironmentVariables(variables), { name });
  }

  /** @internal The client is about to be closed. */
  protected async closePlugins(): Promise<void> {
    await this.plugins.close(this);
    const name = this.#environment;
    if (name === undefined) return;
    // Without the answers, which threads give that have time.
    void this.ask("plugWorkers", { name, plugin: null }).catch(() => undefined);
    await new Promise((resolve) => setImmediate(resolve));
  }

  /**
   * Calls a function in the scheduler's process, on a thread of its own.
   *
   * @returns its result
   * @throws ArgumentError `argument.function` when it cannot be sent
   * @throws what the function throws
   * @see https://distributed.dask.org/en/stable/api.html#distributed.Client.run_on_scheduler
   * @example
   * const cluster = await LocalCluster.start({ workers: 1 });
   * await cluster.client.runOnScheduler((n) => n + 1, 1); // → 2
   * await cluster.close();
   */
  async runOnScheduler<A extends readonly unknown[], R>(
    f: (...args: A) => R,
    ...args: CallArguments<A>
  ): Promise<CallResult<R>> {
    if (typeof f !== "function") {
      const text = `runOnScheduler() was given a value of type ${typeof f}: expected a function`;
      throw new ArgumentError("function", text, { f });
    }
    const maker = packValue([FunctionHost, [f, args]], f.name || "the function");
    const value = await this.#askScheduler("call", "", maker);
    return (await unpackWhenReady(value as Uint8Array)) as CallResult<R>;
  }

  async #askScheduler(
    what: AskScheduler["what"],
    name: string,
    maker?: Uint8Array,
  ): Promise<Uint8Array | undefined> {
    const question = { what, name, ...(maker === undefined ? {} : { maker }) };
    const { value, error } = await this.ask("askScheduler", question);
    if (error === undefined) return value;
    const thrown = unpackAnyThrown(error);
    if (what === "call") throw thrown;
    const text = `the plugin ${name} failed on the scheduler: ${error.message}`;
    throw new TaskError("failed", text, { key: name }, thrown);
  }

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
  async schedulerInfo(): Promise<SchedulerInfo> {
    const [about, { workers, ...counts }] = await Promise.all([
      this.aboutScheduler(),
      this.describe(),
    ]);
    return {
      address: this.address,
      dashboardLink: this.dashboardLink,
      about,
      ...counts,
      workers: Object.fromEntries(workers.map((worker) => [worker.name, worker])),
    };
  }
}
