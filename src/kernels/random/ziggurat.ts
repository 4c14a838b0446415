// Tables of the ziggurat method (Marsaglia and Tsang, "The ziggurat method for generating random
// variables", 2000), with 256 layers each. A layer's number and the place within it come from
// different bits of a number (Doornik 2005). The drawing is element-stream.ts.

const LAYERS = 256;

/** Layers of equal area below a falling density, the base first. */
export interface Ziggurat {
  /** The right edge of each layer; of the base, as if it were a rectangle. */
  readonly widths: Float64Array;
  /** Which part of each layer is wholly below the density. */
  readonly inner: Float64Array;
  /** The density at each edge: layer i is between `heights[i]` and `heights[i + 1]`. */
  readonly heights: Float64Array;
  /** Where the tail begins. */
  readonly tail: number;
}

/**
 * The ziggurat of a density that is 1 at 0, with its inverse, the tail's begin and a layer's area.
 */
function ziggurat(
  density: (x: number) => number,
  inverse: (y: number) => number,
  tail: number,
  area: number,
): Ziggurat {
  const widths = new Float64Array(LAYERS + 1);
  const heights = new Float64Array(LAYERS + 1);
  const inner = new Float64Array(LAYERS);
  widths[0] = area / density(tail);
  widths[1] = tail;
  heights[1] = density(tail);
  for (let i = 2; i < LAYERS; i++) {
    const height = (heights[i - 1] as number) + area / (widths[i - 1] as number);
    widths[i] = inverse(height);
    heights[i] = height;
  }
  heights[LAYERS] = 1;
  for (let i = 0; i < LAYERS; i++) inner[i] = (widths[i + 1] as number) / (widths[i] as number);
  return { widths, inner, heights, tail };
}

/** The right half of the normal distribution. */
export const NORMAL = ziggurat(
  (x) => Math.exp((-x * x) / 2),
  (y) => Math.sqrt(-2 * Math.log(y)),
  3.6541528853610088,
  0.00492867323399,
);

/** The exponential distribution. */
export const EXPONENTIAL = ziggurat(
  (x) => Math.exp(-x),
  (y) => -Math.log(y),
  7.69711747013105,
  0.003949659822581557,
);
