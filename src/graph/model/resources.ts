// Amounts of resources by name: those of a worker, and those that a task takes while it runs.
import { ArgumentError } from "../../base/errors.js";

/** As in `{ GPU: 1 }`. Users choose the names and their meaning. */
export type Resources = Readonly<Record<string, number>>;

/**
 * Checks amounts of resources, and copies them.
 *
 * @param what whose they are, for people
 * @throws ArgumentError `argument.value` when a name is empty or an amount is not above zero
 */
export function readResources(resources: Resources, what = "resources"): Resources {
  const isRecord = typeof resources === "object" && resources !== null && !Array.isArray(resources);
  check(isRecord, what, resources, "{ name: amount }");
  for (const [name, amount] of Object.entries(resources)) {
    check(/^[^\s=]+$/.test(name), what, resources, "names without blanks and =");
    const isAmount = typeof amount === "number" && amount > 0 && Number.isFinite(amount);
    check(isAmount, `${what}.${name}`, amount, "a number above 0");
  }
  return { ...resources };
}

/** The larger amount of each resource, which satisfies both. */
export function largerOf(
  a: Resources | undefined,
  b: Resources | undefined,
): Resources | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  const larger: Record<string, number> = { ...a };
  for (const [name, amount] of Object.entries(b)) larger[name] = Math.max(amount, a[name] ?? 0);
  return larger;
}

function check(isGood: boolean, what: string, value: unknown, expected: string): void {
  if (isGood) return;
  const given = JSON.stringify(value) ?? String(value);
  throw new ArgumentError("value", `${what} is ${given}: expected ${expected}`, { [what]: value });
}
