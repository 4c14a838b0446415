// What programs coordinate themselves with, as a machine: against models that are plain lists, for
// whatever is asked in whatever order; then within the scheduler, with clients that come and go.
import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import {
  clearEvent,
  deleteVariable,
  getVariable,
  setEvent,
  setVariable,
  waitForEvent,
} from "../../../src/scheduler/coordination/flags.js";
import {
  cancelQueueWait,
  deleteQueue,
  get,
  leaveQueues,
  put,
} from "../../../src/scheduler/coordination/queues.js";
import {
  acquire,
  cancelAcquire,
  lapseLeases,
  leaveSemaphores,
  release,
} from "../../../src/scheduler/coordination/semaphores.js";
import {
  type Answer,
  createCoordinationState,
  type Effects,
  type LeaseRecord,
  type SharedValue,
  type Wait,
} from "../../../src/scheduler/state/coordination-state.js";

const CLIENT = {};

class Witness implements Effects {
  readonly answers: { wait: number; holder: string; answer: Answer }[] = [];
  readonly dropped: SharedValue[] = [];
  readonly ended: LeaseRecord[] = [];

  answer({ wait, holder }: Wait, answer: Answer): void {
    this.answers.push({ wait, holder, answer });
  }

  drop(value: SharedValue): void {
    this.dropped.push(value);
  }

  lapsed(lease: LeaseRecord): void {
    this.ended.push(lease);
  }
}

function waitOf(holder: string, wait: number): Wait {
  return { client: CLIENT, holder, wait, request: wait };
}

function itemOf(n: number): SharedValue {
  return { bytes: Uint8Array.of(n), pins: [] };
}

/** What happens to a semaphore. */
const happenings = fc.array(
  fc.oneof(
    fc.record({
      type: fc.constant("acquire" as const),
      holder: fc.integer({ min: 0, max: 3 }),
      leaseMs: fc.constantFrom(5, 20, Number.POSITIVE_INFINITY),
    }),
    fc.record({ type: fc.constant("release" as const), which: fc.nat(20) }),
    fc.record({ type: fc.constant("late" as const), which: fc.nat(20) }),
    fc.record({ type: fc.constant("cancel" as const), which: fc.nat(20) }),
    fc.record({ type: fc.constant("leave" as const), holder: fc.integer({ min: 0, max: 3 }) }),
    fc.record({ type: fc.constant("time" as const), passedMs: fc.integer({ min: 1, max: 10 }) }),
  ),
  { maxLength: 80 },
);

describe("semaphores", () => {
  it("are never held by more than they have leases, in the order of asking, with rising tokens", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 3 }), happenings, (limit, events) => {
        const coordination = createCoordinationState();
        const witness = new Witness();
        let nowMs = 0;
        let waits = 0;
        /** The model: who waits, and who holds what until when. */
        let waiting: { wait: number; holder: string; leaseMs: number }[] = [];
        let held: { token: number; holder: string; untilMs: number }[] = [];
        const gone: { token: number; holder: string }[] = [];
        let lastToken = 0;
        const grant = () => {
          while (held.length < limit && waiting.length > 0) {
            const next = waiting.shift() as (typeof waiting)[number];
            const token = ++lastToken;
            held.push({ token, holder: next.holder, untilMs: nowMs + next.leaseMs });
            expect(witness.answers.shift()).toEqual({
              wait: next.wait,
              holder: next.holder,
              answer: { token },
            });
          }
        };
        for (const event of events) {
          if (event.type === "acquire") {
            const holder = `h${event.holder}`;
            const wait = ++waits;
            const { leaseMs } = event;
            acquire(coordination, "s", limit, { ...waitOf(holder, wait), leaseMs }, nowMs, witness);
            waiting.push({ wait, holder, leaseMs });
          } else if (event.type === "release" && held.length > 0) {
            const lease = held.splice(event.which % held.length, 1)[0] as (typeof held)[number];
            gone.push(lease);
            const party = { client: CLIENT, holder: lease.holder };
            expect(release(coordination, "s", lease.token, party, nowMs, witness)).toBe(true);
          } else if (event.type === "late" && gone.length > 0) {
            const lease = gone[event.which % gone.length] as (typeof gone)[number];
            const party = { client: CLIENT, holder: lease.holder };
            expect(release(coordination, "s", lease.token, party, nowMs, witness)).toBe(false);
          } else if (event.type === "cancel" && waiting.length > 0) {
            const { wait, holder } = waiting.splice(
              event.which % waiting.length,
              1,
            )[0] as (typeof waiting)[number];
            expect(cancelAcquire(coordination, { client: CLIENT, holder }, wait, witness)).toBe(
              true,
            );
            expect(witness.answers.shift()).toEqual({ wait, holder, answer: { isDone: false } });
            expect(cancelAcquire(coordination, { client: CLIENT, holder }, wait, witness)).toBe(
              false,
            );
          } else if (event.type === "leave") {
            const holder = `h${event.holder}`;
            leaveSemaphores(coordination, (party) => party.holder === holder, nowMs, witness);
            waiting = waiting.filter((each) => each.holder !== holder);
            gone.push(...held.filter((each) => each.holder === holder));
            held = held.filter((each) => each.holder !== holder);
          } else if (event.type === "time") {
            nowMs += event.passedMs;
            lapseLeases(coordination, nowMs, witness);
            const ended = held.filter(({ untilMs }) => untilMs <= nowMs);
            gone.push(...ended);
            held = held.filter(({ untilMs }) => untilMs > nowMs);
            const told = witness.ended.splice(0).map(({ token }) => token);
            expect(told).toEqual(ended.map(({ token }) => token));
          }
          grant();
          expect(witness.answers).toEqual([]);
          const semaphore = coordination.semaphores.get("s");
          expect([...(semaphore?.leases.keys() ?? [])].sort()).toEqual(
            held.map(({ token }) => token).sort(),
          );
          expect(semaphore?.leases.size ?? 0).toBeLessThanOrEqual(limit);
          expect(coordination.semaphores.size).toBe(held.length + waiting.length > 0 ? 1 : 0);
        }
      }),
      { numRuns: 300 },
    );
  });

  it("refuse to be two things at once", () => {
    const coordination = createCoordinationState();
    const witness = new Witness();
    const leaseMs = Number.POSITIVE_INFINITY;
    acquire(coordination, "s", 2, { ...waitOf("a", 1), leaseMs }, 0, witness);
    acquire(coordination, "s", 3, { ...waitOf("b", 2), leaseMs }, 0, witness);
    expect(witness.answers[1]?.answer.refusal).toMatch(/semaphore of 2 leases/);
  });
});

const queueHappenings = fc.array(
  fc.oneof(
    fc.record({ type: fc.constant("put" as const), holder: fc.integer({ min: 0, max: 2 }) }),
    fc.record({ type: fc.constant("get" as const), holder: fc.integer({ min: 0, max: 2 }) }),
    fc.record({ type: fc.constant("cancel" as const), which: fc.nat(20) }),
    fc.record({ type: fc.constant("leave" as const), holder: fc.integer({ min: 0, max: 2 }) }),
  ),
  { maxLength: 80 },
);

describe("queues", () => {
  it("hand each item to one, first in, first out, and hold no more than they may", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 3 }), queueHappenings, (limit, events) => {
        const coordination = createCoordinationState();
        const witness = new Witness();
        let count = 0;
        let putters: { wait: number; holder: string; item: number }[] = [];
        let getters: { wait: number; holder: string }[] = [];
        const items: number[] = [];
        const settle = () => {
          for (;;) {
            const putter = items.length < (limit || 1e9) ? putters.shift() : undefined;
            if (putter !== undefined) {
              items.push(putter.item);
              const { wait, holder } = putter;
              expect(witness.answers.shift()).toEqual({ wait, holder, answer: {} });
            } else if (items.length > 0 && getters.length > 0) {
              const got = witness.answers.shift();
              expect(got).toMatchObject(getters.shift() as object);
              expect(got?.answer.value?.bytes[0]).toBe(items.shift());
            } else break;
          }
        };
        for (const event of events) {
          const holder = "holder" in event ? `h${event.holder}` : "";
          if (event.type === "put") {
            const item = ++count % 256;
            const wait = count;
            put(
              coordination,
              "q",
              limit,
              { ...waitOf(holder, wait), value: itemOf(item) },
              witness,
            );
            putters.push({ wait, holder, item });
          } else if (event.type === "get") {
            const wait = ++count;
            get(coordination, "q", limit, waitOf(holder, wait), witness);
            getters.push({ wait, holder });
          } else if (event.type === "cancel") {
            const all = [...putters, ...getters];
            const one = all[event.which % Math.max(1, all.length)];
            if (one === undefined) continue;
            const party = { client: CLIENT, holder: one.holder };
            expect(cancelQueueWait(coordination, party, one.wait, witness)).toBe(true);
            expect(witness.answers.shift()?.answer).toEqual({ isDone: false });
            putters = putters.filter(({ wait }) => wait !== one.wait);
            getters = getters.filter(({ wait }) => wait !== one.wait);
          } else {
            leaveQueues(coordination, (party) => party.holder === holder, witness);
            putters = putters.filter((each) => each.holder !== holder);
            getters = getters.filter((each) => each.holder !== holder);
          }
          settle();
          expect(witness.answers).toEqual([]);
          expect(coordination.queues.get("q")?.items.length ?? 0).toBe(items.length);
          const isEmpty = items.length + putters.length + getters.length === 0;
          expect(coordination.queues.size).toBe(isEmpty ? 0 : 1);
        }
      }),
      { numRuns: 300 },
    );
  });
});

test("a deleted queue drops its items, and refuses those who wait at it", () => {
  const coordination = createCoordinationState();
  const witness = new Witness();
  put(coordination, "q", 1, { ...waitOf("a", 1), value: itemOf(1) }, witness);
  put(coordination, "q", 1, { ...waitOf("a", 2), value: itemOf(2) }, witness);
  get(coordination, "empty", 0, waitOf("b", 3), witness);
  deleteQueue(coordination, "q", witness);
  deleteQueue(coordination, "empty", witness);
  deleteQueue(coordination, "unknown", witness);
  expect(witness.dropped.map(({ bytes }) => bytes[0]).sort()).toEqual([1, 2]);
  expect(coordination.queues.size).toBe(0);
  const refused = witness.answers.filter(({ answer }) => answer.refusal !== undefined);
  expect(refused.map(({ wait }) => wait)).toEqual([2, 3]);
  expect(refused[0]?.answer.refusal).toBe("the queue q was deleted while this waited");
});

test("events and variables wake all who wait, and say nothing when they are gone", () => {
  const coordination = createCoordinationState();
  const witness = new Witness();
  waitForEvent(coordination, "e", waitOf("a", 1), witness);
  waitForEvent(coordination, "e", waitOf("b", 2), witness);
  setEvent(coordination, "e", witness);
  waitForEvent(coordination, "e", waitOf("a", 3), witness);
  expect(witness.answers.splice(0).map(({ wait }) => wait)).toEqual([1, 2, 3]);
  clearEvent(coordination, "e");
  expect(coordination.events.size).toBe(0);

  getVariable(coordination, "v", waitOf("a", 4), witness);
  setVariable(coordination, "v", itemOf(7), witness);
  setVariable(coordination, "v", itemOf(8), witness);
  getVariable(coordination, "v", waitOf("a", 5), witness);
  expect(witness.answers.map(({ answer }) => answer.value?.bytes[0])).toEqual([7, 8]);
  expect(witness.dropped.map(({ bytes }) => bytes[0])).toEqual([7]);
  deleteVariable(coordination, "v", witness);
  expect(witness.dropped.map(({ bytes }) => bytes[0])).toEqual([7, 8]);
  expect(coordination.variables.size).toBe(0);
});
