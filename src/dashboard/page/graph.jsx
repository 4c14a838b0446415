// The graph of layers with their states, from what is read to what is made, and a layer's blocks as
// a grid that fills in. Many layers are folded to those that are open or took most time.
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { blockCells } from "./block-cells.js";
import { bytes, clipped, count, duration, isDark, keyOf, layerColour } from "./words.js";

const LAYERS_SHOWN = 150;
const BOX = { width: 168, height: 58, gapX: 46, gapY: 16 };
/** Between boxes that stand side by side, and between rows of them. */
const NARROW = { gapX: 10, gapY: 34 };
const REFRESH_MS = 700;
const STATES = {
  ".": ["no task", "none"],
  w: ["waiting", "waiting"],
  q: ["ready", "ready"],
  r: ["handed to a worker", "running"],
  m: ["in memory", "memory"],
  d: ["done and released", "done"],
  e: ["failed", "failed"],
};

export function Graph({ source, layer, onLayer, onStory }) {
  const { data } = source;
  const layers = shownLayers(data);
  if (layers.length === 0) return <p class="quiet">No job has come yet.</p>;
  return (
    <>
      {layer !== undefined && data.layers.has(layer) && (
        <BlockGrid source={source} layer={data.layers.get(layer)} onStory={onStory} />
      )}
      <section>
        <h2>Layers, from what is read to what is made</h2>
        <p class="quiet">A click on a layer shows its blocks.</p>
        {data.layers.size > layers.length && (
          <p class="quiet">
            {count(layers.length)} of {count(data.layers.size)} layers: those that are open, then
            those that took most time
          </p>
        )}
        <LayerGraph layers={layers} picked={layer} onLayer={onLayer} />
      </section>
    </>
  );
}

function shownLayers({ layers }) {
  const all = [...layers.values()].filter(({ total }) => total > 0);
  if (all.length <= LAYERS_SHOWN) return all;
  const open = ({ waiting, ready, running }) => Number(waiting + ready + running > 0);
  return all.sort((a, b) => open(b) - open(a) || b.busyMs - a.busyMs).slice(0, LAYERS_SHOWN);
}

/** Layers by their distance from those that read nothing. */
function byDepth(layers) {
  const shown = new Map(layers.map((layer) => [layer.id, layer]));
  const depths = new Map();
  const depthOf = (id, path) => {
    if (depths.has(id)) return depths.get(id);
    if (path.has(id)) return 0;
    path.add(id);
    const inputs = shown.get(id).inputs.filter((input) => shown.has(input));
    const depth =
      inputs.length === 0 ? 0 : 1 + Math.max(...inputs.map((input) => depthOf(input, path)));
    path.delete(id);
    depths.set(id, depth);
    return depth;
  };
  const groups = [];
  for (const layer of layers) {
    const depth = depthOf(layer.id, new Set());
    groups[depth] ??= [];
    groups[depth].push(layer);
  }
  return groups;
}

/** From left to right where that fits the width, else from top to bottom. */
function arrange(layers, room) {
  const groups = byDepth(layers);
  const width = groups.length * (BOX.width + BOX.gapX) - BOX.gapX + 8;
  return width <= room ? inColumns(groups, width) : inRows(groups, room);
}

function inColumns(groups, width) {
  const places = new Map();
  groups.forEach((group, depth) => {
    group.forEach((layer, row) => {
      const x = depth * (BOX.width + BOX.gapX) + 4;
      places.set(layer.id, { x, y: row * (BOX.height + BOX.gapY) + 4 });
    });
  });
  const rows = Math.max(...groups.map(({ length }) => length));
  return { places, width, height: rows * (BOX.height + BOX.gapY) + 8, boxWidth: BOX.width };
}

function inRows(groups, room) {
  const places = new Map();
  // Two stand side by side on a phone.
  const boxWidth = Math.max(140, Math.min(BOX.width, Math.floor((room - 8 - NARROW.gapX) / 2)));
  const each = boxWidth + NARROW.gapX;
  const perRow = Math.max(1, Math.floor((room - 8 + NARROW.gapX) / each));
  let y = 4;
  for (const group of groups) {
    group.forEach((layer, k) => {
      const row = Math.floor(k / perRow);
      places.set(layer.id, { x: (k % perRow) * each + 4, y: y + row * (BOX.height + BOX.gapY) });
    });
    y += Math.ceil(group.length / perRow) * (BOX.height + BOX.gapY) - BOX.gapY + NARROW.gapY;
  }
  const most = Math.min(perRow, Math.max(...groups.map(({ length }) => length)));
  const width = most * each - NARROW.gapX + 8;
  return { places, width, height: y - NARROW.gapY + 4, boxWidth, isDown: true };
}

function edgePath(from, to, { isDown, boxWidth }) {
  if (!isDown) {
    const [x, y, end] = [from.x + BOX.width, from.y + BOX.height / 2, to.y + BOX.height / 2];
    const bend = (to.x - x) / 2;
    return `M${x} ${y}C${x + bend} ${y} ${to.x - bend} ${end} ${to.x} ${end}`;
  }
  const [x, y, end] = [from.x + boxWidth / 2, from.y + BOX.height, to.x + boxWidth / 2];
  const bend = Math.max(8, (to.y - y) / 2);
  return `M${x} ${y}C${x} ${y + bend} ${end} ${to.y - bend} ${end} ${to.y}`;
}

/** The width of an element, also after it has changed. */
function useWidth() {
  const place = useRef(null);
  const [width, setWidth] = useState(Number.POSITIVE_INFINITY);
  useLayoutEffect(() => {
    const observer = new ResizeObserver(([entry]) => setWidth(entry.contentRect.width));
    setWidth(place.current.clientWidth);
    observer.observe(place.current);
    return () => observer.disconnect();
  }, []);
  return [place, width];
}

export function LayerGraph({ layers, picked, onLayer }) {
  const [place, room] = useWidth();
  const layout = arrange(layers, room);
  const { places, width, height, boxWidth } = layout;
  const dark = isDark();
  return (
    <div class="scroll" ref={place}>
      <svg
        class="graph"
        width={width}
        height={height}
        viewBox={`0 0 ${width} ${height}`}
        aria-label="graph of layers"
      >
        {layers.flatMap((layer) =>
          layer.inputs.map((input) => {
            const [from, to] = [places.get(input), places.get(layer.id)];
            if (from === undefined || to === undefined) return null;
            const d = edgePath(from, to, layout);
            return <path key={`${input} ${layer.id}`} class="edge" d={d} />;
          }),
        )}
        {layers.map((layer) => (
          <LayerBox
            key={layer.id}
            layer={layer}
            at={places.get(layer.id)}
            width={boxWidth}
            isPicked={layer.id === picked}
            dark={dark}
            onLayer={onLayer}
          />
        ))}
      </svg>
    </div>
  );
}

function LayerBox({ layer, at, width, isPicked, dark, onLayer }) {
  const done = Math.min(layer.done, layer.total);
  const inner = width - 12;
  const scale = (tasks) => (inner * Math.min(tasks, layer.total)) / Math.max(1, layer.total);
  const label = `${layer.title}, ${layer.kind}: ${count(done)} of ${count(layer.total)} tasks done, ${count(layer.running)} running, ${count(layer.failed)} failed`;
  const pick = () => onLayer(layer);
  return (
    // biome-ignore lint/a11y/useSemanticElements: SVG has no buttons
    <g
      class={`box${isPicked ? " picked" : ""}${layer.failed > 0 ? " failed" : ""}`}
      transform={`translate(${at.x} ${at.y})`}
      tabIndex={0}
      role="button"
      aria-label={label}
      onClick={pick}
      onKeyDown={(event) => (event.key === "Enter" || event.key === " ") && pick()}
    >
      <title>{label}</title>
      <rect class="frame" width={width} height={BOX.height} rx="6" />
      <text x="6" y="16">
        {clipped(layer.title, Math.floor(inner / 7))}
      </text>
      <rect class="rest" x="6" y="24" width={inner} height="10" />
      <rect class="running" x="6" y="24" width={scale(done + layer.running)} height="10" />
      <rect x="6" y="24" width={scale(done)} height="10" fill={layerColour(layer.title, dark)} />
      <text class="small" x="6" y="49">
        {count(done)}/{count(layer.total)} · {duration(layer.busyMs)} · {bytes(layer.heldBytes)}
      </text>
    </g>
  );
}

function BlockGrid({ source, layer, onStory }) {
  const [blocks, setBlocks] = useState(undefined);
  const [at, setAt] = useState(0);
  const canvas = useRef(null);
  useEffect(() => {
    let timer;
    let isOver = false;
    const refresh = async () => {
      const found = await source.blocks(layer.id);
      if (isOver) return;
      if (found !== undefined) setBlocks(found);
      if (source.isLive) timer = setTimeout(refresh, REFRESH_MS);
    };
    void refresh();
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
  }, [source, layer.id]);
  useEffect(() => drawGrid(canvas.current, blocks, at));
  if (blocks === undefined) return null;
  const { states, numBlocks } = blocks;
  const { columns, rows, cellOf, blockAt } = blockCells(numBlocks, states.length);
  const counts = Object.entries(STATES).map(([letter, [name, kind]]) => [
    name,
    kind,
    states.split(letter).length - 1,
  ]);
  const onKey = (event) => {
    const step = STEPS[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const [x, y] = cellOf(at);
    // Between two grids there is an empty cell.
    const next = [1, 2].map((many) => blockAt(x + many * step[0], y + many * step[1]));
    setAt(next.find((block) => block !== undefined) ?? at);
  };
  const onClick = (event) => {
    const box = canvas.current.getBoundingClientRect();
    const x = Math.floor(((event.clientX - box.left) / box.width) * columns);
    const y = Math.floor(((event.clientY - box.top) / box.height) * rows);
    setAt(blockAt(x, y) ?? at);
  };
  const key = keyOf(layer, at);
  return (
    <section class="blocks">
      <h2>
        {layer.title}: {numBlocks.join(" × ") || "one"}{" "}
        {numBlocks.length === 0 ? "block" : "blocks"}
      </h2>
      <canvas
        ref={canvas}
        tabIndex={0}
        role="img"
        aria-label={`blocks of ${layer.title}: ${counts
          .filter(([, , many]) => many > 0)
          .map(([name, , many]) => `${many} ${name}`)
          .join(", ")}`}
        onKeyDown={onKey}
        onClick={onClick}
      />
      <ul class="legend">
        {counts
          .filter(([, , many]) => many > 0)
          .map(([name, kind, many]) => (
            <li key={name}>
              <span class={`swatch block-${kind}`} aria-hidden="true" /> {name} {count(many)}
            </li>
          ))}
      </ul>
      <p aria-live="polite">
        {key}: {STATES[states[at]]?.[0] ?? ""}{" "}
        <button type="button" onClick={() => onStory(key)}>
          its story
        </button>
      </p>
      {blocks.isCut && <p class="quiet">The first {count(states.length)} blocks are shown.</p>}
    </section>
  );
}

/** Where the arrow keys lead. */
const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

function drawGrid(canvas, blocks, at) {
  if (canvas === null || blocks === undefined) return;
  const { states, numBlocks } = blocks;
  const { columns, rows, cellOf } = blockCells(numBlocks, states.length);
  const room = Math.min(720, canvas.parentElement.clientWidth);
  const cell = Math.max(1, Math.min(28, Math.floor(Math.min(room / columns, 420 / rows))));
  const ratio = devicePixelRatio || 1;
  canvas.style.width = `${columns * cell}px`;
  canvas.style.height = `${rows * cell}px`;
  canvas.width = columns * cell * ratio;
  canvas.height = rows * cell * ratio;
  const context = canvas.getContext("2d");
  context.scale(ratio, ratio);
  const style = getComputedStyle(canvas);
  const gap = cell > 4 ? 1 : 0;
  for (let k = 0; k < states.length; k++) {
    const kind = STATES[states[k]]?.[1] ?? "none";
    context.fillStyle = style.getPropertyValue(`--block-${kind}`);
    const [x, y] = cellOf(k);
    context.fillRect(x * cell, y * cell, cell - gap, cell - gap);
  }
  if (cell > 6) {
    context.strokeStyle = style.color;
    const [x, y] = cellOf(at);
    context.strokeRect(x * cell + 0.5, y * cell + 0.5, cell - gap - 1, cell - gap - 1);
  }
}
