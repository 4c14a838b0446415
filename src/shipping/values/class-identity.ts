// Finds classes of this thread that equal those in arriving values. A class is sent as source; if
// it arrives twice, or comes back, it must be one class, so that `instanceof` holds. Classes with
// equal source and equal captured values are the same.
import { createHash } from "node:crypto";
import type { AnyFunction } from "../../functions/shipped-function.js";

const ids = new WeakMap<AnyFunction, string>();
/** null if two classes here have the same id: the reference is ambiguous. */
const classes = new Map<string, WeakRef<AnyFunction> | null>();
const CLASSES_MAX = 1000;

/**
 * The id of a class that is sent elsewhere.
 *
 * @param encode gives its bytes, and whether they may be different another time
 */
export function classIdOf(
  of: AnyFunction,
  encode: () => { readonly bytes: Uint8Array; readonly isMutable: boolean },
): string {
  const known = ids.get(of);
  if (known !== undefined) return known;
  const { bytes, isMutable } = encode();
  const id = createHash("sha256").update(bytes).digest("hex").slice(0, 32);
  if (!isMutable) ids.set(of, id);
  note(of, id);
  return id;
}

/** Notes that `of` was rebuilt from parts with this id. */
export function noteClass(of: AnyFunction, id: string): void {
  ids.set(of, id);
  note(of, id);
}

/** The class that is here with this id. */
export function classWithId(id: string): AnyFunction | undefined {
  return classes.get(id)?.deref();
}

function note(of: AnyFunction, id: string): void {
  const other = classes.get(id);
  if (other === null) return;
  const known = other?.deref();
  if (known !== undefined && known !== of) classes.set(id, null);
  else {
    if (classes.size >= CLASSES_MAX) classes.delete(classes.keys().next().value as string);
    classes.set(id, new WeakRef(of));
  }
}
