// The names of jobs in an observation.
import type { Observation, ObservedJob } from "./observation.js";

/** Names a job as progress bars and the log do; one of an older run by its last layer. */
export function jobTitles({
  layers,
}: Pick<Observation, "layers">): (job: Pick<ObservedJob, "id" | "name" | "layers">) => string {
  const titles = new Map(layers.map(({ id, title }) => [id, title]));
  return (job) => job.name ?? titles.get(job.layers.at(-1) ?? -1) ?? job.id;
}
