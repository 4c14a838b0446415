// Totals of layers and workers: a few numbers each, which are never thinned. They are counted in
// the step, so each costs an addition.

/** Powers of two that durations are counted by: from 1 µs to 12 days. */
const DURATION_BINS = 40;
/** Workers whose part of each layer is counted: those of the seats below this. */
export const SEATS_MAX = 256;

/** Totals of a layer, or of all calls of one function. */
export interface LayerTotals {
  /** Its number among the observed ones; -1 before it has one. */
  row: number;
  tasks: number;
  done: number;
  failed: number;
  busyMs: number;
  longestMs: number;
  /** The layer and block of the run that took longest. */
  longestLayer: number;
  longestBlock: number;
  /** Made with the first run. */
  durations: Uint32Array | undefined;
  madeBytes: number;
  heldBytes: number;
  peakHeldBytes: number;
  /** The same by worker, by its seat. Made with the first result. */
  heldOn: number[] | undefined;
  moves: number;
  movedBytes: number;
  lastMs: number;
}

/** Nothing has been added yet. */
export function noLayerTotals(): LayerTotals {
  return {
    row: -1,
    tasks: 0,
    done: 0,
    failed: 0,
    busyMs: 0,
    longestMs: -1,
    longestLayer: -1,
    longestBlock: -1,
    durations: undefined,
    madeBytes: 0,
    heldBytes: 0,
    peakHeldBytes: 0,
    heldOn: undefined,
    moves: 0,
    movedBytes: 0,
    lastMs: -1,
  };
}

/** Totals of a worker. */
export interface WorkerTotals {
  done: number;
  failed: number;
  busyMs: number;
  madeBytes: number;
  fetches: number;
  fetchedBytes: number;
  fetchMs: number;
  stolen: number;
  givenUp: number;
  /** As it says itself, of all its life. */
  transferWaitMs: number;
  diskWaitMs: number;
  cpuMs: number;
  /** The least that the scheduler's clock was ahead when a report came; NaN before one. */
  clockOffsetMs: number;
}

/** The same for a worker. */
export function noWorkerTotals(): WorkerTotals {
  return {
    done: 0,
    failed: 0,
    busyMs: 0,
    madeBytes: 0,
    fetches: 0,
    fetchedBytes: 0,
    fetchMs: 0,
    stolen: 0,
    givenUp: 0,
    transferWaitMs: 0,
    diskWaitMs: 0,
    cpuMs: 0,
    clockOffsetMs: Number.NaN,
  };
}

/** Adds a run that gave a result. */
export function addRun(
  layer: LayerTotals,
  worker: WorkerTotals,
  layerId: number,
  block: number,
  durationMs: number,
  bytes: number,
): void {
  layer.done++;
  layer.busyMs += durationMs;
  layer.madeBytes += bytes;
  if (durationMs > layer.longestMs) {
    layer.longestMs = durationMs;
    layer.longestLayer = layerId;
    layer.longestBlock = block;
  }
  const durations = (layer.durations ??= new Uint32Array(DURATION_BINS));
  const bin = binOf(durationMs);
  durations[bin] = (durations[bin] as number) + 1;
  worker.done++;
  worker.busyMs += durationMs;
  worker.madeBytes += bytes;
}

/** The power of two that a duration is counted by. */
export function binOf(durationMs: number): number {
  const micros = Math.min(durationMs * 1_000, 2 ** 31 - 1) | 0;
  return 32 - Math.clz32(micros);
}

/**
 * Adds bytes that a worker holds of a layer; less where they are negative.
 *
 * @param seat the worker's
 */
export function addHeld(layer: LayerTotals, seat: number, bytes: number): void {
  layer.heldBytes += bytes;
  if (layer.heldBytes > layer.peakHeldBytes) layer.peakHeldBytes = layer.heldBytes;
  if (seat >= SEATS_MAX) return;
  const heldOn = (layer.heldOn ??= []);
  // Seats are few, and a list without gaps takes an addition.
  while (heldOn.length <= seat) heldOn.push(0);
  heldOn[seat] = (heldOn[seat] as number) + bytes;
}

/** The bytes of a layer that a worker holds. */
export function heldOn({ heldOn: bytes }: LayerTotals, seat: number): number {
  return bytes?.[seat] ?? 0;
}

/** Adds a result, or a part of one, that went from one worker to another. */
export function addMove(layer: LayerTotals, bytes: number): void {
  layer.moves++;
  layer.movedBytes += bytes;
}

/** Adds a transfer to a worker. */
export function addFetch(worker: WorkerTotals, bytes: number, transferMs: number): void {
  worker.fetches++;
  worker.fetchedBytes += bytes;
  worker.fetchMs += transferMs;
}

/** Adds the totals of a layer that is listed no more to those of the others. */
export function foldLayer(into: LayerTotals, from: LayerTotals): void {
  into.tasks += from.tasks;
  into.done += from.done;
  into.failed += from.failed;
  into.busyMs += from.busyMs;
  if (from.longestMs > into.longestMs) {
    into.longestMs = from.longestMs;
    into.longestLayer = from.longestLayer;
    into.longestBlock = from.longestBlock;
  }
  if (from.durations !== undefined) {
    const durations = (into.durations ??= new Uint32Array(DURATION_BINS));
    from.durations.forEach((count, bin) => {
      durations[bin] = (durations[bin] as number) + count;
    });
  }
  into.madeBytes += from.madeBytes;
  into.peakHeldBytes = Math.max(into.peakHeldBytes, from.peakHeldBytes);
  into.moves += from.moves;
  into.movedBytes += from.movedBytes;
  into.lastMs = Math.max(into.lastMs, from.lastMs);
}

/** Adds the totals of a worker that is listed no more to those of the others. */
export function foldWorker(into: WorkerTotals, from: WorkerTotals): void {
  for (const key of Object.keys(into) as (keyof WorkerTotals)[]) {
    if (key !== "clockOffsetMs") into[key] += from[key];
  }
}
