// Errors there and back.
import { describe, expect, test } from "vitest";
import { ClusterError, GraphError, TaskError, TileworkError } from "../../../src/base/errors.js";
import { fromWireError, toWireError } from "../../../src/protocol/values/wire-error.js";

const travelled = (thrown: unknown) =>
  fromWireError(JSON.parse(JSON.stringify(toWireError(thrown)))) as Error & { code?: string };

describe("an error that travelled", () => {
  test("keeps its class name, message and stack when it is a user's", () => {
    const thrown = new RangeError("radius must be positive");
    const error = travelled(thrown);
    expect(error).toBeInstanceOf(Error);
    expect([error.name, error.message]).toEqual(["RangeError", "radius must be positive"]);
    expect(error.stack).toBe(thrown.stack);
    expect(error.code).toBeUndefined();
  });

  test("has a class of the user's name, and what was put on it", () => {
    class Unstable extends RangeError {
      constructor(
        message: string,
        readonly step: number,
      ) {
        super(message);
      }
    }
    const cause = Object.assign(new Error("no such file"), { code: "ENOENT", errno: -2 });
    const thrown = Object.assign(new Unstable("step 3 diverged", 3), { cause, f: () => 1 });
    const error = travelled(thrown);
    expect(error).toBeInstanceOf(RangeError);
    expect(error.constructor.name).toBe("Unstable");
    expect(error).toMatchObject({ name: "RangeError", message: "step 3 diverged", step: 3 });
    expect(error).not.toHaveProperty("f");
    expect(error.cause).toMatchObject({ message: "no such file", code: "ENOENT", errno: -2 });
    expect(error.cause).not.toBeInstanceOf(TileworkError);
  });

  test.each([
    new GraphError("cycle", "layer a is below itself", { layer: "a" }),
    new ClusterError("version", "1 and 2"),
  ])("keeps code and data when it is ours", (thrown) => {
    const error = travelled(thrown);
    expect(error).toBeInstanceOf(TileworkError);
    expect(error).toMatchObject({ name: thrown.name, code: thrown.code, message: thrown.message });
    expect((error as TileworkError).data).toEqual(thrown.data);
  });

  test("is a TaskError again when it was one, with its cause", () => {
    const cause = new TypeError("not a function");
    const data = { key: "add-3f2a1b0(0, 3)", worker: "worker-1", remoteStack: "at user.mjs:3" };
    const error = travelled(new TaskError("failed", "not a function", data, cause));
    expect(error).toBeInstanceOf(TaskError);
    expect(error).toMatchObject({ code: "task.failed", data });
    expect((error.cause as Error).name).toBe("TypeError");
  });

  test("may be anything", () => {
    expect(travelled("just text").message).toBe("just text");
    expect(travelled(undefined).message).toBe("undefined");
    expect(travelled({ a: 1 }).message).toBe('{"a":1}');
  });

  test("that is its own cause comes to an end", () => {
    const thrown = new Error("round");
    thrown.cause = thrown;
    let depth = 0;
    for (let error: unknown = travelled(thrown); error instanceof Error; error = error.cause)
      depth++;
    expect(depth).toBeLessThan(20);
  });
});
