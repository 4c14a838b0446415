// What a test opens and does not close itself.
import { afterEach } from "vitest";

/**
 * A function that keeps what it is given, and gives it back; after each test all of it is closed,
 * the last one first.
 */
export function closedAfterEach(): <C extends { close(): unknown }>(closable: C) => C {
  const open: { close(): unknown }[] = [];
  afterEach(async () => {
    for (const closable of open.splice(0).reverse()) await closable.close();
  });
  return (closable) => {
    open.push(closable);
    return closable;
  };
}
