// The codec of values: what structured clone takes comes back as structured clone has it, and
// errors, instances and functions besides.
import fc from "fast-check";
import ndarray from "ndarray";
import { describe, expect, it } from "vitest";
import { decodeValue } from "../../../src/shipping/values/decode-value.js";
import { encodeValue } from "../../../src/shipping/values/encode-value.js";

/** As where none of its classes is known. */
const travelled = <T>(value: T): T =>
  decodeValue(structuredClone(encodeValue(value, { withoutIds: true }))) as T;

const cameBack = <T>(value: T): T => decodeValue(structuredClone(encodeValue(value))) as T;

const leaf = fc.oneof(
  fc.constantFrom(undefined, null, Number.NaN, -0, 0, Number.POSITIVE_INFINITY, ""),
  fc.double(),
  fc.bigInt(),
  fc.boolean(),
  fc.string({ unit: "binary" }),
  fc.date(),
  fc.constantFrom(/a+/gi, new Uint8Array([1, 2]).buffer, Object(3n), Object("boxed")),
  fc.float64Array({ maxLength: 5 }),
  fc.uint8ClampedArray({ maxLength: 5 }),
  fc.bigInt64Array({ maxLength: 3 }),
  fc.sparseArray(fc.integer(), { maxLength: 4 }),
);
const value = fc.letrec<{ tree: unknown }>((tie) => ({
  tree: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    leaf,
    fc.array(tie("tree"), { maxLength: 4 }),
    fc.dictionary(fc.string(), tie("tree"), { maxKeys: 4, noNullPrototype: true }),
    fc.array(fc.tuple(tie("tree"), tie("tree")), { maxLength: 3 }).map((list) => new Map(list)),
    fc.array(tie("tree"), { maxLength: 3 }).map((list) => new Set(list)),
  ),
})).tree;

class Vector {
  constructor(
    readonly x: number,
    readonly y: number,
  ) {}
  get length(): number {
    return Math.hypot(this.x, this.y);
  }
}

describe("property: a value comes back", () => {
  it("as structured clone would have it", () => {
    fc.assert(
      fc.property(value, (given) => {
        expect(travelled(given)).toStrictEqual(structuredClone(given));
      }),
    );
  });

  it("beside a function, too", () => {
    fc.assert(
      fc.property(value, (given) => {
        const both = travelled({ f: () => given, given });
        expect(both.given).toStrictEqual(structuredClone(given));
        // One object wherever it stands.
        expect(Object.is(both.f(), both.given)).toBe(true);
      }),
    );
  });
});

describe("what structured clone loses", () => {
  it("a property of the name __proto__ is one like others", () => {
    const given = JSON.parse('{"__proto__":{"a":1},"b":2}') as { f?: () => number };
    given.f = () => 1;
    const back = travelled(given);
    expect(Object.keys(back)).toEqual(["__proto__", "b", "f"]);
    expect(Object.getPrototypeOf(back)).toBe(Object.prototype);
  });

  it("circles and shared objects stay what they are", () => {
    const loop: { self?: unknown; f: () => number; map: Map<unknown, unknown> } = {
      f: () => 1,
      map: new Map(),
    };
    loop.self = loop;
    loop.map.set(loop, loop.f);
    const back = travelled(loop);
    expect(back.self).toBe(back);
    expect(back.map.get(back)).toBe(back.f);
    const plain: unknown[] = [];
    plain.push({ plain }, plain);
    const again = travelled(plain) as [{ plain: unknown }, unknown];
    expect(again[1]).toBe(again);
    expect(again[0].plain).toBe(again);
  });

  it("instances have their class", () => {
    const [a, b] = travelled([new Vector(3, 4), new Vector(1, 0)] as const);
    expect([a.length, b.length]).toEqual([5, 1]);
    expect(a.constructor).toBe(b.constructor);
    expect(a.constructor.name).toBe("Vector");
    expect(a).not.toBeInstanceOf(Vector);
  });

  it("classes that come back are those that were given away", () => {
    class Long extends Vector {
      static made = 0;
    }
    const { point, long, list } = cameBack({
      point: new Vector(3, 4),
      long: new Long(1, 0),
      list: [Vector],
    });
    expect(point).toBeInstanceOf(Vector);
    expect(long).toBeInstanceOf(Long);
    expect(list[0]).toBe(Vector);
    const before = structuredClone(encodeValue(new Long(0, 2)));
    Long.made = 5;
    expect(decodeValue(before)).toBeInstanceOf(Long);
    expect(Long.made).toBe(5);
  });

  it("classes of one text that captured different values are different ones", () => {
    const made = (by: number) =>
      class {
        times = (n: number) => n * by;
      };
    const [Two, Three] = [made(2), made(3)];
    const [two, three] = cameBack([new Two(), new Three()]) as [
      InstanceType<typeof Two>,
      InstanceType<typeof Two>,
    ];
    expect(two).toBeInstanceOf(Two);
    expect(three).toBeInstanceOf(Three);
    const twins = [made(7), made(7)].map((Twin) => new Twin());
    const back = cameBack(twins);
    expect(back.map((twin) => twin.constructor.name)).toEqual(["", ""]);
    expect(back[0]).not.toBeInstanceOf(twins[1]?.constructor as () => unknown);
  });

  it("errors have class, cause and properties", () => {
    const cause = new TypeError("inner");
    const error = Object.assign(new RangeError("outer", { cause }), { code: "E1", at: [1, 2] });
    const back = travelled(error);
    expect(back).toBeInstanceOf(RangeError);
    expect(back).toMatchObject({ message: "outer", code: "E1", at: [1, 2], stack: error.stack });
    expect(back.cause).toBeInstanceOf(TypeError);
    expect(Object.keys(back)).toEqual(["code", "at"]);
    const many = travelled(new AggregateError([cause], "many"));
    expect(many.errors[0].message).toBe("inner");
  });

  it("ndarrays are ndarrays", () => {
    const array = ndarray(new Float64Array([1, 2, 3, 4]), [2, 2]).transpose(1, 0);
    const back = travelled(array);
    expect([back.get(0, 1), back.get(1, 0), back.shape]).toEqual([3, 2, [2, 2]]);
  });

  it("typed arrays are their own memory", () => {
    const encoded = encodeValue(new Float64Array([1, 2]));
    (decodeValue(encoded) as Float64Array)[0] = 9;
    expect(decodeValue(encoded)).toEqual(new Float64Array([1, 2]));
    const shared = new Int32Array(new SharedArrayBuffer(8)).fill(7);
    expect(travelled(shared)).toEqual(new Int32Array([7, 7]));
  });
});

it("damaged bytes are refused", () => {
  const { bytes, places } = encodeValue({ a: [1, 2, 3] });
  expect(() => decodeValue({ bytes: bytes.subarray(0, 4), places })).toThrow("no value that");
  expect(() => decodeValue({ bytes: new Uint8Array([1, 2, 3]), places })).toThrow("no value that");
});
