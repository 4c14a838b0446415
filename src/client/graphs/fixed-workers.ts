// Checks a job's requirements if no other worker can join: it can only use the threads of this
// process. Otherwise it would wait forever.
import { ArgumentError } from "../../base/errors.js";
import type { Layer } from "../../graph/model/layer.js";
import type { JobTerms } from "../../graph/ports/job-options.js";

/** The name of the one worker that the threads of this process are. */
export const THREADS_NAME = "threads";

/**
 * Checks that a job requires nothing that the threads of this process lack.
 *
 * @throws ArgumentError `argument.value` when it, or a layer, takes resources or names other
 * workers
 */
export function checkForThreads(terms: JobTerms = {}, layers: readonly Layer[]): void {
  const { resources, workers = [THREADS_NAME], allowOtherWorkers = false } = terms;
  if (resources !== undefined) throw refusal(`resources are ${JSON.stringify(resources)}`);
  if (!workers.includes(THREADS_NAME) && !allowOtherWorkers) {
    throw refusal(`workers are ${JSON.stringify(workers)}`);
  }
  for (const { name, resources: taken, terms: own = {} } of layers) {
    if (taken !== undefined)
      throw refusal(`resources of layer ${name} are ${JSON.stringify(taken)}`);
    const { workers: named = [THREADS_NAME], allowOtherWorkers: others = false } = own;
    if (!named.includes(THREADS_NAME) && !others) {
      throw refusal(`workers of layer ${name} are ${JSON.stringify(named)}`);
    }
  }
}

function refusal(given: string): ArgumentError {
  const text = `${given}, and no cluster is open: the threads of this process have no resources and no names; start workers, as in LocalCluster.start({ resources: { GPU: 1 } })`;
  return new ArgumentError("value", text);
}
