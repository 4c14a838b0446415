// What children of a cluster find in their environment.
import { expect, it } from "vitest";
import { poolOf } from "../../src/cluster/child-process.js";

it("gives a worker of several threads as many of Node's pool, and some for files", () => {
  expect(poolOf(["worker", "--nthreads", "8", "--name", "w"], {})).toEqual({
    UV_THREADPOOL_SIZE: "12",
  });
  expect(poolOf(["worker", "--nthreads", "1"], {})).toEqual({});
  expect(poolOf(["scheduler"], {})).toEqual({});
  expect(poolOf(["worker", "--nthreads", "8"], { UV_THREADPOOL_SIZE: "6" })).toEqual({});
});
