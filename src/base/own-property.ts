// Properties of objects with names from outside.

/**
 * Gives an object a property of its own. An assignment to `__proto__`, which JSON may hold as a
 * name like any other, would change the prototype.
 */
export function setOwn(target: object, key: string | number, value: unknown): void {
  if (key === "__proto__") {
    Object.defineProperty(target, key, {
      value,
      enumerable: true,
      configurable: true,
      writable: true,
    });
  } else (target as Record<string | number, unknown>)[key] = value;
}
