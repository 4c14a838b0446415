import { describe, expect, it } from "vitest";
import { Driver } from "../../../src/runtime/nodes/driver.js";

/** A core that answers "n" with "did n" and, for "again", pushes an event while it is performed. */
function drive(onAction: (action: string) => void = () => undefined) {
  const seen: string[] = [];
  const driver: Driver<string, string> = new Driver<string, string>({
    step: (event) => {
      seen.push(`step ${event}`);
      if (event === "break") throw new Error("core is broken");
      return event === "tick" ? [] : [`did ${event}`];
    },
    perform: (action) => {
      seen.push(action);
      onAction(action);
      if (action === "did again") driver.push("more");
    },
    tick: () => "tick",
    endTurn: () => seen.push("end"),
    crashed: (error) => seen.push(`crashed: ${(error as Error).message}`),
  });
  return { driver, seen };
}

const nextTurn = () => new Promise<void>((resolve) => setImmediate(resolve));

describe("Driver", () => {
  it("handles the events of one turn together, in order, never inside push", async () => {
    const { driver, seen } = drive();
    driver.push("a");
    driver.push("b");
    expect(seen).toEqual([]);
    await nextTurn();
    expect(seen).toEqual(["step a", "did a", "step b", "did b", "end"]);
    driver.stop();
  });

  it("handles what performing brings about after the action, in the same turn", async () => {
    const { driver, seen } = drive();
    driver.push("again");
    await nextTurn();
    expect(seen).toEqual(["step again", "did again", "end", "step more", "did more", "end"]);
    driver.stop();
  });

  it("reports a core that throws once and then does nothing any more", async () => {
    const { driver, seen } = drive();
    driver.push("break");
    driver.push("a");
    await nextTurn();
    driver.push("b");
    await nextTurn();
    expect(seen).toEqual(["step break", "crashed: core is broken"]);
  });

  it("reports an action that throws in the same way", async () => {
    const { driver, seen } = drive((action) => {
      if (action === "did a") throw new Error("no such task");
    });
    driver.push("a");
    await nextTurn();
    expect(seen).toEqual(["step a", "did a", "crashed: no such task"]);
  });

  it("drops what is queued when an action stops it", async () => {
    const { driver, seen } = drive((action) => {
      if (action === "did a") driver.stop();
    });
    driver.push("a");
    driver.push("b");
    await nextTurn();
    expect(seen).toEqual(["step a", "did a"]);
  });

  it("ticks until it is stopped", async () => {
    const ticked = await new Promise<boolean>((resolve) => {
      const driver = new Driver<string, string>({
        step: (event) => {
          driver.stop();
          resolve(event === "tick");
          return [];
        },
        perform: () => undefined,
        tick: () => "tick",
        crashed: () => resolve(false),
      });
    });
    expect(ticked).toBe(true);
  });
});
