// Objects that stay as long as others are there: what an actor's handle left behind for as long as there are bytes in
// which it travels, or a layer that has them.

const kept = new WeakMap<object, readonly object[]>();
const NONE: readonly object[] = [];

/** Keeps `things` from being collected as long as `holder` is not. */
export function keepAlive(holder: object, things: readonly object[]): void {
  if (things.length > 0) kept.set(holder, [...keptBy(holder), ...things]);
}

/** What is kept with it. */
export function keptBy(holder: object): readonly object[] {
  return kept.get(holder) ?? NONE;
}
