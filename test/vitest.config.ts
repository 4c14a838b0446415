// Two projects. The rooms that decide without the outside world keep nothing between tests, so their files share
// processes, one per core, and load the sources once; everything that has processes, sockets or files of its own runs
// after them, one file at a time on a machine of two cores, each file in a fresh process.
import { defineConfig } from "vitest/config";

const PURE_ROOMS = "{base,functions,graph,kernels,array,protocol,scheduler,worker,scenarios,types}";

/** Limits only end what hangs: on a machine with other work, what takes a second alone may take a minute. */
const limits = { pool: "forks", testTimeout: 180_000, hookTimeout: 180_000 } as const;

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          ...limits,
          name: "pure",
          include: [`test/${PURE_ROOMS}/**/*.test.ts`],
          isolate: false,
          maxWorkers: "100%",
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          ...limits,
          name: "whole",
          include: ["test/**/*.test.ts"],
          exclude: [`test/${PURE_ROOMS}/**`],
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
