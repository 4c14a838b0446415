// Three projects, one after the other, each with a file per core at a time. Files of pure rooms keep nothing between tests,
// and those of some others end what they start: they share processes, which load the sources once. Everything else has
// a fresh process for each file.
import { defineConfig } from "vitest/config";

const PURE = "base|functions|graph|kernels|array|protocol|scheduler|worker|scenarios|types";

/** Rooms whose files end what they start, and change nothing that others of the same process see. */
const SHARED = "sim|bag|delayed|io|formats|shipping|client|context|diagnostics|comm|runtime|system|cluster|contracts|cli|e2e|entries";

/** Files of them that see what was loaded before. */
const ALONE = ["test/shipping/not-loaded.test.ts"];

/** Limits only end what hangs: on a machine with other work, what takes a second alone may take a minute. */
const common = {
  pool: "forks",
  maxWorkers: "100%",
  testTimeout: 180_000,
  hookTimeout: 180_000,
} as const;

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          ...common,
          name: "pure",
          include: [`test/@(${PURE})/**/*.test.ts`],
          isolate: false,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          ...common,
          name: "shared",
          include: [`test/@(${SHARED})/**/*.test.ts`],
          exclude: ALONE,
          isolate: false,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          ...common,
          name: "whole",
          include: [`test/!(${PURE}|${SHARED})/**/*.test.ts`, "test/*.test.ts", ...ALONE],
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
