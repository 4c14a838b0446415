// The page that a worker serves by itself: its figures, its memory since the page was opened, what
// its threads run, its largest values; its tasks, log and options as tables.
import { useEffect } from "preact/hooks";
import { Asked } from "./asked.jsx";
import { Figures } from "./figures.jsx";
import { Frame, usePlace } from "./frame.jsx";
import { Plot } from "./memory.jsx";
import { bytes, count, duration, isDark } from "./words.js";
import { Profile, Threads, Values } from "./worker.jsx";

const VIEWS = [
  ["worker", "Worker"],
  ["tasks", "Tasks"],
  ["logs", "Log"],
  ["configuration", "Configuration"],
];

const STATUS = {
  live: "live",
  connecting: "connecting …",
  lost: "the worker does not answer: what is shown is the last that it said",
};

/** What is drawn over time. */
const LINES = [
  ["process", "processBytes", 0],
  ["values", "managedBytes", 150],
  ["on disk", "spilledBytes", 40],
];

export function OwnPage({ source }) {
  const { view } = usePlace(source, VIEWS);
  const { figures } = source;
  const name = figures?.name ?? "a worker";
  useEffect(() => {
    document.title = `tilework: ${name}`;
  });
  return (
    <Frame
      title={`tilework: ${name}`}
      status={source.status}
      text={STATUS[source.status]}
      views={VIEWS}
      view={view}
    >
      {view !== "worker" && <Asked source={source} what={view} />}
      {view === "worker" && figures !== undefined && <Own source={source} figures={figures} />}
    </Frame>
  );
}

function Own({ source, figures }) {
  return (
    <>
      <Figures figures={listed(figures)} />
      {figures.diskFault !== "" && <p class="bad">Its disk fails: {figures.diskFault}</p>}
      {source.memory.length > 1 && (
        <section>
          <h2>Memory since this page was opened</h2>
          <Plot label="memory of the worker over time" plot={memoryOf(source.memory)} />
        </section>
      )}
      <Threads source={source} name={figures.name} />
      <Profile source={source} name={figures.name} />
      <Values source={source} name={figures.name} />
    </>
  );
}

function listed({ memory, ...own }) {
  return [
    ["state", own.state],
    ["address", own.address],
    ["scheduler", own.scheduler],
    ["process", `${own.pid} on ${own.host}`],
    ["threads", `${own.executing} of ${own.threads} busy`],
    ["tasks that are ready", count(own.ready)],
    ["that wait for inputs", count(own.waiting)],
    ["done", count(own.done)],
    ["failed", count(own.failed)],
    ["memory", `${bytes(memory.processBytes)} of ${bytes(memory.limitBytes)}`],
    ["most so far", bytes(memory.peakProcessBytes)],
    ["values", bytes(memory.managedBytes)],
    ["on disk", bytes(memory.spilledBytes)],
    ["written to disk", bytes(memory.spilledBytesTotal)],
    ["transfers", `${count(own.transfers)}, ${bytes(own.transferBytes)}`],
    ["on their way", bytes(own.incomingBytes)],
    ["threads waited for transfers", duration(own.transferWaitMs)],
    ["and for the disk", duration(own.diskWaitMs)],
  ];
}

function memoryOf(samples) {
  const zero = samples[0].atMs;
  const lightness = isDark() ? 65 : 40;
  return {
    times: samples.map(({ atMs }) => (atMs - zero) / 1000),
    columns: LINES.map(([, field]) => samples.map((sample) => sample[field])),
    series: LINES.map(([label, , hue]) => ({ label, stroke: `hsl(${hue} 60% ${lightness}%)` })),
    show: bytes,
  };
}
