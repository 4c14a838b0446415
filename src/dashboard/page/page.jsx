// The page of the dashboard: its views, and what each is shown. Everything that users have named is
// text, never HTML. A worker's own page begins here, too.
import { render } from "preact";
import { useEffect, useErrorBoundary, useState } from "preact/hooks";
import "uplot/dist/uPlot.min.css";
import "./look.css";
import "./phone.css";
import { Asked } from "./asked.jsx";
import { Frame, go, usePlace } from "./frame.jsx";
import { Graph } from "./graph.jsx";
import { Job } from "./job.jsx";
import { Memory } from "./memory.jsx";
import { Overview } from "./overview.jsx";
import { OwnPage } from "./own-page.jsx";
import { openSource } from "./source.js";
import { TaskStream } from "./stream.jsx";
import { Errors, Events, Jobs, Layers, Workers } from "./tables.jsx";
import { count } from "./words.js";
import { Worker } from "./worker.jsx";

const VIEWS = [
  ["overview", "Overview"],
  ["stream", "Task stream"],
  ["graph", "Graph"],
  ["memory", "Memory"],
  ["layers", "Layers"],
  ["workers", "Workers"],
  ["jobs", "Jobs"],
  ["actors", "Actors"],
  ["futures", "Futures"],
  ["errors", "Errors"],
  ["events", "Events"],
  ["logs", "Logs"],
  ["configuration", "Configuration"],
  ["story", "Story"],
];

/** What is asked for while it is shown. */
const ASKED_VIEWS = ["actors", "futures", "logs", "configuration"];

const STATUS = {
  live: "live",
  saved: "a saved run",
  connecting: "connecting …",
  full: "too many pages are open: close one",
  lost: "the scheduler does not answer: what is shown is the last that it said",
};

function Story({ source, about }) {
  const [wanted, setWanted] = useState(about);
  const [lines, setLines] = useState(undefined);
  useEffect(() => {
    setWanted(about);
    setLines(undefined);
    if (about !== "") source.story(about).then(setLines);
  }, [about]);
  return (
    <section>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          go("story", wanted);
        }}
      >
        <label class="search">
          <span>the key of a task, or the name of a worker</span>
          <input
            type="search"
            value={wanted}
            onInput={(event) => setWanted(event.currentTarget.value)}
          />
        </label>
        <button type="submit">tell</button>
      </form>
      {about === "" && (
        <p class="quiet">
          What happened to one task or worker, step by step. A click on a block, a future or a span
          leads here, too.
        </p>
      )}
      {!source.hasStories && <p class="quiet">This saved run does not have this.</p>}
      {source.hasStories && lines !== undefined && lines.length === 0 && (
        <p class="quiet">Nothing is known of it, or not any more.</p>
      )}
      {lines !== undefined && lines.length > 0 && (
        <ol class="story">
          {lines.map((line, k) => (
            <li key={k}>{line}</li>
          ))}
        </ol>
      )}
    </section>
  );
}

/** One view; a mistake in it leaves the others as they are. */
function View({ children: draw }) {
  const [error] = useErrorBoundary();
  if (error === undefined) return draw();
  return <p class="bad">This view cannot be drawn: {String(error)}</p>;
}

/** When a saved run took place. */
function dateOf({ epochMs, overview }) {
  if (epochMs === undefined || overview === undefined) return "";
  const date = new Date(epochMs + overview.startedMs);
  return ` of ${date.toLocaleString("en-GB", { dateStyle: "long", timeStyle: "short" })}`;
}

function App({ source }) {
  const place = usePlace(source, VIEWS);
  const { data } = source;
  const { tasks } = data.overview ?? { tasks: { done: 0, total: 0 } };
  useEffect(() => {
    document.title = `tilework: ${count(tasks.done)} of ${count(tasks.total)}`;
  });
  const onJob = (job) => go("jobs", job.id);
  const onLayer = (layer) => go("graph", String(layer.id));
  const onWorker = (worker) => go("workers", worker.name);
  const onStory = (key) => go("story", key);
  const asked = (name) => () => <Asked source={source} what={name} onStory={onStory} />;
  const views = {
    overview: () => <Overview data={data} onJob={onJob} onLayer={onLayer} onWorker={onWorker} />,
    stream: () => <TaskStream source={source} onStory={onStory} />,
    graph: () => (
      <Graph
        source={source}
        layer={place.rest === "" ? undefined : Number(place.rest)}
        onLayer={onLayer}
        onStory={onStory}
      />
    ),
    memory: () => <Memory data={data} />,
    layers: () => <Layers data={data} onPick={onLayer} />,
    workers: () =>
      place.rest === "" ? (
        <Workers data={data} onPick={onWorker} />
      ) : (
        <Worker source={source} name={place.rest} onStory={onStory} />
      ),
    jobs: () =>
      place.rest === "" ? (
        <Jobs data={data} onPick={onJob} />
      ) : (
        <Job data={data} id={place.rest} onLayer={onLayer} isLive={source.isLive} />
      ),
    errors: () => <Errors data={data} onStory={onStory} />,
    events: () => <Events data={data} />,
    ...Object.fromEntries(ASKED_VIEWS.map((name) => [name, asked(name)])),
    story: () => <Story source={source} about={place.rest} />,
  };
  const save = (
    <a class="save" href="run.html" download="run.html">
      save
    </a>
  );
  return (
    <Frame
      title="tilework"
      status={source.status}
      text={`${STATUS[source.status]}${source.status === "saved" ? dateOf(data) : ""}`}
      views={VIEWS}
      view={place.view}
      badges={{ errors: data.errors.length }}
      extra={source.isLive && save}
    >
      <View key={place.view}>{views[place.view]}</View>
    </Frame>
  );
}

const root = document.getElementById("app");
root.textContent = "";
const source = openSource();
render(source.isWorker ? <OwnPage source={source} /> : <App source={source} />, root);
