// Modules that a process imports before it begins, and what they want done at its start and end.
import { ClusterError } from "../../base/errors.js";
import { reasonOf } from "../../base/reason.js";
import { preloadModule } from "../../shipping/modules/load-modules.js";

/** The functions that a module may export; they receive facts about the process. */
interface PreloadHooks<Facts> {
  setup?(facts: Facts): unknown;
  teardown?(facts: Facts): unknown;
}

/** The modules of a process. */
export class PreloadedModules<Facts> {
  readonly #modules: readonly (readonly [name: string, hooks: PreloadHooks<Facts>])[];

  private constructor(modules: readonly (readonly [string, PreloadHooks<Facts>])[]) {
    this.#modules = modules;
  }

  /**
   * Imports modules, one after another.
   *
   * @param names paths, and names of packages as the working directory finds them
   * @throws ClusterError `cluster.start` with what one of them threw
   */
  static async load<Facts>(names: readonly string[]): Promise<PreloadedModules<Facts>> {
    const modules: (readonly [string, PreloadHooks<Facts>])[] = [];
    for (const name of names) {
      const module = await attempt(name, "cannot be imported", () => preloadModule(name));
      modules.push([name, module as PreloadHooks<Facts>]);
    }
    return new PreloadedModules(modules);
  }

  /**
   * Calls what they export as `setup`.
   *
   * @throws ClusterError `cluster.start` with what one of them threw
   */
  async setUp(facts: Facts): Promise<void> {
    for (const [name, { setup }] of this.#modules) {
      await attempt(name, "failed in setup()", () => setup?.(facts));
    }
  }

  /** Calls what they export as `teardown`, the last first; `warn` hears of what these throw. */
  async tearDown(facts: Facts, warn: (text: string) => void): Promise<void> {
    for (const [name, { teardown }] of [...this.#modules].reverse()) {
      try {
        await teardown?.(facts);
      } catch (error) {
        warn(`the preloaded module ${name} failed in teardown(): ${String(error)}`);
      }
    }
  }
}

async function attempt<T>(name: string, what: string, run: () => T): Promise<Awaited<T>> {
  try {
    return await run();
  } catch (error) {
    const reason = reasonOf(error);
    const text = `the module to preload ${name} ${what}: ${reason}`;
    throw new ClusterError("start", text, { preload: name }, error);
  }
}
