// Functions that every JavaScript process has, such as `Math.max` or `Array.prototype.slice`. They
// are sent as their path.
import { GLOBALS } from "../../functions/globals.js";

const paths = new Map<unknown, string>();
/** Of `fetch`: reading one loads a whole HTTP client, if no one has done so. */
const LAZY: ReadonlySet<string> = new Set(["Headers", "Request", "Response", "FormData"]);
/** Globals that were not examined yet. */
let unread: readonly string[] = [...GLOBALS];

/** The path of a built-in function, class or symbol; undefined for anything else. */
export function intrinsicPath(value: unknown): string | undefined {
  const path = paths.get(value);
  if (path === undefined && unread.some(isLoaded)) {
    collect();
    return paths.get(value);
  }
  return path;
}

/** The intrinsic at the path. */
export function intrinsicAt(path: string): unknown {
  let value: unknown = globalThis;
  for (const step of path.split(".")) value = (value as Record<string, unknown>)?.[step];
  return value;
}

function isLoaded(name: string): boolean {
  if (!LAZY.has(name)) return true;
  return Object.getOwnPropertyDescriptor(globalThis, name)?.get === undefined;
}

function collect(): void {
  for (const name of unread.filter(isLoaded)) {
    const value = (globalThis as Record<string, unknown>)[name];
    if (!isHolder(value) || value === globalThis) continue;
    add(value, name);
    addMembers(value, name);
    const { prototype } = value as { prototype?: unknown };
    if (isHolder(prototype)) addMembers(prototype, `${name}.prototype`);
  }
  unread = unread.filter((name) => !isLoaded(name));
}

function addMembers(holder: object, path: string): void {
  for (const [key, { value }] of Object.entries(Object.getOwnPropertyDescriptors(holder))) {
    const isOwn = key !== "constructor" && /^[\w$]+$/.test(key);
    if (isOwn && (typeof value === "function" || typeof value === "symbol")) {
      add(value, `${path}.${key}`);
    }
  }
}

function add(value: unknown, path: string): void {
  if (!paths.has(value)) paths.set(value, path);
}

function isHolder(value: unknown): value is object {
  return (typeof value === "object" && value !== null) || typeof value === "function";
}
