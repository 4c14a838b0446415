// The task stream: a row for each thread, and one for the transfers and the disk of each worker;
// from the whole run down to microseconds. Drawn on a canvas, since there may be very many spans.
import { useEffect, useRef, useState } from "preact/hooks";
import { Figures } from "./figures.jsx";
import { bytes, count, duration, isDark, keyOf, layerColour } from "./words.js";

const ROW = 18;
const AXIS = 22;
const NAMES = 120;
const KINDS = ["task", "error", "transfer", "spill", "restore"];
const FIXED_COLOURS = { error: "#d33", transfer: "#e9a23b", spill: "#8a6fd1", restore: "#5f9fd8" };
/** No zoom shows less than this. */
const SPAN_MS_MIN = 0.001;
const REFRESH_MS = 1000;

export function TaskStream({ source, onStory }) {
  const canvas = useRef(null);
  const view = useRef(undefined);
  const [picked, setPicked] = useState(undefined);
  const [, setTick] = useState(0);
  const { data } = source;
  useEffect(() => {
    let timer;
    const refresh = async () => {
      await source.loadSpans();
      setTick((tick) => tick + 1);
      if (source.isLive) timer = setTimeout(refresh, REFRESH_MS);
    };
    void refresh();
    return () => clearTimeout(timer);
  }, [source]);
  const lanes = lanesOf(data);
  const range = view.current ?? rangeOf(data.spans);
  const height = AXIS + Math.max(1, lanes.rows.length) * ROW;
  useEffect(() => draw(canvas.current, data, lanes, range, picked));
  const show = (next) => {
    view.current = next;
    setTick((tick) => tick + 1);
  };
  const zoom = (by, at = 0.5) => {
    const width = range.to - range.from;
    const next = Math.max(SPAN_MS_MIN, width * by);
    const middle = range.from + at * width;
    show({ from: middle - at * next, to: middle + (1 - at) * next });
  };
  const pan = (part) => {
    const by = part * (range.to - range.from);
    show({ from: range.from + by, to: range.to + by });
  };
  const onKey = (event) => {
    const acts = {
      ArrowLeft: () => pan(-0.2),
      ArrowRight: () => pan(0.2),
      "+": () => zoom(0.5),
      "=": () => zoom(0.5),
      "-": () => zoom(2),
      0: () => show(undefined),
    };
    if (acts[event.key] === undefined) return;
    event.preventDefault();
    acts[event.key]();
  };
  const placeOf = (event) => {
    const box = canvas.current.getBoundingClientRect();
    const part = (event.clientX - box.left - NAMES) / Math.max(1, box.width - NAMES);
    return { part, row: Math.floor((event.clientY - box.top - AXIS) / ROW) };
  };
  const dragged = useRef(undefined);
  const onMove = (event) => {
    if (dragged.current === undefined) return;
    const { part } = placeOf(event);
    const { from, to } = dragged.current.range;
    const by = (dragged.current.part - part) * (to - from);
    if (Math.abs(dragged.current.part - part) > 0.003) dragged.current.hasMoved = true;
    show({ from: from + by, to: to + by });
  };
  const onUp = (event) => {
    const drag = dragged.current;
    dragged.current = undefined;
    if (drag?.hasMoved === true) return;
    const { part, row } = placeOf(event);
    if (drag !== undefined && !drag.wasSet) view.current = undefined;
    setPicked(spanAt(data.spans, lanes, row, range.from + part * (range.to - range.from), range));
  };
  return (
    <section>
      <div class="tools" role="toolbar" aria-label="zoom">
        <button type="button" onClick={() => zoom(0.5)}>
          zoom in
        </button>
        <button type="button" onClick={() => zoom(2)}>
          zoom out
        </button>
        <button type="button" onClick={() => pan(-0.5)}>
          earlier
        </button>
        <button type="button" onClick={() => pan(0.5)}>
          later
        </button>
        <button type="button" onClick={() => show(undefined)}>
          whole run
        </button>
        <span class="quiet">
          {duration(range.to - range.from)} shown; drag, scroll, or use arrow keys, + and −
        </span>
      </div>
      <canvas
        ref={canvas}
        class="stream"
        height={height}
        tabIndex={0}
        role="img"
        aria-label={`${count(data.spans.startMs.length)} spans on ${lanes.rows.length} rows over ${duration(range.to - range.from)}`}
        onKeyDown={onKey}
        onWheel={(event) => {
          event.preventDefault();
          zoom(event.deltaY > 0 ? 1.25 : 0.8, Math.min(1, Math.max(0, placeOf(event).part)));
        }}
        onPointerDown={(event) => {
          const wasSet = view.current !== undefined;
          dragged.current = { part: placeOf(event).part, range, hasMoved: false, wasSet };
        }}
        onPointerMove={onMove}
        onPointerUp={onUp}
        onPointerLeave={() => {
          dragged.current = undefined;
        }}
      />
      {picked !== undefined && <SpanDetails data={data} at={picked} onStory={onStory} />}
      <ul class="legend">
        {Object.entries(FIXED_COLOURS).map(([kind, colour]) => (
          <li key={kind}>
            <svg class="swatch" aria-hidden="true" viewBox="0 0 1 1">
              <rect width="1" height="1" fill={colour} />
            </svg>{" "}
            {kind}
          </li>
        ))}
        <li class="quiet">tasks have the colour of their layer</li>
      </ul>
    </section>
  );
}

function SpanDetails({ data, at, onStory }) {
  const { spans } = data;
  const layer = data.layers.get(spans.layers[at]);
  const kind = KINDS[spans.kinds[at]];
  const key = layer === undefined ? undefined : keyOf(layer, spans.blocks[at]);
  const facts = [
    ["what", key === undefined ? kind : `${kind} ${key}`],
    ["worker", data.workers.get(spans.workers[at])?.name ?? ""],
    ["thread", spans.threads[at] < 0 ? "–" : spans.threads[at]],
    ["began", duration(spans.startMs[at] - (data.overview?.startedMs ?? 0))],
    ["took", duration(spans.durationMs[at])],
    ["bytes", bytes(spans.bytes[at])],
    ...(spans.peers[at] < 0 ? [] : [["from", data.workers.get(spans.peers[at])?.name ?? ""]]),
    ...(layer === undefined
      ? []
      : [
          [
            "inputs",
            layer.inputs.map((id) => data.layers.get(id)?.title ?? "").join(", ") || "none",
          ],
        ]),
    ...(spans.weights[at] > 1 ? [["stands for", `${spans.weights[at]} spans like it`]] : []),
  ];
  return (
    <aside class="details" aria-live="polite">
      <Figures figures={facts} />
      {key !== undefined && (
        <button type="button" onClick={() => onStory(key)}>
          its story
        </button>
      )}
    </aside>
  );
}

/**
 * A row for each thread that has spans, then one for transfers and one for the disk of the worker.
 */
function lanesOf({ spans, workers }) {
  const threads = new Map();
  for (let k = 0; k < spans.kinds.length; k++) {
    const worker = spans.workers[k];
    const lane = laneOf(spans, k);
    if (!threads.has(worker)) threads.set(worker, new Set());
    threads.get(worker).add(lane);
  }
  const rows = [];
  const byLane = new Map();
  for (const worker of [...threads.keys()].sort((a, b) => a - b)) {
    for (const lane of [...threads.get(worker)].sort((a, b) => a - b)) {
      byLane.set(`${worker} ${lane}`, rows.length);
      rows.push({
        worker,
        lane,
        name: `${workers.get(worker)?.name ?? `worker ${worker}`} ${laneName(lane)}`,
      });
    }
  }
  return { rows, byLane };
}

const TRANSFERS = 1e6;
const DISK = 1e6 + 1;

function laneOf(spans, k) {
  if (spans.kinds[k] === 2) return TRANSFERS;
  if (spans.kinds[k] > 2) return DISK;
  return spans.threads[k];
}

function laneName(lane) {
  if (lane === TRANSFERS) return "in";
  return lane === DISK ? "disk" : lane < 0 ? "" : `#${lane}`;
}

function rangeOf({ startMs, durationMs }) {
  let [from, to] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let k = 0; k < startMs.length; k++) {
    if (startMs[k] < from) from = startMs[k];
    if (startMs[k] + durationMs[k] > to) to = startMs[k] + durationMs[k];
  }
  if (!(to > from)) return { from: 0, to: 1000 };
  const margin = 0.01 * (to - from);
  return { from: from - margin, to: to + margin };
}

function spanAt(spans, { byLane }, row, ms, range) {
  const slackMs = (range.to - range.from) / 400;
  let best;
  for (let k = 0; k < spans.kinds.length; k++) {
    if (byLane.get(`${spans.workers[k]} ${laneOf(spans, k)}`) !== row) continue;
    const [start, end] = [spans.startMs[k], spans.startMs[k] + spans.durationMs[k]];
    if (ms < start - slackMs || ms > end + slackMs) continue;
    if (best === undefined || spans.durationMs[k] < spans.durationMs[best]) best = k;
  }
  return best;
}

function draw(canvas, data, { rows, byLane }, range, picked) {
  if (canvas === null) return;
  const ratio = devicePixelRatio || 1;
  const width = canvas.clientWidth;
  const height = AXIS + Math.max(1, rows.length) * ROW;
  canvas.width = width * ratio;
  canvas.height = height * ratio;
  const dark = isDark();
  const context = canvas.getContext("2d");
  context.scale(ratio, ratio);
  const ink = dark ? "#d8dee6" : "#2b333d";
  context.font = "11px system-ui, sans-serif";
  context.textBaseline = "middle";
  const scale = (width - NAMES) / (range.to - range.from);
  drawAxis(context, data, range, width, height, ink, dark);
  context.fillStyle = ink;
  rows.forEach(({ name }, row) => {
    context.fillText(
      name.length > 18 ? `${name.slice(0, 6)}…${name.slice(-11)}` : name,
      4,
      AXIS + row * ROW + ROW / 2,
    );
  });
  context.save();
  context.beginPath();
  context.rect(NAMES, 0, width - NAMES, height);
  context.clip();
  const { spans, layers } = data;
  const colours = new Map();
  const colourOf = (k) => {
    const kind = KINDS[spans.kinds[k]];
    if (kind !== "task") return FIXED_COLOURS[kind];
    const id = spans.layers[k];
    if (!colours.has(id)) colours.set(id, layerColour(layers.get(id)?.title ?? "", dark));
    return colours.get(id);
  };
  for (let k = 0; k < spans.kinds.length; k++) {
    const x = NAMES + (spans.startMs[k] - range.from) * scale;
    const w = Math.max(0.75, spans.durationMs[k] * scale);
    if (x + w < NAMES || x > width) continue;
    const row = byLane.get(`${spans.workers[k]} ${laneOf(spans, k)}`);
    const y = AXIS + row * ROW + 2;
    context.fillStyle = colourOf(k);
    context.fillRect(x, y, w, ROW - 4);
    if (w > 3) {
      context.fillStyle = dark ? "#0006" : "#fff9";
      context.fillRect(x + w - 1, y, 1, ROW - 4);
    }
    if (w > 60) {
      context.fillStyle = "#fff";
      context.fillText(
        clipped(layers.get(spans.layers[k])?.title ?? KINDS[spans.kinds[k]], w),
        x + 4,
        y + ROW / 2 - 2,
      );
    }
    if (k === picked) {
      context.strokeStyle = ink;
      context.lineWidth = 2;
      context.strokeRect(x - 1, y - 1, w + 2, ROW - 2);
    }
  }
  context.restore();
}

function clipped(text, width) {
  const letters = Math.floor(width / 6.5);
  return text.length <= letters ? text : `${text.slice(0, Math.max(1, letters - 1))}…`;
}

function drawAxis(context, { overview }, range, width, height, ink, dark) {
  const zero = overview?.startedMs ?? 0;
  const step = niceStep((range.to - range.from) / 6);
  context.fillStyle = ink;
  context.strokeStyle = dark ? "#ffffff22" : "#00000018";
  for (let at = Math.ceil((range.from - zero) / step) * step; at + zero < range.to; at += step) {
    const x = NAMES + ((at + zero - range.from) / (range.to - range.from)) * (width - NAMES);
    context.beginPath();
    context.moveTo(x, AXIS - 4);
    context.lineTo(x, height);
    context.stroke();
    context.fillText(at < 0 ? `−${duration(-at)}` : duration(at), x + 3, 8);
  }
}

function niceStep(rough) {
  const power = 10 ** Math.floor(Math.log10(rough));
  const factor = [1, 2, 5, 10].find((each) => each * power >= rough) ?? 10;
  return factor * power;
}
