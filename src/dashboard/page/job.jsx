// The page of one job: how it went, its layers, and the memory that it took beside what was
// predicted.
import { Figures } from "./figures.jsx";
import { LayerGraph } from "./graph.jsx";
import { jobTitle, Layers, tookMs } from "./tables.jsx";
import { bytes, clock, count, duration } from "./words.js";

const LAYERS_DRAWN = 150;

export function Job({ data, id, onLayer, isLive }) {
  const job = data.jobs.get(id);
  if (job === undefined) return <p class="quiet">There is no job {id}, or not any more.</p>;
  const layers = job.layers.flatMap((layer) => data.layers.get(layer) ?? []);
  const figures = [
    ["state", job.state],
    ["submitted", clock(job.submittedMs, data.epochMs)],
    ["took", duration(tookMs(job, data))],
    ["tasks done", `${count(job.done)} of ${count(job.total)}`],
    ["moved", bytes(job.movedBytes)],
    ["most on one worker", bytes(job.peakWorkerBytes)],
    ["predicted", predictionOf(job)],
    ["client", job.client],
  ];
  return (
    <>
      <h2>
        {jobTitle(job, data)}
        {isLive && (
          <a class="save" href={`run.html?job=${encodeURIComponent(id)}`} download="job.html">
            save this job as a page
          </a>
        )}
      </h2>
      <Figures figures={figures} />
      {layers.length > 0 && (
        <section>
          <h2>Layers</h2>
          <LayerGraph layers={layers.slice(0, LAYERS_DRAWN)} onLayer={onLayer} />
        </section>
      )}
      <Layers
        data={{ layers: new Map(layers.map((layer) => [layer.id, layer])) }}
        onPick={onLayer}
      />
    </>
  );
}

export function predictionOf({ predictedPeakBytes, predictedFor }) {
  if (predictedPeakBytes === undefined) return "–";
  return `${bytes(predictedPeakBytes)}, for ${predictedFor}`;
}
