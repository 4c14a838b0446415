// A few tasks of each layer of a graph, as samples for all of them: their inputs and results, and
// the memory that they take while they run.
import { blockCount, contiguousStrides, numBlocks } from "../../graph/model/chunks.js";
import { outputBytes } from "../../graph/model/output-bytes.js";
import { workingBytes } from "../../graph/model/working-bytes.js";
import type { NeededLayer } from "../../graph/tasks/count-tasks.js";

/** One task of a layer. */
export interface TaskSample {
  readonly block: number;
  /** Bytes of its operands, each as often as it is read, and of its result. */
  readonly movedBytes: number;
  /** Bytes of its operands, each once, of its result, and of its kernel's scratch memory. */
  readonly heldBytes: number;
}

/** Samples of each layer; none for layers that make nothing. */
export function sampleTasks(
  needed: readonly NeededLayer[],
): ReadonlyMap<NeededLayer, readonly TaskSample[]> {
  return new Map(
    needed.map((each) => {
      const blocks = each.tasks === 0 ? [] : [...sampleBlocks(each)];
      return [each, blocks.map((block) => sampleOf(each, block))];
    }),
  );
}

/**
 * Blocks that are samples of a layer: the first two that are needed, of which one may read a block
 * twice, and the largest.
 */
function sampleBlocks({ layer: { chunks }, isNeeded }: NeededLayer): Set<number> {
  const count = blockCount(chunks);
  const next = (from: number) => {
    let block = from;
    while (block < count && !isNeeded(block)) block++;
    return block;
  };
  const first = next(0);
  const strides = contiguousStrides(numBlocks(chunks));
  const largest = chunks.reduce((block, lengths, axis) => {
    const most = lengths.reduce((max, length) => Math.max(max, length), 0);
    return block + Math.max(0, lengths.indexOf(most)) * (strides[axis] as number);
  }, 0);
  const blocks = [first, next(first + 1), largest];
  return new Set(blocks.filter((block) => block < count && isNeeded(block)));
}

function sampleOf({ layer, inputs, dependencies }: NeededLayer, block: number): TaskSample {
  let readBytes = 0;
  const operands = new Map<string, number>();
  dependencies(block, (input, operand) => {
    // A layer that reads blocks of its own has one more input: itself.
    const bytes = outputBytes(inputs[input] ?? layer, operand);
    readBytes += bytes;
    operands.set(`${input} ${operand}`, bytes);
  });
  const distinctBytes = [...operands.values()].reduce((sum, bytes) => sum + bytes, 0);
  const made = outputBytes(layer, block);
  return {
    block,
    movedBytes: readBytes + made,
    heldBytes: distinctBytes + made + workingBytes(layer, distinctBytes, made),
  };
}
