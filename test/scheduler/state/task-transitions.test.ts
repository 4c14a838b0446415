// The table of legal edges.
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { InvariantError } from "../../../src/base/errors.js";
import { createSchedulerState } from "../../../src/scheduler/state/scheduler-state.js";
import {
  MEMORY,
  RELEASED,
  STATUS_NAMES,
  WAITING,
} from "../../../src/scheduler/state/task-status.js";
import { become, EDGES } from "../../../src/scheduler/state/task-transitions.js";

test("every edge is between states that there are, and every state is reached and left", () => {
  const edges = Object.keys(EDGES).map((edge) => edge.split(">"));
  for (const name of STATUS_NAMES) {
    expect(edges.some(([from]) => from === name)).toBe(true);
    expect(edges.some(([, to]) => to === name)).toBe(true);
  }
  for (const end of edges.flat()) expect(STATUS_NAMES).toContain(end);
});

test("an edge that is not in the table throws and changes nothing", () => {
  const state = createSchedulerState();
  const slot = state.tasks.allocate();
  become(state, slot, RELEASED);
  expect(() => become(state, slot, MEMORY)).toThrow(InvariantError);
  expect(() => become(state, slot, MEMORY)).toThrow("released>memory is not an edge");
  expect(state.tasks.status[slot]).toBe(RELEASED);
  become(state, slot, WAITING);
  expect(state.statusCounts[WAITING]).toBe(1);
});

test("the documentation shows the table as it is", () => {
  const page = readFileSync(
    new URL("../../../docs/internals/scheduler.md", import.meta.url),
    "utf8",
  );
  const shown = page.split("\n").filter((line) => /^\| `\w+>\w+` \|/.test(line));
  expect(shown).toEqual(Object.entries(EDGES).map(([edge, when]) => `| \`${edge}\` | ${when} |`));
});
