// Functions that every JavaScript process has, by the path that leads to them: `Math.max`,
// `Array.prototype.slice`. They travel as that path.
import { GLOBALS } from "../functions/known-names.js";

let paths: Map<unknown, string> | undefined;

/** The path of a built-in function, class or symbol; undefined for anything else. */
export function intrinsicPath(value: unknown): string | undefined {
  paths ??= collect();
  return paths.get(value);
}

/** What the path leads to. */
export function intrinsicAt(path: string): unknown {
  let value: unknown = globalThis;
  for (const step of path.split(".")) value = (value as Record<string, unknown>)?.[step];
  return value;
}

function collect(): Map<unknown, string> {
  const found = new Map<unknown, string>();
  for (const name of GLOBALS) {
    const value = (globalThis as Record<string, unknown>)[name];
    if (!isHolder(value) || value === globalThis) continue;
    add(found, value, name);
    addMembers(found, value, name);
    const { prototype } = value as { prototype?: unknown };
    if (isHolder(prototype)) addMembers(found, prototype, `${name}.prototype`);
  }
  return found;
}

function addMembers(found: Map<unknown, string>, holder: object, path: string): void {
  for (const [key, { value }] of Object.entries(Object.getOwnPropertyDescriptors(holder))) {
    const isOwn = key !== "constructor" && /^[\w$]+$/.test(key);
    if (isOwn && (typeof value === "function" || typeof value === "symbol")) {
      add(found, value, `${path}.${key}`);
    }
  }
}

function add(found: Map<unknown, string>, value: unknown, path: string): void {
  if (!found.has(value)) found.set(value, path);
}

function isHolder(value: unknown): value is object {
  return (typeof value === "object" && value !== null) || typeof value === "function";
}
