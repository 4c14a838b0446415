// Numbers and names as people read them, and the colours of layers.

/** Multiples of it are far from each other on a circle. */
const GOLDEN_ANGLE = 137.508;
/** Hues of layers are so far from red. */
const NOT_RED = 25;
const BYTE_UNITS = ["B", "kB", "MB", "GB", "TB", "PB"];

export function bytes(value) {
  if (!(value > 0)) return "0 B";
  const power = Math.min(BYTE_UNITS.length - 1, Math.floor(Math.log10(value) / 3));
  const scaled = value / 1000 ** power;
  const digits = scaled < 10 && power > 0 ? scaled.toFixed(1) : Math.round(scaled);
  // A line never ends between a number and its unit.
  return `${digits}\u00a0${BYTE_UNITS[power]}`;
}

export function duration(ms) {
  if (!(ms >= 0)) return "–";
  if (ms < 0.001) return "0 s";
  if (ms < 1) return `${(ms * 1000).toPrecision(3)} µs`;
  if (ms < 1000) return `${ms.toPrecision(3)} ms`;
  if (ms < 60_000) return `${(ms / 1000).toPrecision(3)} s`;
  const minutes = Math.floor(ms / 60_000);
  if (minutes < 60) return `${minutes} min ${Math.round((ms % 60_000) / 1000)} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

export function count(value) {
  return Math.round(value).toLocaleString("en");
}

export function percent(part, whole) {
  return whole > 0 ? `${Math.round((100 * part) / whole)} %` : "–";
}

/** A text of at most so many letters. */
export function clipped(text, letters) {
  return text.length <= letters ? text : `${text.slice(0, Math.max(1, letters - 1))}…`;
}

/** A time of the scheduler's clock as time of day, where that is known. */
export function clock(ms, epochMs) {
  if (epochMs === undefined) return duration(ms);
  return new Date(epochMs + ms).toLocaleTimeString("en-GB");
}

/** Titles of layers, in the order in which they came. */
const titles = new Map();

/** Layers have come: those that came one after the other differ most in their colours. */
export function noteTitles(layers) {
  for (const { title } of layers) if (!titles.has(title)) titles.set(title, titles.size);
}

/** The same layer has the same colour in every view. */
export function layerColour(title, isDark) {
  const at = titles.get(title);
  if (at === undefined) return nameColour(title, isDark);
  // Red is for errors.
  return colour(NOT_RED + (1 - (2 * NOT_RED) / 360) * ((175 + at * GOLDEN_ANGLE) % 360), isDark);
}

/** A colour for a function or a span by its name alone. */
export function nameColour(name, isDark) {
  return colour(hueOf(name), isDark);
}

function colour(hue, isDark) {
  return `hsl(${Math.round(hue) % 360} 62% ${isDark ? 58 : 48}%)`;
}

function hueOf(name) {
  let hash = 7;
  for (let k = 0; k < name.length; k++) hash = (hash * 31 + name.charCodeAt(k)) >>> 0;
  // Names that differ little are far apart.
  return ((Math.imul(hash, 0x9e3779b1) >>> 0) * 360) / 2 ** 32;
}

/** `name(1, 2)`: the key of a block of a layer. */
export function keyOf(layer, block) {
  const index = [];
  let rest = block;
  for (const blocks of [...layer.numBlocks].reverse()) {
    index.unshift(rest % Math.max(1, blocks));
    rest = Math.floor(rest / Math.max(1, blocks));
  }
  return `${shortName(layer.name)}(${index.join(", ")})`;
}

/** A name with the first seven digits of its hash, as keys have it. */
export function shortName(name) {
  return name.replace(/-([0-9a-f]{7})[0-9a-f]+$/, "-$1");
}

export function isDark() {
  return matchMedia("(prefers-color-scheme: dark)").matches;
}
