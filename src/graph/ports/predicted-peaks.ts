// Peaks of memory that explain() has predicted: a job that is submitted later says what was
// predicted of it.
import type { LayerName } from "../model/layer.js";

/** Predictions that are remembered; older ones are dropped. */
const PREDICTIONS_MAX = 200;

/** The most bytes of values on one worker. */
export interface PredictedPeak {
  readonly peakBytes: number;
  /** The cluster that it was predicted for, in words. */
  readonly cluster: string;
}

const predictions = new Map<string, PredictedPeak>();

/** Remembers what was predicted of the graph with these outputs, as the user built it. */
export function rememberPeak(outputs: readonly LayerName[], predicted: PredictedPeak): void {
  const key = outputs.join();
  predictions.delete(key);
  predictions.set(key, predicted);
  const [oldest = key] = predictions.keys();
  if (predictions.size > PREDICTIONS_MAX) predictions.delete(oldest);
}

/** The last prediction; undefined if there was none. */
export function predictedPeak(outputs: readonly LayerName[]): PredictedPeak | undefined {
  return predictions.size === 0 ? undefined : predictions.get(outputs.join());
}
