// Services that a program provides to rooms that may not import them: an executor, a visualizer,
// native libraries. A room declares a service and requests it; src/index.ts and the scripts of
// threads install a host with all of theirs.

/**
 * Something that a room needs from the program around it. Each is declared once, next to the code
 * that uses it.
 */
export class Service<T> {
  readonly name: string;
  /** Keeps services of different types apart for the compiler. */
  declare readonly provides: T;

  constructor(name: string) {
    this.name = name;
  }
}

/**
 * All services that a program or thread provides. A host does not change; {@link Host.with} makes
 * another.
 */
export class Host {
  readonly #services: ReadonlyMap<Service<unknown>, unknown>;

  constructor(services: ReadonlyMap<Service<unknown>, unknown> = new Map()) {
    this.#services = services;
  }

  /** This host with one service more, or with another provider of it. */
  with<T>(service: Service<T>, provider: T): Host {
    return new Host(new Map(this.#services).set(service, provider));
  }

  /** The provider of a service; undefined if there is none. */
  find<T>(service: Service<T>): T | undefined {
    return this.#services.get(service) as T | undefined;
  }
}

let current = new Host();

/** The host of this program or thread. */
export function currentHost(): Host {
  return current;
}

/** Makes `host` the one that {@link provided} asks, in place of the one before. */
export function installHost(host: Host): void {
  current = host;
}

/** The provider of a service in the current host; undefined if there is none. */
export function provided<T>(service: Service<T>): T | undefined {
  return current.find(service);
}
