// Draws with lists for parameters: of one number per element, or of a list of numbers along the
// last axis of the array.
import type { ListDraw } from "../../graph/model/distribution.js";
import { binomialOf, hypergeometricOf } from "./discrete-samplers.js";
import type { ElementStream } from "./element-stream.js";
import { logGammaNumberOf } from "./gamma.js";

/** Draws the list of the stream's current element. */
export interface ListSampler {
  /** How many numbers are drawn at a time. */
  readonly length: number;
  /** Numbers of the array's stream that belong to each element. */
  readonly width: number;
  /** Writes the numbers drawn to the beginning of `values`. */
  draw(stream: ElementStream, values: Float64Array): void;
}

/** More numbers than this for an element come from its own stream. */
const WIDTH_MAX = 64;

const widthFor = (count: number) => Math.min(count, WIDTH_MAX);

type Others = Exclude<ListDraw, { name: "wideIntegers" }>;

/** The sampler of a draw with lists. */
export function listSampler(draw: Others): ListSampler {
  switch (draw.name) {
    case "categorical":
      return { length: 1, width: 1, draw: categorical(draw.cumulative) };
    case "multinomial": {
      const { length } = draw.probabilities;
      return { length, width: widthFor(2 * length), draw: multinomial(draw) };
    }
    case "multivariateHypergeometric": {
      const { length } = draw.colors;
      return { length, width: widthFor(2 * length), draw: multivariateHypergeometric(draw) };
    }
    case "multivariateNormal": {
      const { length } = draw.mean;
      return { length, width: widthFor(length), draw: multivariateNormal(draw) };
    }
    case "dirichlet": {
      const { length } = draw.alpha;
      return { length, width: widthFor(3 * length), draw: dirichlet(draw.alpha) };
    }
  }
}

/** By inversion: the first whose cumulated probability is above a uniform number. */
function categorical(cumulative: Float64Array): ListSampler["draw"] {
  return (stream, values) => {
    const u = stream.uniform();
    let low = 0;
    let high = cumulative.length - 1;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (u < (cumulative[middle] as number)) high = middle;
      else low = middle + 1;
    }
    values[0] = low;
  };
}

/** Each count is binomial among the remaining trials. */
function multinomial({
  n,
  probabilities,
}: Extract<ListDraw, { name: "multinomial" }>): ListSampler["draw"] {
  const last = probabilities.length - 1;
  return (stream, values) => {
    let left = n;
    let mass = 1;
    for (let k = 0; k < last; k++) {
      const p = probabilities[k] as number;
      const count = mass > 0 ? binomialOf(left, Math.min(1, p / mass))(stream) : 0;
      values[k] = count;
      left -= count;
      mass -= p;
    }
    if (last >= 0) values[last] = left;
  };
}

/** Each colour is hypergeometric among the remaining draws. */
function multivariateHypergeometric({
  colors,
  nsample,
}: Extract<ListDraw, { name: "multivariateHypergeometric" }>): ListSampler["draw"] {
  const total = colors.reduce((sum, count) => sum + count, 0);
  return (stream, values) => {
    let left = nsample;
    let others = total;
    colors.forEach((count, k) => {
      others -= count;
      const found = hypergeometricOf(count, others, left)(stream);
      values[k] = found;
      left -= found;
    });
  };
}

function multivariateNormal({
  mean,
  factor,
}: Extract<ListDraw, { name: "multivariateNormal" }>): ListSampler["draw"] {
  const { length } = mean;
  const normals = new Float64Array(length);
  return (stream, values) => {
    for (let i = 0; i < length; i++) {
      normals[i] = stream.normal();
      let sum = mean[i] as number;
      for (let j = 0; j <= i; j++) {
        sum += (factor[i * length + j] as number) * (normals[j] as number);
      }
      values[i] = sum;
    }
  };
}

/** Gamma numbers divided by their sum; as logarithms, since small shapes make numbers too small. */
function dirichlet(alpha: Float64Array): ListSampler["draw"] {
  const gammas = Array.from(alpha, logGammaNumberOf);
  return (stream, values) => {
    let largest = -Infinity;
    gammas.forEach((gamma, k) => {
      const logarithm = gamma(stream);
      values[k] = logarithm;
      largest = Math.max(largest, logarithm);
    });
    let sum = 0;
    for (let k = 0; k < gammas.length; k++) {
      sum += values[k] = Math.exp((values[k] as number) - largest);
    }
    for (let k = 0; k < gammas.length; k++) values[k] = (values[k] as number) / sum;
  };
}
