// What a client sends to the scheduler's process: classes that travel there by their source, so
// they name nothing of this package but types.
import type { SchedulerPlugin } from "./plugin-arguments.js";

/** Something that happened, as the scheduler tells it. */
interface Change {
  readonly key?: string;
  readonly worker?: string;
  readonly from?: string;
  readonly to: string;
}

/** Holds a plugin of the scheduler. */
export class PluginHost {
  readonly #plugin: SchedulerPlugin;
  readonly #scheduler: { readonly address: string };

  constructor(plugin: SchedulerPlugin, address: string) {
    this.#plugin = plugin;
    this.#scheduler = { address };
  }

  async setup(): Promise<void> {
    await this.#plugin.setup?.(this.#scheduler);
  }

  async teardown(): Promise<void> {
    await this.#plugin.teardown?.(this.#scheduler);
  }

  async transitions(changes: readonly Change[]): Promise<void> {
    for (const { key, worker, from, to } of changes) {
      if (key !== undefined) await this.#plugin.transition?.(key, from ?? "", to, worker);
      else if (worker === undefined) continue;
      else if (to === "joined") await this.#plugin.workerJoined?.(worker);
      else await this.#plugin.workerLeft?.(worker);
    }
  }
}

/** Holds a function and its arguments. */
export class FunctionHost {
  readonly #f: (...args: readonly unknown[]) => unknown;
  readonly #args: readonly unknown[];

  constructor(f: (...args: readonly unknown[]) => unknown, args: readonly unknown[]) {
    this.#f = f;
    this.#args = args;
  }

  run(): unknown {
    return this.#f(...this.#args);
  }
}
