// Settings that people make outside a program: in files and the environment. Rooms ask for one by
// its key here; config/ reads them, and a program without config/ has none.
import { provided, Service } from "./host.js";

/** Knows the settings in force. */
export interface Settings {
  /** The value of a key that someone has set; undefined where the default holds. */
  find(key: string): unknown;
}

/** Provided by programs that read configuration. */
export const SETTINGS = new Service<Settings>("settings");

/** The value that was set for a key, checked when it was read; undefined if there is none. */
export function setting<T>(key: string): T | undefined {
  return provided(SETTINGS)?.find(key) as T | undefined;
}

/**
 * Options with settings in place of those that were not given.
 *
 * @param keys for each option that has one, its key
 */
export function withSettings<Options extends object>(
  options: Options,
  keys: { readonly [Name in keyof Options]?: string },
): Options {
  const filled = { ...options } as Record<string, unknown>;
  for (const [name, key] of Object.entries(keys)) {
    const value = filled[name] === undefined ? setting(key as string) : undefined;
    if (value !== undefined) filled[name] = value;
  }
  return filled as Options;
}
