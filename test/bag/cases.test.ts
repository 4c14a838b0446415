// Every operation of a bag against Dask's results, on the threads of this process; and never more
// tasks.
import { describe, expect, it } from "vitest";
import { Bag, fromPartitions, fromRange, fromSequence, Item } from "../../src/bag/index.js";
import { graphBelow, layersOf, outputsOf } from "../../src/graph/model/layer-graph.js";
import { optimize } from "../../src/graph/passes/optimize.js";
import { expandLayers } from "../../src/graph/tasks/expand.js";
import "../../src/index.js";
import table from "../fixtures/bag.json" with { type: "json" };

// biome-ignore lint/suspicious/noExplicitAny: elements of the table are of any kind
type Any = any;
interface Case {
  readonly group: string;
  readonly op: string;
  readonly partitions: Any[][];
  readonly args: Record<string, Any>;
  readonly other?: Any[];
  readonly n?: number;
  readonly npartitions?: number;
  readonly result?: Any;
  readonly error?: boolean;
  readonly unordered?: boolean;
  readonly tasks?: number;
  readonly partition_lengths?: number[];
  readonly count_min?: number;
  readonly count_max?: number;
}

const modulo = (n: number, by: number) => ((n % by) + by) % by;

const FUNCTIONS: Record<string, (...args: Any[]) => Any> = {
  identity: (x) => x,
  inc: (x) => x + 1,
  double: (x) => 2 * x,
  square: (x) => x * x,
  neg: (x) => 0 - x,
  is_even: (x) => x % 2 === 0,
  mod3: (x) => modulo(x, 3),
  mod5: (x) => modulo(x, 5),
  len: (x) => x.length,
  first: (x) => x[0],
  last: (x) => x.at(-1),
  upper: (x) => x.toUpperCase(),
  positive: (x) => x > 0,
  pair: (x) => [x, x],
  abs: (x) => Math.abs(x),
  split: (x) => x.split(" "),
  range: (n) => Array.from({ length: n }, (_, i) => i),
  swap: (a, b) => [b, a],
  add: (a, b) => a + b,
  // Python's whole numbers have no -0.
  mul: (a, b) => a * b + 0,
  max: (a, b) => Math.max(a, b),
  min: (a, b) => Math.min(a, b),
  sub: (a, b) => a - b,
  count: (a) => a + 1,
  concat: (a, b) => [...a, ...b],
  append: (a, b) => [...a, b],
  addlen: (a, b) => a + b.length,
  add_second: (a, b) => a + b[1],
};

function named(name: string): (...args: Any[]) => Any {
  const f = FUNCTIONS[name];
  if (f === undefined) throw new Error(`the table names a function ${name} that the test lacks`);
  return f;
}

/** The collection that a case is about, or values that it gives at once. */
function build(test: Case): Bag<Any> | Item<Any> | Promise<Any> {
  const { op, args } = test;
  const whole = fromPartitions(test.partitions) as Bag<Any>;
  const bag = args.first_map === undefined ? whole : whole.map(named(args.first_map));
  const key = args.key === undefined ? {} : { key: named(args.key) };
  const splitEvery = args.split_every === undefined ? {} : { splitEvery: args.split_every };
  const initial = "initial" in args ? { initial: args.initial } : {};
  const combine = args.combine === undefined ? {} : { combine: named(args.combine) };
  const ddof = args.ddof === undefined ? {} : { ddof: args.ddof };
  switch (op) {
    case "map":
      return bag.map(named(args.fn));
    case "filter":
      return bag.filter(named(args.fn));
    case "remove":
      return bag.remove(named(args.fn));
    case "starmap":
      return bag.starmap(named(args.fn2));
    case "flatten":
      return bag.flatten();
    case "pluck":
      return "default" in args ? bag.pluck(args.index, args.default) : bag.pluck(args.index);
    case "fold":
      return bag.fold(named(args.binop), { ...combine, ...initial, ...splitEvery } as Any);
    case "foldby": {
      const rejoin = "combine_initial" in args ? { combineInitial: args.combine_initial } : {};
      const options = { ...combine, ...initial, ...rejoin, ...splitEvery };
      return bag.foldby(named(args.key), named(args.binop), options as Any);
    }
    case "frequencies":
      return bag.frequencies({ sort: args.sort ?? false, ...splitEvery });
    case "topk":
      return bag.topk(args.k, { ...key, ...splitEvery });
    case "distinct":
      return bag.distinct({ ...key, ...splitEvery });
    case "groupby":
      return bag.groupBy(
        named(args.key),
        args.npartitions === undefined ? {} : { npartitions: args.npartitions },
      );
    case "join":
      return bag.join(test.other as Any[], named(args.key_self), named(args.key_other));
    case "product":
      return bag.product(fromPartitions(args.other));
    case "accumulate":
      return bag.accumulate(named(args.binop), initial as Any);
    case "take":
      return bag.take(args.k, { npartitions: args.npartitions });
    case "repartition":
      return bag.repartition({ npartitions: args.npartitions });
    case "zip":
      return bag.zip(
        args.with_fn === undefined ? fromPartitions(args.other) : whole.map(named(args.with_fn)),
      );
    case "concat":
      return bag.concat(fromPartitions(args.other));
    case "map_partitions_len":
      return bag.mapPartitions((list) => [list.length]);
    case "sum":
    case "max":
    case "min":
    case "mean":
    case "count":
    case "any":
    case "all":
      return bag[op](splitEvery);
    case "std":
    case "var":
      return bag[op]({ ...ddof, ...splitEvery });
    default:
      throw new Error(`the test knows no operation ${op}`);
  }
}

/** Groups in one order, and members of groups likewise: as multisets. */
function sorted(result: Any[], op: string): Any[] {
  const members = (row: Any) =>
    op === "groupby" ? [row[0], [...row[1]].map((x) => JSON.stringify(x)).sort()] : row;
  return result.map((row) => JSON.stringify(members(row))).sort();
}

function taskCount({ node }: Bag<Any> | Item<Any>): number {
  const graph = optimize(graphBelow([node]));
  return expandLayers(layersOf(graph), outputsOf(graph)).layerOf.length;
}

async function check(test: Case): Promise<void> {
  const built = build(test);
  if (built instanceof Bag || built instanceof Item) {
    if (test.tasks !== undefined) expect(taskCount(built)).toBeLessThanOrEqual(test.tasks);
  }
  if (built instanceof Bag && test.npartitions !== undefined && test.op !== "groupby") {
    expect(built.npartitions).toBe(test.npartitions);
  }
  const { then_map } = test.args;
  const wanted =
    built instanceof Bag && then_map !== undefined ? built.map(named(then_map)) : built;
  const value =
    test.op === "repartition"
      ? await (wanted as Bag<Any>).mapPartitions((list) => [list]).compute()
      : await (wanted instanceof Promise ? wanted : wanted.compute());
  if (test.unordered === true) {
    expect(sorted(value, test.op)).toEqual(sorted(test.result, test.op));
  } else if (typeof test.result === "number") expect(value).toBeCloseTo(test.result, 9);
  else expect(value).toEqual(test.result);
}

const cases = table.cases as unknown as Case[];
const groups = [...new Set(cases.map(({ group }) => group))];

describe("as Dask has it", () => {
  it.each(groups.filter((group) => !["from_sequence", "random_sample"].includes(group)))(
    "%s",
    async (group) => {
      for (const test of cases.filter((one) => one.group === group)) {
        if (test.error === true) {
          await expect(
            (async () => check({ ...test, result: undefined }))(),
            JSON.stringify(test),
          ).rejects.toHaveProperty("code", expect.stringMatching(/^(task\.failed|argument\.)/));
          continue;
        }
        try {
          await check(test);
        } catch (cause) {
          throw new Error(`${JSON.stringify(test)}: ${(cause as Error).message}`, { cause });
        }
      }
    },
  );

  it("from_sequence and range", async () => {
    for (const { op, n = 0, args, partition_lengths } of cases) {
      if (partition_lengths === undefined) continue;
      const size = args.partition_size === undefined ? {} : { partitionSize: args.partition_size };
      const count = args.npartitions === undefined ? {} : { npartitions: args.npartitions };
      const bag =
        op === "range" ? fromRange(n, count) : fromSequence(Array(n).keys(), { ...size, ...count });
      const lists = await bag.mapPartitions((list) => [list.length]).compute();
      expect(lists, `${op} ${n} ${JSON.stringify(args)}`).toEqual(partition_lengths);
      expect(await bag.compute()).toEqual([...Array(n).keys()]);
    }
  });

  it("random_sample", async () => {
    for (const { group, n = 0, npartitions = 1, args, error, ...test } of cases) {
      if (group !== "random_sample") continue;
      const numbers = fromRange(n, { npartitions });
      const take = (seed?: number) =>
        numbers.randomSample(args.prob, seed === undefined ? {} : { seed }).compute();
      if (error === true) {
        expect(() => numbers.randomSample(args.prob)).toThrow(/from 0 to 1/);
        continue;
      }
      const taken = await take(args.seed ?? 42);
      expect(taken.length).toBeGreaterThanOrEqual(test.count_min ?? 0);
      expect(taken.length).toBeLessThanOrEqual(test.count_max ?? n);
      expect(taken).toEqual([...new Set(taken)].sort((a, b) => a - b));
      expect(await take(args.seed ?? 42)).toEqual(taken);
    }
  });
});
