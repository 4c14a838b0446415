// Messages survive the trip through frames, large layers stay small, and garbage is notified apart.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ProtocolError } from "../../../src/base/errors.js";
import type { NamedFunction } from "../../../src/functions/function-ref.js";
import type { Layer, LayerName } from "../../../src/graph/model/layer.js";
import {
  type AnyMessage,
  decodeMessages,
  encodeMessages,
  type PreparedMessage,
  packMessages,
  prepareMessage,
} from "../../../src/protocol/frames/frames.js";
import type {
  ClientToScheduler,
  SchedulerToClient,
  SchedulerToWorker,
  SubmitGraph,
  WorkerToScheduler,
} from "../../../src/protocol/messages/messages.js";
import { FROM_SCHEDULER, TO_SCHEDULER } from "../../../src/protocol/messages/messages.js";

type Message = ClientToScheduler | WorkerToScheduler | SchedulerToClient | SchedulerToWorker;

const ANY = { ...TO_SCHEDULER, ...FROM_SCHEDULER };

function decode(frames: readonly Uint8Array[]): Message[] {
  const messages = decodeMessages<Message>(frames, ANY);
  if (messages instanceof ProtocolError) throw messages;
  return messages;
}

function roundTrip(...messages: Message[]): Message[] {
  // Through copies, as over a wire: nothing may hang on the memory that was encoded.
  return decode(encodeMessages(messages).map((frame) => new Uint8Array(frame)));
}

function mistake(frames: readonly Uint8Array[]): string {
  const messages = decodeMessages<Message>(frames, ANY);
  return messages instanceof ProtocolError ? messages.message : "";
}

const name = (text: string) => text as LayerName;

function submit(...layers: Layer[]): SubmitGraph {
  return {
    type: "submitGraph",
    graph: "g1",
    layers,
    outputs: layers.slice(-1).map((layer) => layer.name),
    reportOutputs: true,
  };
}

function mapBlocks(captured: Record<string, unknown>): Layer {
  return {
    kind: "mapBlocks",
    name: name("mapBlocks-1"),
    inputs: [],
    chunks: [[3]],
    dtype: "float64",
    function: { hash: "h", name: "f", source: "() => 0", captured },
    operands: [],
    loopChunks: [[3]],
  };
}

function capturedAfter(captured: Record<string, unknown>): Record<string, unknown> {
  const [message] = roundTrip(submit(mapBlocks(captured)));
  const [layer] = (message as SubmitGraph).layers;
  if (layer?.kind !== "mapBlocks") throw new Error("another layer came back");
  return (layer.function as NamedFunction).captured as Record<string, unknown>;
}

describe("messages", () => {
  test("a batch comes back as it was", () => {
    const batch: Message[] = [
      { type: "registerClient", version: 1, name: "ünïcode" },
      {
        type: "computeTasks",
        tasks: [0, 127, 128, 65_536, 2 ** 31, 2 ** 32],
        attempts: [0, 0, 0, 1, 2, 3],
        layers: [0, 0, 0, 0, 0, 0],
        blocks: [5, 4, 3, 2, 1, 0],
        priorities: [0.5, -1, 3, 1e300, Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
        outputBytes: [8e6, 8e9, 8e12, 0, 1, 2],
        operandCounts: [0, 1, 0, 1, 0, 0],
        operands: [3, 4],
        operandBytes: [8e9, 0],
        operandWorkers: [-1, 2],
      },
      { type: "tasksFinished", tasks: [], attempts: [], bytes: [], durationsMs: [] },
      {
        type: "taskErred",
        task: 3,
        attempt: 1,
        error: {
          name: "TypeError",
          message: "x is not a function",
          stack: "at f (file.mjs:3:1)",
          data: { key: "f-1(0)", details: [Number.NaN, -0, undefined, null, 2n ** 70n] },
          cause: { name: "Error", message: "deeper", code: "task.failed" },
        },
      },
      { type: "freeTasks", tasks: [1, 2, 3] },
      { type: "clientHeartbeat" },
    ];
    expect(roundTrip(...batch)).toStrictEqual(batch);
  });

  test("no messages make a head and come back as none", () => {
    expect(roundTrip()).toEqual([]);
  });

  test("numbers survive: NaN, infinities, -0 and large integers", () => {
    const numbers = [Number.NaN, Infinity, -Infinity, -0, 0, 2 ** 53, -(2 ** 53), 0.1, 5e-324];
    const { list, one } = capturedAfter({ list: numbers, one: -0 });
    expect(list).toStrictEqual(numbers);
    expect(Object.is((list as number[])[3], -0)).toBe(true);
    expect(Object.is(one, -0)).toBe(true);
  });

  test("what structured clone takes survives, nested too", () => {
    const captured = {
      map: new Map<unknown, unknown>([
        ["a", new Set([1, -0])],
        [2, { deep: new Map([[1n, new Uint8Array([1, 2])]]) }],
      ]),
      regexp: /a+b/gi,
      date: new Date(1_234_567_890_123),
      error: new RangeError("too far"),
      missing: undefined,
      nothing: null,
      big: -(2n ** 100n),
      buffer: new Uint8Array([1, 2, 3]).buffer,
      view: new Int16Array([1, -2, 3]).subarray(1),
      large: Float64Array.from({ length: 5000 }, (_, i) => i / 3),
      nested: { list: [{ deep: [new Float32Array(2000).fill(0.5)] }] },
      longs: new BigInt64Array([1n, -1n]),
    };
    const back = capturedAfter(captured);
    expect(back).toStrictEqual({ ...captured, error: expect.any(Error) });
    expect(back.error).toMatchObject({ name: "RangeError", message: "too far" });
    expect(Object.hasOwn(back, "missing")).toBe(true);
  });

  test("a value and the message around it are not changed by encoding", () => {
    const captured = Object.freeze({ zero: -0, list: Object.freeze([-0, Object.freeze([1n])]) });
    encodeMessages([Object.freeze(submit(Object.freeze(mapBlocks(captured))))]);
    expect(captured).toStrictEqual({ zero: -0, list: [-0, [1n]] });
  });

  test("typed arrays over shared memory arrive as copies", () => {
    const shared = new Float64Array(new SharedArrayBuffer(8 * 1000)).fill(7);
    const small = new Int32Array(new SharedArrayBuffer(16)).fill(3);
    const prepared = prepareMessage(submit(mapBlocks({ shared, small })));
    shared.fill(0);
    small.fill(0);
    const [message] = decode(packMessages([prepared]));
    const [layer] = (message as SubmitGraph).layers;
    const captured = layer?.kind === "mapBlocks" ? (layer.function as NamedFunction).captured : {};
    expect(captured.shared).toStrictEqual(new Float64Array(1000).fill(7));
    expect(captured.small).toStrictEqual(new Int32Array(4).fill(3));
  });

  test.each([8, 5_000])(
    "%i bytes of a message itself arrive as bytes in memory of their own",
    (length) => {
      const values = new Uint8Array(length).fill(7);
      const columns = { outputs: [0], blocks: [0], tasks: [1], workers: [0] };
      const ready: Message = { type: "outputsReady", graph: "g1", ...columns, values };
      const frames = encodeMessages([ready]);
      const [head, ...rest] = frames.map((frame) => Buffer.from(frame));
      const [message] = decode([head as Buffer, ...rest]);
      head?.fill(0);
      const arrived = message?.type === "outputsReady" ? message.values : undefined;
      expect(arrived).toStrictEqual(values);
      expect(Object.getPrototypeOf(arrived)).toBe(Uint8Array.prototype);
    },
  );

  test("large arrays of several messages keep their own frames", () => {
    const layers = [1, 2, 3].map((value) => mapBlocks({ data: new Float64Array(600).fill(value) }));
    const frames = encodeMessages(layers.map((layer) => submit(layer)));
    expect(frames.length).toBe(4);
    const values = decode(frames).map((message) => {
      const [layer] = (message as SubmitGraph).layers;
      return (
        layer?.kind === "mapBlocks" &&
        ((layer.function as NamedFunction).captured.data as Float64Array)[599]
      );
    });
    expect(values).toEqual([1, 2, 3]);
  });

  test.each([
    ["a function", { f: () => 1 }, /function cannot be sent.*captured\.f/],
    ["a symbol", { s: Symbol("s") }, /symbol cannot be sent/],
    ["a circle", circle(), /contains itself/],
  ])("%s is refused when the message is sent", (_, captured, message) => {
    expect(() => prepareMessage(submit(mapBlocks(captured)))).toThrow(message);
  });

  test("an error's data that cannot be sent is left out, the error is not", () => {
    const error = { name: "E", message: "m", data: circle(), cause: { name: "C", message: "c" } };
    expect(roundTrip({ type: "taskErred", task: 1, attempt: 0, error })).toEqual([
      { type: "taskErred", task: 1, attempt: 0, error: { ...error, data: undefined } },
    ]);
  });

  test("property: any plain value that a function captured comes back", () => {
    const value = fc.anything({
      withBigInt: true,
      withTypedArray: true,
      withMap: true,
      withSet: true,
    });
    fc.assert(
      fc.property(fc.dictionary(fc.string(), value), (captured) => {
        fc.pre(!hasOddKeys(captured));
        expect(capturedAfter(captured)).toEqual(captured);
      }),
      { numRuns: 300 },
    );
  });
});

describe("layers", () => {
  /** (x + xᵀ).mean() as it is submitted, over n × n blocks. */
  function headline(n: number): SubmitGraph {
    const axis = new Array<number>(n).fill(1000);
    const groups = Math.ceil(n / 4);
    const reduction = { type: "mean" } as unknown as Extract<
      Layer,
      { kind: "treeReduce" }
    >["reduction"];
    return submit(
      {
        kind: "source",
        name: name("random-1"),
        inputs: [],
        chunks: [axis, axis],
        dtype: "float64",
        generator: { type: "uniform", seed: 1, low: 0, high: 1 },
      },
      {
        kind: "blockwise",
        name: name("mean-1"),
        inputs: [name("random-1")],
        chunks: [axis.map(() => 1), axis.map(() => 1)],
        dtype: "float64",
        program: { nodes: [{ op: "load", operand: 0, dtype: "float64" }] },
        operands: [
          { input: 0, axes: [0, 1] },
          { input: 0, axes: [1, 0] },
        ],
        loopChunks: [axis, axis],
        reduction,
      },
      {
        kind: "treeReduce",
        name: name("mean-2"),
        inputs: [name("mean-1")],
        chunks: [new Array<number>(groups).fill(1), new Array<number>(groups).fill(1)],
        dtype: "float64",
        reduction,
        groups: [4, 4],
        final: false,
      },
    );
  }

  test("grids come back, equal axes as one list", () => {
    const message = headline(10);
    const [back] = roundTrip(message);
    expect(back).toStrictEqual(message);
    const [random] = (back as SubmitGraph).layers;
    expect(random?.chunks[0]).toBe(random?.chunks[1]);
  });

  test("1,000 × 1,000 blocks cost less than 2 kB", () => {
    const frames = encodeMessages([headline(1000)]);
    expect(frames.reduce((sum, frame) => sum + frame.byteLength, 0)).toBeLessThan(2_000);
  });

  test("a million blocks along an axis cost bytes", () => {
    const frames = encodeMessages([headline(1_000_000)]);
    expect(frames.reduce((sum, frame) => sum + frame.byteLength, 0)).toBeLessThan(2_000);
    expect((decode(frames)[0] as SubmitGraph).layers[0]?.chunks[0]?.length).toBe(1_000_000);
  });

  test("layers on their way to a worker come back, too", () => {
    const [layer] = headline(3).layers as [Layer];
    const message: Message = { type: "addLayers", layers: [{ id: 4, layer, inputs: [1, 2] }] };
    expect(roundTrip(message)).toStrictEqual([message]);
  });
});

describe("garbage", () => {
  const valid = encodeMessages([{ type: "freeTasks", tasks: [1, 2, 3] } as AnyMessage]);
  const head = valid[0] as Uint8Array;

  test("other protocols", () => {
    expect(mistake([])).toMatch(/1 to \d+ frames, got 0/);
    expect(mistake([new Uint8Array(0)])).toMatch(/not tilework's/);
    expect(mistake([Buffer.from("GET / HTTP/1.1")])).toMatch(/not tilework's/);
  });

  test("another layout says that versions differ", () => {
    const other = new Uint8Array(head);
    other[4] = 9;
    expect(mistake([other])).toMatch(/layout version 9; expected 1.*another version of tilework/);
  });

  test("every truncation", () => {
    for (let length = 0; length < head.length; length++) {
      expect(mistake([head.subarray(0, length)]), `${length} bytes`).not.toBe("");
    }
  });

  test("bytes after the end", () => {
    expect(mistake([Buffer.concat([head, Buffer.from([1])])])).not.toBe("");
  });

  test.each<[string, unknown, RegExp]>([
    ["no object", 7, /no object/],
    ["no type", {}, /without a type/],
    ["an unknown type", { type: "toString" }, /"toString" is not expected here/],
    ["a field of another kind", { type: "freeTasks", tasks: "1" }, /invalid field tasks/],
    ["a missing field", { type: "registerClient", version: 1 }, /invalid field name/],
    ["a fraction for a number", { type: "freeTasks", tasks: [0.5] }, /invalid field tasks/],
    [
      "uneven columns",
      { type: "replicasAdded", tasks: [1], bytes: [], transferMs: 1 },
      /differ in/,
    ],
    ["chunks that are no runs", submitted({ chunks: [[1, 2]] }), /not block lengths/],
    ["absurdly many blocks", submitted({ chunks: [[[1, 2 ** 40]]] }), /more than 33554432 blocks/],
    [
      "many axes of very many blocks",
      submitted({ chunks: [1, 2, 3].map((length) => [[length, 2 ** 23 + 2 ** 22]]) }),
      /more than 33554432 blocks/,
    ],
    ["no layer", { type: "submitGraph", layers: [null] }, /no layer/],
  ])("%s", (_, message, expected) => {
    const frames = packMessages([{ value: message, patches: [], frames: [] }]);
    expect(mistake(frames)).toMatch(expected);
  });

  test.each<[string, unknown[]]>([
    ["a missing property", [["missing"], "bytes", "Uint8Array"]],
    ["a prototype", [["__proto__"], "bytes", "Uint8Array"]],
    ["what is no bytes", [["tasks"], "bytes", "Uint8Array"]],
    ["a missing frame", [["tasks"], "frame", "Uint8Array", 7]],
    ["no array type", [["tasks"], "frame", "constructor", 0]],
    ["an unknown kind", [["tasks"], "unheard of"]],
    ["an unreadable BigInt", [["type"], "bigint"]],
  ])("a patch to %s", (_, patch) => {
    const value = { type: "freeTasks", tasks: [1] };
    const patches = [patch] as unknown as PreparedMessage["patches"];
    const frames = [new Uint8Array(8)];
    expect(decode(packMessages([{ value, patches: [], frames }]))).toEqual([value]);
    expect(mistake(packMessages([{ value, patches, frames }]))).not.toBe("");
  });

  test("property: random bytes and damaged messages give an error or messages, never a throw", () => {
    const damage = fc.array(fc.tuple(fc.nat(head.length - 1), fc.integer({ min: 0, max: 255 })), {
      minLength: 1,
      maxLength: 4,
    });
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array({ maxLength: 200 }).map((bytes) => [bytes]),
          fc
            .uint8Array({ maxLength: 200 })
            .map((bytes) => [new Uint8Array([...head.subarray(0, 5), ...bytes])]),
          damage.map((changes) => {
            const copy = new Uint8Array(head);
            for (const [at, byte] of changes) copy[at] = byte;
            return [copy];
          }),
        ),
        (frames) => {
          const result = decodeMessages<Message>(frames, ANY);
          expect(result instanceof ProtocolError || Array.isArray(result)).toBe(true);
        },
      ),
      { numRuns: 3000 },
    );
    expect(decode(valid)).toEqual([{ type: "freeTasks", tasks: [1, 2, 3] }]);
  });
});

function circle(): Record<string, unknown> {
  const ring: Record<string, unknown> = {};
  ring.ring = { again: [ring] };
  return ring;
}

function submitted(layer: Record<string, unknown>): unknown {
  const whole = { kind: "source", name: "x", inputs: [], dtype: "float64", ...layer };
  return { type: "submitGraph", graph: "g", layers: [whole], outputs: [], reportOutputs: true };
}

/** Keys that msgpack's decoder renames. */
function hasOddKeys(value: unknown): boolean {
  if (value instanceof Map) return [...value].some(hasOddKeys);
  if (value instanceof Set) return [...value].some(hasOddKeys);
  if (typeof value !== "object" || value === null) return false;
  return Object.entries(value).some(([key, inner]) => key === "__proto__" || hasOddKeys(inner));
}
