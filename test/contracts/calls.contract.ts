// What the lines to actors promise over every transport, as one suite:
// test/comm/framed/framed-actor-channels.test.ts runs it.
import { describe, expect, test } from "vitest";
import type { Caller } from "../../src/comm/interface/actor-channel.js";
import type { Transport } from "../../src/comm/interface/transport.js";
import type { CallActor, WorkerToCaller } from "../../src/protocol/messages/messages.js";
import { closedAfterEach } from "../comm/closed-after-each.js";
import { Inbox, PATIENCE_MS } from "./inbox.js";

/** A transport under test. */
export interface CallsCase {
  readonly name: string;
  readonly transport: Transport;
  /** An address to serve at; fresh on every call. */
  readonly freshAddress: () => string;
  /** A well-formed address where nothing listens. */
  readonly deadAddress: () => string;
}

/** One call with such arguments. */
export function call(first: number, values: Uint8Array = new Uint8Array(8)): CallActor {
  const columns = { kinds: [0], names: ["méthode"], lengths: [values.byteLength], values };
  return { type: "callActor", actor: "Counter-1", incarnation: 1, first, ...columns };
}

/** Its answer. */
export function answerTo({ actor, first, values }: CallActor): WorkerToCaller {
  const columns = { calls: [first], lengths: [values.byteLength], errors: [] };
  return { type: "actorAnswered", actor, values, ...columns };
}

function filled(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, k) => (k * 31) % 251);
}

export function callsContract({ name, transport, freshAddress, deadAddress }: CallsCase): void {
  const keep = closedAfterEach();

  async function serve() {
    const calls = new Inbox<{ caller: Caller; message: CallActor }>();
    const gone = new Inbox<Caller>();
    const followers = new Inbox<{ caller: Caller; follower: string }>();
    const server = await transport.serveData(
      freshAddress(),
      ({ type }) => [{ dtype: "uint8", shape: [1], bytes: Uint8Array.of(type.length) }],
      {
        called: (caller, message) => {
          if (message.type === "callActor") calls.add({ caller, message });
          else followers.add({ caller, follower: message.follower });
        },
        callerLost: (caller) => gone.add(caller),
      },
    );
    keep(server);
    return { server, calls, followers, gone };
  }

  function connect(address: string) {
    const answers = new Inbox<WorkerToCaller>();
    const lost = new Inbox<string>();
    const line = transport.openCalls(address, { received: answers.add, lost: lost.add });
    keep(line);
    return { line, answers, lost };
  }

  describe(`${name}: calls of actors`, () => {
    test.each([0, 8, 4095, 4096, 3_000_000])(
      "arrive whole with %i bytes, and so do answers",
      async (length) => {
        const { server, calls } = await serve();
        const { line, answers } = connect(server.address);
        const sent = call(1, filled(length));
        line.send(sent);
        const { caller, message } = await calls.next();
        expect({ ...message, values: null }).toEqual({ ...sent, values: null });
        expect(Buffer.compare(message.values, sent.values)).toBe(0);
        caller.answer(answerTo(message));
        const answer = await answers.next();
        if (answer.type !== "actorAnswered") throw new Error(`${answer.type} came`);
        expect(answer).toMatchObject({ calls: [1], lengths: [length], errors: [] });
        expect(Buffer.compare(answer.values, sent.values)).toBe(0);
      },
    );

    test("errors and the end of an actor arrive as they were said", async () => {
      const { server, calls } = await serve();
      const { line, answers } = connect(server.address);
      line.send(call(7));
      const { caller } = await calls.next();
      const error = { name: "RangeError", message: "no more", data: { own: [1, Number.NaN] } };
      const thrown: WorkerToCaller = {
        type: "actorAnswered",
        actor: "Counter-1",
        calls: [7],
        lengths: [-1],
        values: new Uint8Array(0),
        errors: [error],
      };
      const gone: WorkerToCaller = { type: "actorGone", actor: "Counter-1", incarnation: 1, error };
      caller.answer(thrown);
      caller.answer(gone);
      expect(await answers.take(2)).toEqual([thrown, gone]);
    });

    test("results arrive at a client that follows, as it is named", async () => {
      const { server, followers } = await serve();
      const { line, answers } = connect(server.address);
      line.send({ type: "followResults", follower: "client-1" });
      const { caller, follower } = await followers.next();
      expect(follower).toBe("client-1");
      const place = { outputs: [0], blocks: [0], tasks: [5], workers: [2] };
      const values = filled(16);
      const result = { type: "outputsReady", graph: "g", ...place, values, shapes: [[2]] } as const;
      caller.answer(result);
      expect(await answers.next()).toEqual({ ...result, values: expect.anything() });
      const { values: _, ...bare } = result;
      caller.answer(bare);
      expect(await answers.next()).toEqual(bare);
    });

    test("5,000 keep their order both ways, small and large mixed", async () => {
      const count = 5_000;
      const { server, calls } = await serve();
      const { line, answers } = connect(server.address);
      const bytesOf = (n: number) => new Uint8Array(n % 100 === 0 ? 20_000 : 8);
      for (let n = 0; n < count; n++) line.send(call(n, bytesOf(n)));
      const came = await calls.take(count);
      expect(came.map(({ message }) => message.first)).toEqual(came.map((_, n) => n));
      expect(came.every(({ message }, n) => message.values.byteLength === bytesOf(n).length)).toBe(
        true,
      );
      for (const { caller, message } of came) caller.answer(answerTo(message));
      const back = await answers.take(count);
      expect(back.map((answer) => "calls" in answer && answer.calls[0])).toEqual(
        came.map((_, n) => n),
      );
    });

    test("callers are notified apart, and one that closes is gone once", async () => {
      const { server, calls, gone } = await serve();
      const lines = [1, 2, 3].map(() => connect(server.address));
      for (const [n, { line }] of lines.entries()) line.send(call(n));
      const came = await calls.take(3);
      expect(new Set(came.map(({ caller }) => caller)).size).toBe(3);
      for (const { caller, message } of came) caller.answer(answerTo(message));
      for (const [n, { answers }] of lines.entries()) {
        expect(await answers.next()).toMatchObject({ calls: [n] });
      }
      lines[1]?.line.close();
      const closed = came.find(({ message }) => message.first === 1)?.caller;
      expect(await gone.next()).toBe(closed);
      // No one hears it, and nothing comes of it.
      closed?.answer(answerTo(call(9)));
      lines[0]?.line.send(call(10));
      expect((await calls.next()).message.first).toBe(10);
      expect(gone.size).toBe(0);
    });

    test("go beside values that are fetched from the same address", async () => {
      const { server, calls } = await serve();
      const { line, answers } = connect(server.address);
      const fetcher = transport.fetcher();
      keep(fetcher);
      line.send(call(1));
      const fetched = fetcher.fetch(server.address, { type: "getTasks", tasks: [1] }, PATIENCE_MS);
      const { caller, message } = await calls.next();
      caller.answer(answerTo(message));
      expect(await answers.next()).toMatchObject({ calls: [1] });
      expect((await fetched)[0]?.bytes[0]).toBe("getTasks".length);
    });

    test("a handler never runs inside a send", async () => {
      const { server, calls } = await serve();
      const { line } = connect(server.address);
      line.send(call(1));
      expect(calls.size).toBe(0);
      await calls.next();
    });

    test("to where nothing listens are lost, and said to be, once", async () => {
      const { line, lost, answers } = connect(deadAddress());
      line.send(call(1));
      expect(await lost.next()).toMatch(/./);
      line.send(call(2));
      line.close();
      await new Promise((resolve) => setImmediate(resolve));
      expect([lost.size, answers.size]).toEqual([0, 0]);
    });
  });
}
