// Objects that live as long as others: the core of an actor's handle, as long as bytes or a layer
// contain the handle.

const kept = new WeakMap<object, readonly object[]>();
const NONE: readonly object[] = [];

/** Keeps `things` from being collected as long as `holder` is not. */
export function keepAlive(holder: object, things: readonly object[]): void {
  if (things.length > 0) kept.set(holder, [...keptBy(holder), ...things]);
}

/** The objects that `holder` keeps alive. */
export function keptBy(holder: object): readonly object[] {
  return kept.get(holder) ?? NONE;
}
