// A program that waits for the engine is not idle, though Node does not know of the engine's work.
import { expect, test } from "vitest";
import { connectEngine } from "../../src/engine/duckdb.js";

const timers = () => process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;

test("a connection keeps its program until it is closed", async () => {
  const connection = await connectEngine();
  const during = timers();
  connection.closeSync();
  expect(timers()).toBe(during - 1);
});
