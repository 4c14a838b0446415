// The contract of lines to actors over every transport; what sockets add: lines that break, and
// foreign bytes.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Dealer, Router } from "zeromq";
import { ProtocolError } from "../../../src/base/errors.js";
import { inprocTransport } from "../../../src/comm/inproc/inproc-transport.js";
import { localAddress } from "../../../src/comm/interface/address.js";
import { zeromqTransport } from "../../../src/comm/zeromq/zeromq-transport.js";
import { decodeMessages, encodeMessages } from "../../../src/protocol/frames/frames.js";
import type {
  CallActor,
  CallerToWorker,
  WorkerToCaller,
} from "../../../src/protocol/messages/messages.js";
import { TO_CALLER, TO_DATA_SERVER } from "../../../src/protocol/messages/messages.js";
import { answerTo, call, callsContract } from "../../contracts/calls.contract.js";
import { Inbox } from "../../contracts/inbox.js";
import { closedAfterEach } from "../closed-after-each.js";

const inproc = inprocTransport();
callsContract({
  name: "inproc",
  transport: inproc,
  freshAddress: () => localAddress("inproc"),
  deadAddress: () => localAddress("inproc"),
});

const transport = zeromqTransport({ onMalformedFrames: () => {} });
callsContract({
  name: "zeromq over tcp",
  transport,
  freshAddress: () => localAddress("tcp"),
  deadAddress: () => "tcp://127.0.0.1:1",
});

callsContract({
  name: "zeromq over ipc",
  transport,
  freshAddress: () => localAddress("ipc"),
  deadAddress: () => localAddress("ipc"),
});

const keep = closedAfterEach();

/** Valid messages with anything in their fields. */
function odd<M extends object>(valid: M): fc.Arbitrary<Record<string, unknown>> {
  const value = fc.oneof(
    { depthSize: "small" },
    fc.integer({ min: -2, max: 5 }),
    fc.constantFrom<unknown>(Number.NaN, 2 ** 53, null, "", "x", [], {}, [-1], [[1]], [2, 3]),
    fc.uint8Array({ maxLength: 20 }),
    fc.anything(),
  );
  const fields = Object.keys(valid).filter((field) => field !== "type");
  return fc
    .dictionary(fc.constantFrom(...fields), value, { minKeys: 1, maxKeys: 3 })
    .map((changed) => ({ ...valid, ...changed }));
}

describe("malformed messages", () => {
  const check = (
    valid: CallerToWorker | WorkerToCaller,
    shapes: typeof TO_CALLER | typeof TO_DATA_SERVER,
  ) => {
    let refused = 0;
    fc.assert(
      fc.property(odd(valid), (message) => {
        let frames: Uint8Array[];
        try {
          frames = encodeMessages([message as never]);
        } catch {
          return;
        }
        const decoded = decodeMessages<CallerToWorker | WorkerToCaller>(frames, shapes as never);
        if (decoded instanceof ProtocolError) {
          refused++;
          return;
        }
        const [came] = decoded;
        if (came?.type === "callActor") {
          expect(came.kinds.length).toBe(came.names.length);
          expect(came.kinds.length).toBe(came.lengths.length);
          expect(came.lengths.every((length) => Number.isSafeInteger(length) && length >= 0)).toBe(
            true,
          );
          expect(came.values).toBeInstanceOf(Uint8Array);
        } else if (came?.type === "actorAnswered") {
          expect(came.calls.length).toBe(came.lengths.length);
          expect(came.values).toBeInstanceOf(Uint8Array);
        }
      }),
      { numRuns: 500 },
    );
    expect(refused).toBeGreaterThan(100);
  };

  test("of callers are refused at the door", () => check(call(1), TO_DATA_SERVER));
  test("of workers are refused at the door", () => {
    check(answerTo(call(1)), TO_CALLER);
    const error = { name: "Error", message: "gone" };
    check({ type: "actorGone", actor: "Counter-1", incarnation: 1, error }, TO_CALLER);
  });
});

/** Frames of a message with bytes changed, or random ones. */
const hostile = (valid: readonly Uint8Array[]) =>
  fc
    .oneof(
      fc.array(fc.uint8Array({ maxLength: 100 }), { minLength: 2, maxLength: 4 }),
      fc.array(fc.tuple(fc.nat(9), fc.nat(400), fc.nat(255)), { minLength: 1, maxLength: 5 }),
    )
    .map((given) => {
      if (!Array.isArray(given[0])) return given as Uint8Array[];
      const copies = [...valid.map((frame) => new Uint8Array(frame)), new Uint8Array(1)];
      for (const [frame, at, byte] of given as [number, number, number][]) {
        const target = copies[frame % copies.length] as Uint8Array;
        target[at % target.length] = byte;
      }
      return copies;
    });

describe("lines over sockets", () => {
  test("foreign bytes to a worker leave its callers alone", async () => {
    const calls = new Inbox<CallActor>();
    const server = keep(
      await transport.serveData(localAddress("tcp"), () => [undefined], {
        called: (caller, message) => {
          if (message.type !== "callActor") return;
          calls.add(message);
          caller.answer(answerTo(message));
        },
        callerLost: () => {},
      }),
    );
    const dealer = keep(new Dealer({ linger: 0, sendHighWaterMark: 0 }));
    dealer.connect(server.address);
    await fc.assert(
      fc.asyncProperty(hostile(encodeMessages([call(1)])), (frames) => dealer.send(frames)),
      { numRuns: 200 },
    );
    await dealer.send(encodeMessages([call(1_234)]));
    while ((await calls.next()).first !== 1_234);
    const answers = new Inbox<WorkerToCaller>();
    const line = keep(
      transport.openCalls(server.address, { received: answers.add, lost: () => {} }),
    );
    line.send(call(2));
    expect(await answers.next()).toEqual(answerTo(call(2)));
  });

  test("foreign bytes to a caller leave its line alone, and the end of the worker is said", async () => {
    const router = keep(new Router({ linger: 0, sendHighWaterMark: 0 }));
    await router.bind("tcp://127.0.0.1:*");
    const answers = new Inbox<WorkerToCaller>();
    const lost = new Inbox<string>();
    const address = router.lastEndpoint as string;
    const line = keep(transport.openCalls(address, { received: answers.add, lost: lost.add }));
    line.send(call(1));
    const [identity] = (await router.receive()) as [Buffer];
    await fc.assert(
      fc.asyncProperty(hostile(encodeMessages([answerTo(call(1))])), (frames) =>
        router.send([identity, ...frames]),
      ),
      { numRuns: 200 },
    );
    await router.send([identity, ...encodeMessages([answerTo(call(77))])]);
    for (let number = 0; number !== 77; ) {
      const answer = await answers.next();
      number = answer.type === "actorAnswered" ? (answer.calls[0] ?? 0) : 0;
    }
    expect(lost.size).toBe(0);
    router.close();
    expect(await lost.next()).toMatch(/./);
  });
});
