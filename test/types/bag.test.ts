// What TypeScript infers of bags, through every step; checked by `npm run check`.
import { describe, expectTypeOf, it } from "vitest";
import {
  type Bag,
  type ChunkedArray,
  compute,
  fromAsyncIterable,
  fromPartitions,
  fromRange,
  fromSequence,
  type Item,
  readCsvRows,
  readNdjsonValues,
  readText,
  toNdjson,
  toTextFiles,
} from "../../src/index.js";

const people = fromSequence([{ name: "Ada", born: 1815, tags: ["x"] }]);
type Person = { name: string; born: number; tags: string[] };

describe("bags", () => {
  it("come with the type of their elements", () => {
    expectTypeOf(people).toEqualTypeOf<Bag<Person>>();
    expectTypeOf(fromRange(3)).toEqualTypeOf<Bag<number>>();
    expectTypeOf(fromPartitions([["a"], ["b"]])).toEqualTypeOf<Bag<string>>();
    expectTypeOf(fromAsyncIterable<Date>).returns.toEqualTypeOf<Promise<Bag<Date>>>();
    const lines = () => readText("a.txt");
    expectTypeOf(lines).returns.toEqualTypeOf<Promise<Bag<string>>>();
    const withPaths = () => readText("a.txt", { includePath: true });
    expectTypeOf(withPaths).returns.toEqualTypeOf<Promise<Bag<[line: string, path: string]>>>();
    const json = () => readNdjsonValues<Person>("a.jsonl");
    expectTypeOf(json).returns.toEqualTypeOf<Promise<Bag<Person>>>();
    const rows = () => readCsvRows("a.csv");
    expectTypeOf(rows).returns.toEqualTypeOf<Promise<Bag<Record<string, string | number>>>>();
    expectTypeOf(toTextFiles).parameter(0).toEqualTypeOf<Bag<string>>();
    const written = () => toNdjson(people, "a");
    expectTypeOf(written).returns.toEqualTypeOf<Promise<string[]>>();
  });

  it("keep it through steps of each element", () => {
    expectTypeOf(people.map(({ born }) => born)).toEqualTypeOf<Bag<number>>();
    expectTypeOf(people.filter(({ born }) => born > 0)).toEqualTypeOf<Bag<Person>>();
    const mixed = fromSequence<string | number>([1, "a"]);
    const isText = (value: string | number) => typeof value === "string";
    expectTypeOf(mixed.filter(isText)).toEqualTypeOf<Bag<string>>();
    expectTypeOf(people.remove(({ born }) => born > 0)).toEqualTypeOf<Bag<Person>>();
    expectTypeOf(people.flatMap(({ tags }) => tags)).toEqualTypeOf<Bag<string>>();
    expectTypeOf(people.map(({ tags }) => new Set(tags)).flatten()).toEqualTypeOf<Bag<string>>();
    expectTypeOf(people.pluck("name")).toEqualTypeOf<Bag<string>>();
    expectTypeOf(people.pluck("tags").pluck(0, null)).toEqualTypeOf<Bag<string | null>>();
    expectTypeOf(people.map((one) => new Map([[one.name, one]])).pluck("Ada")).toEqualTypeOf<
      Bag<Person>
    >();
    const pairs = people.zip(fromRange(1));
    expectTypeOf(pairs).toEqualTypeOf<Bag<[Person, number]>>();
    expectTypeOf(pairs.starmap((one, n) => `${one.name}${n}`)).toEqualTypeOf<Bag<string>>();
    expectTypeOf(people.mapPartitions((list) => [list.length])).toEqualTypeOf<Bag<number>>();
    expectTypeOf(people.randomSample(0.5)).toEqualTypeOf<Bag<Person>>();
  });

  it("keep it through functions that are asynchronous or generators", () => {
    const letters = function* ({ name }: Person) {
      yield* name;
    };
    const later = async function* (list: readonly Person[]) {
      for (const one of list) yield one.born;
    };
    expectTypeOf(people.map(letters)).toEqualTypeOf<Bag<string[]>>();
    expectTypeOf(people.map(async ({ born }) => born)).toEqualTypeOf<Bag<number>>();
    expectTypeOf(people.flatMap(letters)).toEqualTypeOf<Bag<string>>();
    expectTypeOf(people.flatMap(async ({ tags }) => tags)).toEqualTypeOf<Bag<string>>();
    expectTypeOf(people.mapPartitions(later)).toEqualTypeOf<Bag<number>>();
    // biome-ignore lint/suspicious/noExplicitAny: what untyped functions give
    expectTypeOf(people.map((one): any => one)).toEqualTypeOf<Bag<any>>();
    const same = <T>(bag: Bag<T>): Bag<T> => bag.map((one) => one);
    expectTypeOf(same(people)).toEqualTypeOf<Bag<Person>>();
  });

  it("keep it through steps of many elements", () => {
    expectTypeOf(people.concat(people)).toEqualTypeOf<Bag<Person>>();
    expectTypeOf(people.product(fromRange(2))).toEqualTypeOf<Bag<[Person, number]>>();
    const years = people.accumulate((sum: number, one) => sum + one.born, { initial: 0 });
    expectTypeOf(years).toEqualTypeOf<Bag<number>>();
    expectTypeOf(people.groupBy(({ name }) => name)).toEqualTypeOf<Bag<[string, Person[]]>>();
    const oldest = people.foldby(
      ({ name }) => name,
      (year: number, one) => Math.min(year, one.born),
      { initial: 3000 },
    );
    expectTypeOf(oldest).toEqualTypeOf<Bag<[string, number]>>();
    expectTypeOf(people.frequencies()).toEqualTypeOf<Bag<[Person, number]>>();
    expectTypeOf(people.topk(2, { key: ({ born }) => born })).toEqualTypeOf<Bag<Person>>();
    expectTypeOf(people.distinct()).toEqualTypeOf<Bag<Person>>();
    expectTypeOf(people.sortBy(({ born }) => born)).toEqualTypeOf<Bag<Person>>();
    expectTypeOf(fromRange(2).sort()).toEqualTypeOf<Bag<number>>();
    const joined = people.join(
      fromSequence([new Date(0)]),
      ({ born }) => born,
      (date) => date.getTime(),
    );
    expectTypeOf(joined).toEqualTypeOf<Bag<[Date, Person]>>();
    expectTypeOf(people.join([1n], ({ born }) => born)).toEqualTypeOf<Bag<[bigint, Person]>>();
    expectTypeOf(people.repartition({ npartitions: 2 })).toEqualTypeOf<Bag<Person>>();
    const even = () => people.repartition({ partitionBytes: "1MB" });
    expectTypeOf(even).returns.toEqualTypeOf<Promise<Bag<Person>>>();
  });

  it("become values of the right types", () => {
    const years = people.pluck("born");
    expectTypeOf(years.sum()).toEqualTypeOf<Item<number>>();
    expectTypeOf(years.map(BigInt).sum()).toEqualTypeOf<Item<bigint>>();
    for (const item of [years.mean(), years.var({ ddof: 1 }), years.std(), years.count()]) {
      expectTypeOf(item).toEqualTypeOf<Item<number>>();
    }
    expectTypeOf(people.pluck("name").max()).toEqualTypeOf<Item<string>>();
    expectTypeOf(people.any()).toEqualTypeOf<Item<boolean>>();
    expectTypeOf(years.all()).toEqualTypeOf<Item<boolean>>();
    expectTypeOf(years.min()).toEqualTypeOf<Item<number>>();
    expectTypeOf(years.fold((a, b) => a + b)).toEqualTypeOf<Item<number>>();
    const longest = people.reduction(
      (list) => list.length,
      (counts) => Math.max(...counts),
    );
    expectTypeOf(longest).toEqualTypeOf<Item<number>>();
    const computed = () => people.compute();
    expectTypeOf(computed).returns.toEqualTypeOf<Promise<Person[]>>();
    const taken = () => people.take(2);
    expectTypeOf(taken).returns.toEqualTypeOf<Promise<Person[]>>();
    const kept = () => people.persist();
    expectTypeOf(kept).returns.toEqualTypeOf<Promise<Bag<Person>>>();
    expectTypeOf(years.toArray()).toEqualTypeOf<ChunkedArray<"float64", 1>>();
    expectTypeOf(years.toArray({ dtype: "int32" })).toEqualTypeOf<ChunkedArray<"int32", 1>>();
    expectTypeOf(people[Symbol.asyncIterator]()).toEqualTypeOf<
      AsyncGenerator<Person, void, undefined>
    >();
    const both = () => compute(people, years.sum());
    expectTypeOf(both).returns.resolves.toEqualTypeOf<[Person[], number]>();
  });
});
