// A table's columns and results: the part of it without other tables.

import type { ChunkedArray } from "../array/chunked-array.js";
import { type ComputeOptions, explain } from "../array/results/compute.js";
import type { Bag } from "../bag/bag.js";
import { releaseNode } from "../bag/compute-bag.js";
import { checkMade } from "../base/made-by.js";
import { checkCount } from "../base/option-schema.js";
import { formatCount } from "../base/units.js";
import { arrowTable, loadArrow } from "../engine/arrow-table.js";
import { recordsOf } from "../engine/read-partitions.js";
import { graphBelow } from "../graph/model/layer-graph.js";
import type { LayerNode } from "../graph/model/layer-node.js";
import { COLLECTION, type Collection, type CollectionParts } from "../graph/ports/collection.js";
import {
  currentVisualizer,
  type ExplainOptions,
  type VisualizeOptions,
} from "../graph/ports/visualizer.js";
import { planNode } from "./lower/lower.js";
import { optimizePlan } from "./passes/optimize-plan.js";
import type { Plan } from "./plan/plan.js";
import { planText } from "./plan/plan-text.js";
import { blockBytes, columnValues, TableAssembly } from "./results/compute-table.js";
import { framed } from "./results/show.js";
import {
  csvForm,
  folderColumns,
  ndjsonForm,
  parquetForm,
  type ToCsvOptions,
  type ToNdjsonOptions,
  type ToParquetOptions,
} from "./results/write-options.js";
import { runNode, statementChoice, valuesNode } from "./run-plan.js";
import type { Table } from "./table.js";
import type { ColumnName } from "./table-types.js";
import { type ColumnOptions, columnArray, rowsBag } from "./to-collections.js";
import type { ArrowTable } from "./types/any-arrow.js";
import { userType } from "./types/column-types.js";
import { checkDifferent } from "./types/table-schema.js";
import { namesOf } from "./verbs/row-verbs.js";
import { writeTable } from "./write-table.js";

/** Options of {@link Table.show}. */
export interface ShowOptions extends ComputeOptions {
  /** How long texts may be before they are cut; default: 24 characters. */
  readonly textLength?: number;
}

/** What the methods of tables that are grouped by subject take from their table. */
export interface TableParts {
  readonly plan: Plan;
  readonly optimized: Plan;
  readonly npartitions: number;
  /** The table of another plan. */
  derive<R extends object>(plan: Plan): Table<R>;
}

/** The columns of a table, and what is computed of it. */
export class TableResults<Row extends object> implements Collection {
  /** @internal */
  readonly plan: Plan;
  #node: LayerNode | undefined;
  #optimized: Plan | undefined;

  /** @internal */
  constructor(plan: Plan) {
    checkMade(plan?.op !== undefined, "a Table", "fromRecords([{ a: 1 }]) or await readCsv(path)");
    checkDifferent(plan.schema);
    this.plan = plan;
  }

  /** @internal The plan after the passes. */
  get optimized(): Plan {
    this.#optimized ??= optimizePlan(this.plan);
    return this.#optimized;
  }

  /** @internal The layers of the plan. */
  get layers(): LayerNode {
    this.#node ??= planNode(this.optimized);
    return this.#node;
  }

  /** Names of the columns, in order. */
  get columns(): string[] {
    return this.plan.schema.map(([name]) => name);
  }

  /** The type of each column: `"int64"`, `"string"`, `"date"`, `"decimal(15,2)"`, …. */
  get dtypes(): Record<string, string> {
    return Object.fromEntries(this.plan.schema.map(([name, type]) => [name, userType(type)]));
  }

  /** Names and types, in order. */
  get schema(): { readonly name: string; readonly type: string }[] {
    return this.plan.schema.map(([name, type]) => ({ name, type: userType(type) }));
  }

  /** How many partitions there are. */
  get npartitions(): number {
    return (this.layers.layer.chunks[0] ?? []).length;
  }

  /**
   * All rows as objects, in the order of the partitions.
   *
   * Whole numbers of 64 bits and more come as numbers while all of a column are safe ones, and
   * otherwise as BigInts. Decimals come as the nearest numbers; cast them to text to have all
   * digits. Dates and timestamps come as `Date`.
   *
   * @throws TaskError `task.failed` for a file that cannot be read, or a row that does not fit its
   * columns; the error names the file and the line
   * @example await fromRecords([{ a: 1, b: "x" }]).collect(); // → [{ a: 1, b: "x" }]
   */
  async collect(options: ComputeOptions = {}): Promise<Row[]> {
    return this.#rows(this.plan, options);
  }

  /**
   * All rows: the same as {@link Table.collect}.
   *
   * @param options where and how it runs; see {@link ComputeOptions}
   * @example await fromRecords([{ a: 1 }]).compute(); // → [{ a: 1 }]
   */
  compute(options: ComputeOptions = {}): Promise<Row[]> {
    return this.collect(options);
  }

  /**
   * The values of each column, as lists.
   *
   * @throws TaskError as {@link Table.collect}
   * @example await fromRecords([{ a: 1 }, { a: 2 }]).toColumns(); // → { a: [1, 2] }
   */
  async toColumns(options: ComputeOptions = {}): Promise<{ [K in keyof Row]: Row[K][] }> {
    const { schema } = this.plan;
    const values = await columnValues(valuesNode(this.plan, options), schema, options);
    return Object.fromEntries(schema.map(([name], k) => [name, values[k]])) as {
      [K in keyof Row]: Row[K][];
    };
  }

  /**
   * All rows as a table of the package `apache-arrow`, which `npm install apache-arrow` brings:
   * columns keep their types, nulls, and all digits.
   *
   * Whole numbers of 128 bits are decimals; enums and UUIDs are texts.
   *
   * @typeParam A the package's own type: `toArrow<import("apache-arrow").Table>()`
   * @throws ArgumentError `argument.value` where the package is missing, `argument.dtype` for maps,
   * unions and intervals
   * @throws TaskError as {@link Table.collect}
   * @see https://arrow.apache.org/docs/js/classes/Arrow.dom.Table.html
   * @example
   * const arrow = await fromRecords([{ a: 1, b: "x" }]).toArrow();
   * [arrow.numRows, arrow.schema.fields.map(({ name }) => name)]; // → [1, ["a", "b"]]
   */
  async toArrow<A extends ArrowTable = ArrowTable>(options: ComputeOptions = {}): Promise<A> {
    const { schema } = this.plan;
    await loadArrow();
    const blocks = await blockBytes(runNode(this.plan, options), options);
    return (await arrowTable(blocks, schema)) as unknown as A;
  }

  /**
   * How many rows there are. Only what says that is read.
   *
   * @throws TaskError as {@link Table.collect}
   * @example await fromRecords([{ a: 1 }, { a: 2 }]).count(); // → 2
   */
  async count(options: ComputeOptions = {}): Promise<number> {
    const counted: Plan = {
      op: "aggregate",
      input: this.plan,
      keys: [],
      outputs: [{ name: "count", aggregate: "count", args: [] }],
      schema: [["count", "BIGINT"]],
    };
    const [row] = await this.#rows(counted, options);
    return (row as unknown as { count: number }).count;
  }

  /**
   * The first rows. Partitions are computed as far as they are needed for it, and no column is left
   * out.
   *
   * @param count how many rows; default: 5
   * @throws ArgumentError `argument.value` for what is no whole number from 1
   * @example await fromRecords([{ a: 1 }, { a: 2 }]).head(1); // → [{ a: 1 }]
   */
  async head(count = 5, options: ComputeOptions = {}): Promise<Row[]> {
    checkCount(count, "count", "head");
    return this.#rows(
      { op: "limit", input: this.plan, count, offset: 0, schema: this.plan.schema },
      options,
    );
  }

  /**
   * The last rows.
   *
   * @param count how many rows; default: 5
   * @throws ArgumentError as {@link Table.head}
   * @example await fromRecords([{ a: 1 }, { a: 2 }]).tail(1); // → [{ a: 2 }]
   */
  async tail(count = 5, options: ComputeOptions = {}): Promise<Row[]> {
    checkCount(count, "count", "tail");
    return this.#rows({ op: "tail", input: this.plan, count, schema: this.plan.schema }, options);
  }

  /**
   * Prints the first rows in a frame: names, types, numbers to the right, long texts cut.
   *
   * @param count how many rows; default: 20
   * @throws ArgumentError as {@link Table.head}
   * @example await fromRecords([{ category: "toys", n: 2 }]).show();
   */
  async show(count = 20, options: ShowOptions = {}): Promise<void> {
    console.log(await this.showText(count, options));
  }

  /**
   * The text that {@link Table.show} prints.
   *
   * @param count how many rows; default: 10
   * @throws ArgumentError as {@link Table.head}
   * @example (await fromRecords([{ n: 2 }]).showText()).split("\n").length; // → 6
   */
  async showText(count = 20, options: ShowOptions = {}): Promise<string> {
    checkCount(count, "count", "show");
    const { textLength, ...rest } = options;
    const { schema } = this.plan;
    const first: Plan = { op: "limit", input: this.plan, count: count + 1, offset: 0, schema };
    const columns = await columnValues(valuesNode(first, rest), schema, rest);
    const shown = columns.map((values) => values.slice(0, count));
    return framed(schema, shown, (columns[0]?.length ?? 0) > count, textLength);
  }

  /**
   * A column as an array of one axis, with a block of unknown length for each partition.
   *
   * Nulls of floats and decimals become NaN. Those of integers and booleans are an error when it is
   * computed.
   *
   * @param name of the column
   * @returns an array of the column's dtype; decimals, and integers of 128 bits, are float64
   * @throws ArgumentError `argument.value` for a column that is not there, `argument.dtype` for one
   * of texts or dates
   * @throws TaskError `task.failed`, when computed, for a null that must not be there
   * @example await fromRecords([{ n: 1.5 }, { n: 2.5 }]).column("n").sum().compute(); // → 4
   */
  column(name: ColumnName<Row>, options: ColumnOptions = {}): ChunkedArray {
    return columnArray(this.optimized, name, options);
  }

  /**
   * The rows as a bag of objects, with the partitions of the table.
   *
   * Values are those of {@link Table.collect}, but for whole numbers: a partition decides by its
   * own whether they are numbers or BigInts.
   *
   * @typeParam T the rows; a parameter, so that tables of described rows are tables of any
   * @throws nothing
   * @example
   * const rows = fromRecords([{ n: 1 }, { n: 2 }]);
   * await rows.toBag().map(({ n }) => n + 1).compute(); // → [2, 3]
   */
  toBag<T = Row>(): Bag<T> {
    return rowsBag(this.optimized);
  }

  /**
   * Writes files of CSV into a folder, one for each partition: `part-00000.csv`, …
   *
   * A null is an empty field, and readers take an empty text for null, too. To keep them apart,
   * write `nulls: "NULL"`, say, and read with `nulls: ["NULL"]`.
   *
   * The workers write, so all must see the folder under this path. Files appear when all are
   * complete; after a failure nothing is left. At an `s3://` address, each file appears when it is
   * complete, under a name that no earlier file has.
   *
   * @param folder a path where nothing is, or an empty folder, or one to be replaced by
   * `overwrite: true`; or an `s3://` address
   * @returns the paths of the files
   * @throws ArgumentError `argument.value` where a folder with files is there and is not to be
   * replaced, and for unknown words in options
   * @throws TaskError `task.failed` for a partition that cannot be computed or written, such as on
   * a full disk
   * @see https://docs.dask.org/en/stable/generated/dask.dataframe.DataFrame.to_csv.html
   * @example
   * await fromRecords([{ a: 1, b: "x" }]).toCsv("out", { overwrite: true });
   * await (await readCsv("out")).collect(); // → [{ a: 1, b: "x" }]
   */
  async toCsv(folder: string, options: ToCsvOptions = {}): Promise<string[]> {
    const { header, delimiter, nulls, compression, ...rest } = options;
    return writeTable(this.optimized, folder, csvForm(options, this.plan.schema), rest);
  }

  /**
   * Writes files with an object of JSON on each line into a folder; otherwise as
   * {@link Table.toCsv}.
   *
   * @param folder where the files go; one for each partition
   * @param options whether to replace a folder, and how to compress
   * @example
   * await fromRecords([{ a: 1, b: "x" }]).toNdjson("out-ndjson", { overwrite: true });
   * await (await readNdjson("out-ndjson")).collect(); // → [{ a: 1, b: "x" }]
   */
  async toNdjson(folder: string, options: ToNdjsonOptions = {}): Promise<string[]> {
    const { compression, ...rest } = options;
    return writeTable(this.optimized, folder, ndjsonForm(options), rest);
  }

  /**
   * Writes Parquet files into a folder; otherwise as {@link Table.toCsv}. With `partitionBy`, each
   * partition writes a file for each of the values of columns, into folders such as `year=2024`;
   * these columns are not in the files.
   *
   * @param folder where a file for each partition is written
   * @returns the paths of the files
   * @throws ArgumentError as {@link Table.toCsv}, and for a column that is not there, or whose name
   * begins with a point
   * @throws TaskError as {@link Table.toCsv}
   * @example
   * const rows = fromRecords([{ year: 2023, n: 1 }, { year: 2024, n: 2 }]);
   * await rows.toParquet("years", { partitionBy: "year", overwrite: true });
   * await (await readParquet("years/year=2024")).count(); // → 1
   */
  async toParquet(
    folder: string,
    options: ToParquetOptions<ColumnName<Row>> = {},
  ): Promise<string[]> {
    const { partitionBy = [], compression, rowGroupRows, ...rest } = options;
    const { schema } = this.plan;
    const by = folderColumns(namesOf(schema, partitionBy, "toParquet"), schema.length);
    return writeTable(this.optimized, folder, parquetForm(options), rest, by);
  }

  /**
   * Frees what {@link Table.persist} left on the workers. Other tables are left alone.
   *
   * @example
   * const rows = await fromRecords([{ a: 1 }, { a: 2 }]).persist();
   * await rows.sum().collect(); // → [{ a: 3 }]
   * rows.release();
   */
  release(): void {
    if (this.plan.op === "blocks") releaseNode(this.plan.node);
  }

  /**
   * Draws the graph into a file, whose ending decides the format; returns its path. See
   * {@link visualize}.
   *
   * @param options the file, and what it shows
   * @example await fromRecords([{ a: 1 }]).distinct().visualize({ file: "rows.svg" });
   */
  visualize(options: VisualizeOptions = {}): Promise<string> {
    return currentVisualizer().visualize(graphBelow([this.layers]), options);
  }

  /**
   * What a run would cost, the layers that become of the table, and its plan, as text. The plan
   * after its passes is shown where these changed it.
   *
   * @throws nothing
   * @example
   * const text = fromRecords([{ a: 1 }]).explain();
   * text.split("\n")[0]; // → "2 layers and 2 tasks as built, 2 layers and 2 tasks to run"
   */
  explain(options: ExplainOptions = {}): string {
    const { isOne, reason } = statementChoice(this.plan, {});
    const built = planText(this.plan);
    const planned = isOne ? built : planText(this.optimized);
    const after = planned === built ? [] : ["", "plan after passes", planned];
    const how = `${isOne ? "one statement" : "a query for each partition"}, because ${reason}`;
    const costs = explain(this.#collection(runNode(this.plan, {})), options).trimEnd();
    return [costs, "", how, "", "plan", built, ...after].join("\n");
  }

  /**
   * The table in one line: its columns and types.
   *
   * @throws nothing
   * @example
   * fromRecords([{ a: 1, b: "x" }]).toString(); // → "Table of 2 columns (a: int64, b: string)"
   */
  toString(): string {
    const columns = this.schema.map(({ name, type }) => `${name}: ${type}`).join(", ");
    return `Table of ${formatCount(this.plan.schema.length, "column")} (${columns})`;
  }

  /**
   * The text for JSON: the same line.
   *
   * @example fromRecords([{ a: 1 }]).toJSON(); // → "Table of 1 column (a: int64)"
   */
  toJSON(): string {
    return this.toString();
  }

  /** The text that Node's console prints. */
  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return this.toString();
  }

  /** @hidden What `compute` has computed. */
  [COLLECTION](): CollectionParts {
    return { node: this.layers, assemble: () => new TableAssembly(this.plan.schema) };
  }

  /** The rows, as those of some node. */
  #collection(node: LayerNode): Collection {
    return {
      [COLLECTION]: () => ({ node, assemble: () => new TableAssembly(this.plan.schema) }),
    };
  }

  async #rows(plan: Plan, options: ComputeOptions): Promise<Row[]> {
    const names = plan.schema.map(([name]) => name);
    const columns = await columnValues(valuesNode(plan, options), plan.schema, options);
    return recordsOf(columns, names) as Row[];
  }
}
