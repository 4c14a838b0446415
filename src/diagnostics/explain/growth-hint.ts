// The hint of explain() on plans that grow: the layer that makes ten times as many tasks, or bytes,
// as it reads, and the line to write instead.
import { formatBytes } from "../../base/units.js";
import { hasUnknownLengths } from "../../graph/model/chunks.js";
import { countText, plural } from "../../graph/model/describe-layer.js";
import type { Layer, LayerName } from "../../graph/model/layer.js";
import { shortName } from "../../graph/model/naming.js";
import type { PassEffect } from "../../graph/passes/optimize.js";
import type { NeededLayer } from "../../graph/tasks/count-tasks.js";

/** A plan grows where a layer makes this many times what it reads. */
const GROWTH_MIN = 10;
/** Fewer tasks, or bytes, do not matter. */
const TASKS_MIN = 1_000;
const BYTES_MIN = 2 ** 30;

interface Growth {
  readonly layer: Layer;
  readonly from: number;
  readonly to: number;
}

/**
 * The hint on the layer that grows most, undefined where none grows: in tasks as the graph was
 * built, as far as they are left to run, and in bytes of the blocks that are made.
 */
export function growthHint(effects: readonly PassEffect[]): string | undefined {
  const [built, run] = [effects[0] as PassEffect, effects.at(-1) as PassEffect];
  const tasks = mostGrown([...built.needed, ...run.needed], (needed) => needed.tasks, TASKS_MIN);
  if (tasks !== undefined && run.tasks >= tasks.to / 2) {
    return (
      `${shortName(tasks.layer.name)} makes ${plural(tasks.to, "task")} from ` +
      `${countText(tasks.from)}: ${lineForTasks(tasks.layer)}`
    );
  }
  const bytes = mostGrown(run.needed, bytesOf, BYTES_MIN);
  if (bytes === undefined) return undefined;
  return (
    `${shortName(bytes.layer.name)} makes ${formatBytes(bytes.to)} from ` +
    `${formatBytes(bytes.from)}: ${lineForBytes(bytes.layer)}`
  );
}

function mostGrown(
  needed: readonly NeededLayer[],
  sizeOfLayer: (needed: NeededLayer) => number,
  least: number,
): Growth | undefined {
  const sizes = new Map<LayerName, number>();
  for (const one of needed) sizes.set(one.layer.name, sizeOfLayer(one));
  let most: Growth | undefined;
  for (const { layer } of needed) {
    const to = sizes.get(layer.name) as number;
    const from = layer.inputs.reduce((sum, input) => sum + (sizes.get(input) ?? Number.NaN), 0);
    // Comparisons with an unknown size are false.
    if (!(from > 0 && to >= least && to >= GROWTH_MIN * from)) continue;
    if (most === undefined || to / from > most.to / most.from) most = { layer, from, to };
  }
  return most;
}

function bytesOf({ layer, bytes }: NeededLayer): number {
  return layer.holds === "values" || hasUnknownLengths(layer.chunks) ? Number.NaN : bytes;
}

function lineForTasks({ kind, chunks }: Layer): string {
  const spec = `.rechunk([${chunks.map(() => '"auto"').join(", ")}])`;
  if (kind === "rechunk") return `write ${spec}, which makes blocks of up to 128 MiB`;
  if (kind === "contract") return `write ${spec} after both operands, so that fewer blocks meet`;
  return `write ${spec} before it, so that it reads fewer and larger blocks`;
}

function lineForBytes({ kind }: Layer): string {
  if (kind === "take") {
    return (
      "it repeats elements: where others meet them, write groupBy(x, labels).subtract(values), " +
      "which repeats none"
    );
  }
  if (kind === "blockwise") {
    return (
      "it meets all with all: where that is summed afterwards, write " +
      'einsum("i,j->i", x, y) or matmul, which make no product'
    );
  }
  return "reduce or slice before it, so that less is repeated";
}
