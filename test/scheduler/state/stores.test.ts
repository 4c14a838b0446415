// The columns that tasks, edges and the queue live in.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { finish } from "../../../src/base/sliced.js";
import { EdgeStore } from "../../../src/scheduler/state/edge-store.js";
import { RootQueue } from "../../../src/scheduler/state/root-queue.js";
import { FORGOTTEN, RELEASED } from "../../../src/scheduler/state/task-status.js";
import { TaskStore } from "../../../src/scheduler/state/task-store.js";

function allocate(tasks: TaskStore, count: number): number[] {
  return Array.from({ length: count }, () => {
    const slot = tasks.allocate();
    tasks.status[slot] = RELEASED;
    return slot;
  });
}

describe("the store of tasks", () => {
  test("leads from slot to number and back", () => {
    const tasks = new TaskStore();
    for (const slot of allocate(tasks, 1000)) expect(tasks.slotOf(tasks.idOf(slot))).toBe(slot);
    expect(tasks.count).toBe(1000);
  });

  test("keeps what it has when it grows, however large it is", () => {
    const tasks = new TaskStore();
    const slots = allocate(tasks, 1_000);
    for (const more of [10_000, 2_200_000, 3_000_000]) {
      finish(tasks.reserve(more));
      expect(tasks.priority.length).toBeGreaterThan(more);
      for (const slot of slots) tasks.priority[slot] = (tasks.priority[slot] as number) + slot;
    }
    for (const slot of slots) {
      expect([tasks.priority[slot], tasks.status[slot]]).toEqual([3 * slot, RELEASED]);
    }
    expect(tasks.status.at(-1)).toBe(FORGOTTEN);
  });

  test("copies its columns seldom while small graphs come one by one", () => {
    const [tasks, edges] = [new TaskStore(), new EdgeStore()];
    const columns = new Set<object>();
    for (let graph = 0; graph < 200; graph++) {
      finish(tasks.reserve(1_000));
      finish(edges.reserve(2_000));
      allocate(tasks, 1_000);
      for (let k = 0; k < 1_000; k++) edges.allocate(2);
      columns.add(tasks.priority).add(edges.source);
    }
    expect(columns.size).toBeLessThan(30);
  });

  test("has room for small graphs beside a large one that asked for its own", () => {
    const tasks = new TaskStore();
    // One task of each page stays, so that no other graph gets the page.
    for (const slot of allocate(tasks, 25_600)) if (slot % 256 > 0) tasks.free(slot);
    finish(tasks.reserve(200_000));
    const columns = [tasks.status, tasks.priority];
    allocate(tasks, 200_000 + 10_000);
    // No column was replaced, which small graphs would have waited for.
    expect([tasks.status, tasks.priority].every((column, k) => column === columns[k])).toBe(true);
  });

  test("uses slots again and numbers never", () => {
    const tasks = new TaskStore();
    const seen = new Set<number>();
    for (let round = 0; round < 50; round++) {
      const slots = allocate(tasks, 300);
      for (const slot of slots) {
        const id = tasks.idOf(slot);
        expect(seen.has(id)).toBe(false);
        seen.add(id);
      }
      for (const slot of slots) tasks.free(slot);
    }
    expect(tasks.slotCount).toBeLessThanOrEqual(1024);
    expect(tasks.count).toBe(0);
  });

  test("knows no number of a task that is forgotten, nor one that never was", () => {
    const tasks = new TaskStore();
    const slots = allocate(tasks, 600);
    const ids = slots.map((slot) => tasks.idOf(slot));
    for (const slot of slots) tasks.free(slot);
    allocate(tasks, 600);
    for (const id of ids) expect(tasks.slotOf(id)).toBe(-1);
    const [live = -1] = allocate(tasks, 1);
    expect(tasks.slotOf(tasks.idOf(live) + 2 ** 32)).toBe(-1);
    for (const id of [1e6, 2 ** 31 - 1, 2 ** 40]) expect(tasks.slotOf(id)).toBe(-1);
  });

  test("pins one old task without keeping the others' room", () => {
    const tasks = new TaskStore();
    const [old = -1] = allocate(tasks, 1);
    const id = tasks.idOf(old);
    for (let round = 0; round < 100; round++) {
      for (const slot of allocate(tasks, 256)) tasks.free(slot);
    }
    expect(tasks.slotOf(id)).toBe(old);
    expect(tasks.slotCount).toBeLessThanOrEqual(1024);
  });

  test("takes less than 300 bytes a task, edges and all", () => {
    const [tasks, edges] = [new TaskStore(), new EdgeStore()];
    const count = 100_000;
    allocate(tasks, count);
    for (let k = 0; k < count; k++) edges.allocate(2);
    expect((tasks.columnBytes + edges.columnBytes) / count).toBeLessThan(300);
  });
});

describe("the store of edges", () => {
  test("lists the users of a task, whichever left", () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(5), { maxLength: 30 }),
        fc.array(fc.nat(29)),
        (users, leaving) => {
          const edges = new EdgeStore();
          const firstUser = Int32Array.of(-1);
          const start = edges.allocate(users.length);
          users.forEach((user, k) => {
            edges.link(start + k, 0, user, firstUser);
          });
          const left = new Set(leaving.filter((k) => k < users.length));
          for (const k of left) edges.unlink(start + k, firstUser);
          const listed: number[] = [];
          for (let edge = firstUser[0] ?? -1; edge >= 0; edge = edges.next[edge] ?? -1) {
            listed.push(edges.user[edge] ?? -1);
          }
          const expected = users.filter((_, k) => !left.has(k));
          expect(listed.sort()).toEqual(expected.sort());
        },
      ),
    );
  });

  test("gives freed runs out again", () => {
    const edges = new EdgeStore();
    edges.allocate(1);
    const start = edges.allocate(3);
    edges.free(start, 3);
    expect(edges.allocate(3)).toBe(start);
    expect(edges.count).toBe(4);
  });

  test("starts again when all are freed", () => {
    const edges = new EdgeStore();
    const runs = [1, 2, 3].map((count) => [edges.allocate(count), count] as const);
    for (const [start, count] of runs) edges.free(start, count);
    expect(edges.allocate(6)).toBe(0);
  });
});

test("the queue gives tasks by priority, whichever were taken out", () => {
  fc.assert(
    fc.property(fc.array(fc.nat(1000), { maxLength: 60 }), fc.array(fc.nat(59)), (order, out) => {
      const tasks = new TaskStore();
      const queue = new RootQueue(tasks);
      const slots = allocate(tasks, order.length);
      slots.forEach((slot, k) => {
        tasks.priority[slot] = order[k] as number;
        queue.push(slot);
      });
      const gone = new Set(out.filter((k) => k < slots.length));
      for (const k of gone) queue.remove(slots[k] as number);
      const expected = order.filter((_, k) => !gone.has(k)).sort((a, b) => a - b);
      const given: number[] = [];
      for (let slot = queue.peek(); slot !== undefined; slot = queue.peek()) {
        given.push(tasks.priority[slot] as number);
        queue.remove(slot);
        expect(tasks.queuedAt[slot]).toBe(-1);
      }
      expect(given).toEqual(expected);
    }),
  );
});
