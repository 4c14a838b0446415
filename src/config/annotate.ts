// Terms for a part of a program: for what is built and submitted in a function.
import { AsyncLocalStorage } from "node:async_hooks";
import { ArgumentError } from "../base/errors.js";
import { checkOptions, type Expectations } from "../base/option-schema.js";
import type { Annotations } from "../graph/model/annotations.js";
import { readJobOptions } from "../graph/ports/job-options.js";

const EXPECTED: Expectations<Annotations> = {
  priority: undefined,
  retries: undefined,
  resources: undefined,
  threadsPerTask: undefined,
  memoryPerTask: undefined,
  workers: undefined,
  allowOtherWorkers: undefined,
};

/** Made when something is first annotated: until then nothing pays for it. */
let scopes: AsyncLocalStorage<Annotations> | undefined;

/** The annotations at the place of the call; undefined outside of {@link annotate}. */
export function currentAnnotations(): Annotations | undefined {
  return scopes?.getStore();
}

/**
 * Gives terms to the tasks of collections that a function builds, and to calls that it submits,
 * also after it has awaited something. They are not fused with tasks of other terms. Scopes within
 * add to those around them.
 *
 * @param terms where and how what is built in `f` runs
 * @param f builds collections; it is called at once
 * @returns what the function returns
 * @throws ArgumentError `argument.value` when a term is unknown or has a wrong value
 * @see https://docs.dask.org/en/stable/api.html#dask.annotate
 * @example
 * const cluster = await LocalCluster.start({ workers: 1, resources: { GPU: 1 } });
 * const x = ones([100, 100], { chunks: 50 });
 * const y = annotate({ resources: { GPU: 1 }, retries: 2 }, () => x.add(1)); // its tasks alone
 * await y.sum().compute(); // → 20_000
 * await cluster.close();
 */
export function annotate<R>(terms: Annotations, f: () => R): R {
  checkOptions("annotate()", terms, EXPECTED);
  const { resources: _, ...checked } = readJobOptions(terms) ?? {};
  const { resources, threadsPerTask, memoryPerTask } = terms;
  const amounts = {
    ...(resources === undefined ? {} : { resources: { ...resources } }),
    ...(threadsPerTask === undefined ? {} : { threadsPerTask }),
    ...(memoryPerTask === undefined ? {} : { memoryPerTask }),
  };
  if (typeof f !== "function") {
    const text = `annotate() was given a value of type ${typeof f}: expected a function`;
    throw new ArgumentError("value", text, { f });
  }
  scopes ??= new AsyncLocalStorage();
  return scopes.run({ ...scopes.getStore(), ...checked, ...amounts }, f);
}
