// One actor as its client knows it, under whatever workers and schedulers say: each call ends once,
// and what keeps the process alive is released.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ActorCore } from "../../../src/client/actors/actor-core.js";
import { RUN_METHOD } from "../../../src/protocol/messages/actor-messages.js";
import type { ActorPlaced, CallActor } from "../../../src/protocol/messages/messages.js";
import { packValue } from "../../../src/shipping/values/value-bytes.js";

const place = (incarnation: number): ActorPlaced => ({
  type: "actorPlaced",
  actor: "X-1",
  incarnation,
  worker: 1,
  workerName: "a",
  address: `inproc://${incarnation}`,
  methods: ["f"],
  fields: [],
});

function follow() {
  const sent: CallActor[] = [];
  const state = { held: 0, released: 0, forgotten: 0 };
  const core = new ActorCore("X-1", "X", {
    call: (_address, message) => void sent.push(message),
    release: () => void state.released++,
    forget: () => void state.forgotten++,
    hold: (count) => void (state.held += count),
    collect: () => {},
  });
  return { core, sent, state };
}

const error = { name: "Error", message: "gone" };
const turn = () => new Promise((resolve) => setImmediate(resolve));

describe("an actor's calls", () => {
  it("take no answers that no one waits for, and end where the answer lacks its error", async () => {
    const { core, sent, state } = follow();
    core.receivedPlace(place(1));
    const calls = [1, 2].map((x) => core.call(RUN_METHOD, "f", [x]));
    await turn();
    expect(sent.map(({ first }) => first)).toEqual([1]);
    const answer = { type: "actorAnswered", actor: "X-1", errors: [] } as const;
    core.answered({ ...answer, calls: [9, 8], lengths: [-1, 0], values: new Uint8Array(0) });
    expect(state.held).toBe(2);
    const values = packValue("one");
    core.answered({ ...answer, calls: [1, 2], lengths: [values.byteLength, -1], values });
    expect(await calls[0]).toBe("one");
    await expect(calls[1]).rejects.toThrow("not what");
    core.answered({ ...answer, calls: [1], lengths: [values.byteLength], values });
    expect(state.held).toBe(0);
  });

  it("end with an error where what came back is cut off", async () => {
    const { core, state } = follow();
    core.receivedPlace(place(1));
    const call = core.call(RUN_METHOD, "f", []);
    await turn();
    const values = packValue({ list: [1, 2, 3] }).subarray(0, 9);
    const answer = { type: "actorAnswered", actor: "X-1", errors: [], values } as const;
    core.answered({ ...answer, calls: [1], lengths: [500] });
    await expect(call).rejects.toThrow();
    expect(state.held).toBe(0);
  });

  it("end once each, whatever is said in whatever order", async () => {
    const said = fc.oneof(
      fc.constantFrom(
        "call",
        "call",
        "place",
        "loss",
        "comingBack",
        "gone",
        "line",
        "release",
        "turn",
      ),
      fc.record({ answer: fc.integer({ min: 0, max: 6 }), threw: fc.boolean() }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(said, { maxLength: 40 }), async (words) => {
        const { core, sent, state } = follow();
        core.retain(true);
        let incarnation = 0;
        let handles = 1;
        let ends = 0;
        const calls: Promise<void>[] = [];
        const count = () => void ends++;
        for (const word of words) {
          if (word === "call") calls.push(core.call(RUN_METHOD, "f", [1]).then(count, count));
          else if (word === "place") core.receivedPlace(place(++incarnation));
          else if (word === "loss" || word === "comingBack") {
            const isComingBack = word === "comingBack";
            core.receivedLoss({ type: "actorLost", actor: "X-1", error, isComingBack });
          } else if (word === "gone") {
            core.receivedGone({ type: "actorGone", actor: "X-1", incarnation, error });
          } else if (word === "line") core.lineLost(`inproc://${incarnation}`, "reset");
          else if (word === "release" && handles-- === 1) core.lose(true, true);
          else if (word === "turn") await turn();
          else if (typeof word === "object") {
            const values = packValue(5);
            core.answered({
              type: "actorAnswered",
              actor: "X-1",
              calls: [word.answer],
              lengths: [word.threw ? -1 : values.byteLength],
              values: word.threw ? new Uint8Array(0) : values,
              errors: word.threw ? [error] : [],
            });
          }
        }
        const numbers = sent.map(({ first }) => first);
        expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
        core.fail(new Error("over"));
        await Promise.all(calls);
        expect([ends, state.held]).toEqual([calls.length, 0]);
        expect(state.released).toBeLessThanOrEqual(1);
      }),
      { numRuns: 200 },
    );
  });
});
