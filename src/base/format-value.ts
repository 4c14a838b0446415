// Formats values in messages as their caller wrote them.

/**
 * A value in the notation of JSON; BigInts and NaN, which JSON lacks, are written as in JavaScript.
 */
export function shown(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(shown).join(",")}]`;
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value === "number") return String(value);
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    // It contains itself, or a BigInt.
    return Object.prototype.toString.call(value);
  }
}

/** What kind of thing a value is: `null`, `a number`, `a list`, `an object of class Map`. */
export function kindOf(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (Array.isArray(value)) return "a list";
  if (typeof value !== "object") return `a ${typeof value}`;
  const { name } = (value.constructor ?? Object) as { readonly name: string };
  return name === "Object" ? "an object" : `an object of class ${name}`;
}
