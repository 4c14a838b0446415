// Plugins on an executor thread: set up before the tasks that come after them, called at each
// task's start and end, torn down when they are taken away or the worker ends. The thread's script
// is thread-main.ts; while there are none, nothing here is called.
import type { WireError } from "../../protocol/values/wire-error.js";
import { unpackWhenReady } from "../../shipping/values/value-bytes.js";
import { packThrown } from "../tasks/thrown-values.js";
import type { Outcome } from "./task-outcomes.js";

/** The methods that a plugin of workers may have. */
interface Hooks {
  setup?(worker: object): unknown;
  teardown?(worker: object): unknown;
  transition?(key: string, from: string, to: string): unknown;
}

/** The plugins of one thread. */
export class ThreadPlugins {
  readonly #worker: { readonly name: string };
  readonly #warn: (text: string) => void;
  readonly #plugins = new Map<string, Hooks>();
  /** Those that hear of tasks. */
  #watchers: (readonly [name: string, hooks: Hooks])[] = [];

  constructor(worker: string, warn: (text: string) => void) {
    this.#worker = { name: worker };
    this.#warn = warn;
  }

  /** Whether any plugin hears of tasks. */
  get isWatching(): boolean {
    return this.#watchers.length > 0;
  }

  /** Sets a plugin up in place of one of the same name; null only takes that away. */
  async plug(name: string, packed: Uint8Array | null): Promise<WireError | undefined> {
    try {
      const before = this.#plugins.get(name);
      this.#plugins.delete(name);
      this.#note();
      await before?.teardown?.(this.#worker);
      if (packed === null) return undefined;
      const plugin = (await unpackWhenReady(packed)) as Hooks;
      await plugin.setup?.(this.#worker);
      this.#plugins.set(name, plugin);
      this.#note();
      return undefined;
    } catch (error) {
      return packThrown(error);
    }
  }

  /** Runs a task and tells the plugins when it begins and ends. */
  watch(key: string, run: () => Outcome | Promise<Outcome>): Outcome | Promise<Outcome> {
    this.#tell(key, "ready", "executing");
    const ended = (outcome: Outcome) => {
      this.#tell(key, "executing", outcome.error === undefined ? "memory" : "error");
      return outcome;
    };
    const outcome = run();
    return outcome instanceof Promise ? outcome.then(ended) : ended(outcome);
  }

  #note(): void {
    this.#watchers = [...this.#plugins].filter(([, { transition }]) => transition !== undefined);
  }

  #tell(key: string, from: string, to: string): void {
    for (const [name, plugin] of this.#watchers) {
      try {
        plugin.transition?.(key, from, to);
      } catch (error) {
        this.#warn(`the plugin ${name} failed in transition(): ${String(error)}`);
      }
    }
  }
}
