// Checks the other bags that methods receive.
import { ArgumentError } from "../base/errors.js";
import { kindOf } from "../base/format-value.js";
import type { LayerNode } from "../graph/model/layer-node.js";

/** The property of a bag that has its node, for functions that do not import the class. */
export const BAG: unique symbol = Symbol("bag");

/**
 * The node of a bag that was given to a method.
 *
 * @throws ArgumentError `argument.value` unless it is a bag
 */
export function nodeOfBag(method: string, given: unknown): LayerNode {
  const node = (given as { readonly [BAG]?: LayerNode } | null | undefined)?.[BAG];
  if (node !== undefined) return node;
  throw new ArgumentError(
    "value",
    `${method} was given ${kindOf(given)}: expected a bag, as fromSequence() makes of a list`,
    { given },
  );
}

/**
 * The elements of a join's other side, if that is no bag.
 *
 * @throws ArgumentError `argument.value` unless it can be iterated
 */
export function elementsOf<U>(method: string, given: Iterable<U>): U[] {
  if (typeof given?.[Symbol.iterator] === "function") return [...given];
  throw new ArgumentError(
    "value",
    `${method} was given ${kindOf(given)}: expected a bag, a list or another iterable`,
    { given },
  );
}

/**
 * Checks that a join was given the key of the elements.
 *
 * @throws ArgumentError `argument.function` unless it is a function
 */
export function checkJoinKey(given: unknown): void {
  if (typeof given === "function") return;
  const text = `the key of join is ${kindOf(given)}: expected a function of an element, as in join(other, (element) => element.id)`;
  throw new ArgumentError("function", text, { given });
}
