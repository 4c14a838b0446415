// Steps of a bag's partitions as data: the source of the elements, and the steps that they pass.
// Functions and constants are positions in the layer's lists. kernels/bag/ runs the steps; bag/
// makes them from users' calls.

/** A measure of a bag's elements. */
export type MeasureName = "count" | "sum" | "min" | "max" | "any" | "all" | "mean" | "var" | "std";

/** One step of a pipeline, in place of its elements before. */
export type PartitionStep =
  | {
      readonly step: "map" | "filter" | "remove" | "flatMap" | "starmap";
      readonly function: number;
    }
  /** The function receives all elements and returns others. */
  | { readonly step: "mapPartitions"; readonly function: number; readonly name: string }
  /** The function receives all elements, if there are any, and returns one value. */
  | { readonly step: "aggregate"; readonly function: number; readonly always?: boolean }
  | { readonly step: "flatten" }
  | { readonly step: "pluck"; readonly index: string | number; readonly default?: number }
  | {
      readonly step: "pluckAll";
      readonly indices: readonly (string | number)[];
      readonly default?: number;
    }
  /** The first `count`. */
  | { readonly step: "head"; readonly count: number }
  /** Each with that probability, by a stream of chance for each block. */
  | { readonly step: "sample"; readonly probability: number; readonly seed: number }
  /** All become one by the function, from `initial` on where given; nothing becomes `otherwise`. */
  | {
      readonly step: "fold";
      readonly function: number;
      readonly initial?: number;
      readonly otherwise?: number;
    }
  /** All become one state; states become one; a state becomes the result. */
  | { readonly step: "measure" | "joinMeasures"; readonly measure: MeasureName }
  | { readonly step: "finishMeasure"; readonly measure: MeasureName; readonly ddof?: number }
  /** Elements of equal keys become one: pairs of key and state. */
  | {
      readonly step: "foldBy";
      readonly key: number;
      readonly function: number;
      readonly initial?: number;
    }
  /** Such pairs of equal keys become one. */
  | { readonly step: "joinBy"; readonly function: number; readonly initial?: number }
  /** Pairs of an element and how often it is there; and such pairs joined. */
  | { readonly step: "tally" | "joinTallies" }
  /** The largest first. */
  | { readonly step: "topk"; readonly count: number; readonly key?: number }
  /** The first of those with equal keys. */
  | { readonly step: "distinct"; readonly key?: number }
  | { readonly step: "sort"; readonly key?: number; readonly descending: boolean }
  /** At most `count` of the keys that elements are sorted by, evenly spread. */
  | { readonly step: "keySample"; readonly key?: number; readonly count: number }
  /** Of elements in order, the boundaries between that many parts. */
  | { readonly step: "boundaries"; readonly parts: number }
  /** About how often keys are there, for the `capacity` most frequent; such sketches joined. */
  | { readonly step: "sketchKeys"; readonly key: number; readonly capacity: number }
  | { readonly step: "joinSketches"; readonly capacity: number }
  /** The keys of a sketch that occur in more than their share (1 / parts) of all elements. */
  | { readonly step: "frequentKeys"; readonly parts: number }
  /** How many bytes all elements take. */
  | { readonly step: "packedBytes" }
  /** Elements have to be objects with no other names than these; who gave them, for errors. */
  | {
      readonly step: "records";
      readonly method: string;
      readonly name: string;
      readonly columns?: readonly string[];
    }
  /** Pairs of a key and the list of its elements. */
  | { readonly step: "group"; readonly key: number }
  /** Pairs `[other, element]` of equal keys; the others are a constant, or the side operands. */
  | {
      readonly step: "join";
      readonly key: number;
      readonly otherKey: number;
      readonly table?: number;
    };

/** Where a partition's elements come from. */
export type PartitionFeed =
  /** The lists of all operands, one after another. */
  | { readonly type: "operands" }
  /** Lists of those at equal places of all operands, as many as the shortest has. */
  | { readonly type: "zip" }
  /** Pairs of each element of the first operand with each of the second. */
  | { readonly type: "product" }
  /** By block, the number of its piece among equal pieces of the operand. */
  | { readonly type: "pieces"; readonly piece: Int32Array; readonly pieces: Int32Array }
  /**
   * Running results of the operand, after the state in the side operand; or that state at the end.
   */
  | {
      readonly type: "accumulate";
      readonly function: number;
      readonly initial?: number;
      readonly only: "results" | "state";
    }
  /** Whole numbers, from `starts[block]` on. */
  | {
      readonly type: "range";
      readonly starts: Float64Array;
      readonly counts: Float64Array;
      readonly step: number;
    }
  | TextFeed;

/** How the bytes of a text file are packed. */
export type TextPacking = "none" | "gzip" | "brotli" | "zstd";

/** How bytes of a text file are read: encodings in which a line end is the same byte everywhere. */
export type TextEncoding = "utf8" | "latin1" | "ascii";

/** Lines of text files; a block is whole files, or a run of bytes of one. */
export interface TextFeed {
  readonly type: "text";
  /** Paths that every worker sees. */
  readonly paths: readonly string[];
  /** Change when the files do, so that the layer's name does, too. */
  readonly versions: readonly string[];
  readonly packings: readonly TextPacking[];
  /** Files of block k are those from `fileStart[k]` to `fileStart[k + 1] - 1`. */
  readonly fileStart: Int32Array;
  readonly fileOf: Int32Array;
  /**
   * Lines that begin at these bytes or later, and before those; the end may be beyond the file's.
   */
  readonly from: Float64Array;
  readonly to: Float64Array;
  readonly encoding: TextEncoding;
  /** How bytes that are invalid in the encoding are handled. */
  readonly invalidBytes: "error" | "replace";
  /** The end of a line. */
  readonly delimiter: string;
  /**
   * The kind of elements: lines, lines with their file's path, JSON values, whole files, rows of a
   * table; or, for each run of bytes, its file and its number of quotes.
   */
  readonly gives: "lines" | "linesWithPaths" | "values" | "documents" | "records" | "quotes";
  /** For quotes: the character around fields; default: `"`. */
  readonly quote?: string;
  /** For records: options of csv-parse. */
  readonly csv?: Readonly<Record<string, unknown>>;
}

/** How elements find their part. */
export interface PartitionSplit {
  readonly parts: number;
  /** By a hash of the key, or by its rank among the boundaries that are the side operand. */
  readonly by: "hash" | "rank";
  readonly key?: number;
  readonly descending?: boolean;
  /**
   * By hash: where elements go whose keys are in the side operand. They go to all parts, or by
   * turns to one after the other.
   */
  readonly frequentGo?: "everywhere" | "around";
}

/** Where lines are written to: a file for each block, on paths that every worker sees. */
export interface PartitionTarget {
  readonly paths: readonly string[];
  readonly packing: TextPacking;
  /**
   * The name of a folder in each target folder, for files that are being written. It is removed
   * when the job is over: a task that continues after its job was given up cannot replace a later
   * file.
   */
  readonly scratch: string;
}

/** Fields of steps that count in the layer's functions, and those that count in its constants. */
const FUNCTION_FIELDS = ["function", "key", "otherKey"];
const CONSTANT_FIELDS = ["initial", "default", "otherwise", "table"];

/** The same in a layer that has that many functions and constants before. */
export function shifted<T extends PartitionStep | PartitionFeed | PartitionSplit>(
  part: T,
  functions: number,
  constants: number,
): T {
  const moved: Record<string, unknown> = { ...part };
  for (const field of FUNCTION_FIELDS) {
    if (field in moved) moved[field] = (moved[field] as number) + functions;
  }
  for (const field of CONSTANT_FIELDS) {
    if (field in moved) moved[field] = (moved[field] as number) + constants;
  }
  return moved as T;
}
