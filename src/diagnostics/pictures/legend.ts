// The line below a picture that explains its colours and shapes.
import type { Card } from "./cards.js";
import type { Colours, Picture, Scale } from "./picture.js";

/** The legend of pictures: a sign with a label each, and colour scales for quantities. */
export interface Legend {
  readonly swatches: readonly Swatch[];
  readonly scales: readonly Scale[];
}

/**
 * A sign: a box in some colours; one without a fill for blocks without a task, one with a thick
 * line for outputs.
 */
export interface Swatch extends Colours {
  readonly label: string;
  readonly sign: "box" | "ghost" | "output";
}

/** The most colours that can be distinguished by labels. */
const SWATCHES_MAX = 12;

/** The legend of these pictures, without duplicates. */
export function legendOf(pictures: readonly Picture[], cards: readonly Card[]): Legend {
  const swatches = new Map<string, Swatch>();
  for (const { colouring, count, boxAt } of pictures) {
    const { meaning } = colouring;
    for (let at = 0; meaning !== undefined && at < count; at++) {
      const box = boxAt(at);
      const label = meaning(box, at);
      if (label === undefined || swatches.has(label)) continue;
      swatches.set(label, { label, fill: box.fill, line: box.line, sign: "box" });
      if (swatches.size > SWATCHES_MAX) return { swatches: signs(cards), scales: [] };
    }
  }
  const scales = new Map<string, Scale>();
  for (const { colouring } of pictures) {
    const { scale } = colouring;
    if (scale !== undefined) scales.set(`${scale.least}:${scale.most}`, scale);
  }
  const found = [...swatches.values()];
  // Workers by their number; kinds in the order in which they come.
  if (found.every(({ label }) => /\d$/.test(label))) found.sort(byNumber);
  return { swatches: [...found, ...signs(cards)], scales: [...scales.values()] };
}

function byNumber(a: Swatch, b: Swatch): number {
  return a.label.localeCompare(b.label, "en", { numeric: true });
}

/** Signs other than colours. */
function signs(cards: readonly Card[]): Swatch[] {
  const plain = { fill: "none", line: "#94a3b8" };
  const hasGhosts = cards.some(({ cells }) => (cells?.ghosts.length ?? 0) > 0);
  const ghost: Swatch = { ...plain, label: "block without a task", sign: "ghost" };
  const output: Swatch = { ...plain, label: "output", sign: "output" };
  return hasGhosts ? [ghost, output] : [output];
}
