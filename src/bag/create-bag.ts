// Bags from values in this process. Bags from files are io/read-text.ts.
import { ArgumentError } from "../base/errors.js";
import { checkCount } from "../base/option-schema.js";
import { Bag } from "./bag.js";
import { dealOut, listsNode, type PartitionOptions, rangeNode } from "./bag-sources.js";

/**
 * A bag of given elements.
 *
 * @param elements values of any kind: objects, Maps, dates, typed arrays, BigInts survive the trip
 * @param options elements in a partition, or how many partitions; by default as in Dask: up to 100
 * elements get a partition each, more get about ten times their square root
 * @returns a bag whose partitions this process serves; no tasks of its own
 * @throws ArgumentError `argument.value` for options that are no whole numbers from 1,
 * `argument.function` for elements that cannot be sent
 * @see https://docs.dask.org/en/stable/bag-api.html
 * @example
 * const bag = fromSequence(["one", "two", "three"], { npartitions: 2 });
 * await bag.map((word) => word.length).sum().compute(); // → 11
 */
export function fromSequence<T>(elements: Iterable<T>, options: PartitionOptions = {}): Bag<T> {
  return new Bag(listsNode(dealOut([...elements], options, "fromSequence"), "fromSequence"));
}

/**
 * A bag from lists, one for each partition.
 *
 * @param partitions a list of elements for each
 * @returns a bag as of {@link fromSequence}
 * @throws ArgumentError `argument.value` for no partitions, `argument.function` for elements that
 * cannot be sent
 * @see https://docs.dask.org/en/stable/bag-creation.html
 * @example fromPartitions([[1, 2], [3]]).npartitions; // → 2
 */
export function fromPartitions<T>(partitions: Iterable<readonly T[]>): Bag<T> {
  const lists = [...partitions];
  if (lists.length === 0) {
    throw new ArgumentError(
      "value",
      "fromPartitions was given no partitions: expected at least one",
    );
  }
  return new Bag(listsNode(lists, "fromPartitions"));
}

/** Options of {@link fromRange}. */
export interface RangeOptions {
  /** Where it begins; default: 0. */
  readonly start?: number;
  /** From each number to the next; default: 1. */
  readonly step?: number;
  /** 10 by default; no more than numbers. */
  readonly npartitions?: number;
}

/**
 * Whole numbers up to, but not including, `stop`.
 *
 * @returns a bag; numbers are made in the tasks of the steps that follow, and stream
 * @throws ArgumentError `argument.value` for a bound or step that is no whole number, a step of 0,
 * or `npartitions` that is no whole number from 1
 * @see https://docs.dask.org/en/stable/bag-api.html
 * @example await fromRange(10, { start: 1, step: 3 }).compute(); // → [1, 4, 7]
 */
export function fromRange(stop: number, options: RangeOptions = {}): Bag<number> {
  const { start = 0, step = 1, npartitions = 10 } = options;
  checkCount(npartitions, "npartitions", "fromRange");
  const isWrong = !Number.isSafeInteger(stop) || !Number.isSafeInteger(start);
  if (isWrong || !Number.isSafeInteger(step) || step === 0) {
    const text = `fromRange: from ${start} to ${stop} by ${step}: expected whole numbers, and no step of 0`;
    throw new ArgumentError("value", text, { start, stop, step });
  }
  return new Bag(rangeNode(start, stop, step, npartitions));
}

/**
 * A bag of the elements of an asynchronous iterable, which is first read completely. Its packed
 * elements must fit in memory.
 *
 * @param elements read to the end before it returns
 * @param options elements in a partition: 1,000 by default
 * @returns a bag, in partitions as for {@link fromSequence}
 * @throws ArgumentError `argument.value` for a `partitionSize` that is no whole number from 1
 * @see https://docs.dask.org/en/stable/bag-creation.html
 * @example
 * async function* numbers() {
 *   for (let n = 0; n < 5; n++) yield n;
 * }
 * const bag = await fromAsyncIterable(numbers(), { partitionSize: 2 });
 * bag.npartitions; // → 3
 */
export async function fromAsyncIterable<T>(
  elements: AsyncIterable<T> | Iterable<T>,
  options: { readonly partitionSize?: number } = {},
): Promise<Bag<T>> {
  const { partitionSize = 1_000 } = options;
  checkCount(partitionSize, "partitionSize", "fromAsyncIterable");
  const partitions: T[][] = [];
  for await (const element of elements) {
    const last = partitions.at(-1);
    if (last === undefined || last.length === partitionSize) partitions.push([element]);
    else last.push(element);
  }
  return fromPartitions(partitions.length === 0 ? [[]] : partitions);
}
