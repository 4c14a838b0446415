// Plugins of a client: they hear of its futures, in this process. Nothing is called while there are
// none.

/** A plugin of a client. */
export interface ClientPlugin<C = unknown> {
  /** Its name, by which another replaces it; default: that of its class. */
  readonly name?: string;
  /** Called when it is registered. */
  setup?(client: C): unknown;
  /** Called when it is taken away, or the client closes. */
  teardown?(client: C): unknown;
  /** A future has changed its status: from `pending` to `finished`, `error` or `cancelled`. */
  transition?(key: string, from: string, to: string): unknown;
}

/** The plugins of one client. */
export class ClientPlugins<C = unknown> {
  readonly #plugins = new Map<string, ClientPlugin<C>>();
  #watchers: readonly ClientPlugin<C>[] = [];

  /** Whether any plugin hears of futures. */
  get isWatching(): boolean {
    return this.#watchers.length > 0;
  }

  /** Sets a plugin up, in place of one of the same name. */
  async add(name: string, plugin: ClientPlugin<C>, client: C): Promise<void> {
    await this.remove(name, client);
    await plugin.setup?.(client);
    this.#plugins.set(name, plugin);
    this.#note();
  }

  /** Takes a plugin away; does nothing where there is none of that name. */
  async remove(name: string, client: C): Promise<void> {
    const plugin = this.#plugins.get(name);
    this.#plugins.delete(name);
    this.#note();
    await plugin?.teardown?.(client);
  }

  /** Takes all away. */
  async close(client: C): Promise<void> {
    for (const name of [...this.#plugins.keys()].reverse()) await this.remove(name, client);
  }

  /** A future has changed its status. */
  tell(key: string, from: string, to: string): void {
    for (const plugin of this.#watchers) plugin.transition?.(key, from, to);
  }

  #note(): void {
    const all = [...this.#plugins.values()];
    this.#watchers = all.filter(({ transition }) => transition !== undefined);
  }
}
