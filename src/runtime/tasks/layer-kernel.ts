// Chooses the code that computes a block of a layer: kernels/ for arithmetic, and the files'
// readers and writers here, which may have to wait.
import { defined } from "../../base/assert.js";
import type { Block } from "../../base/block.js";
import { readNpyBlock } from "../../formats/npy/read-npy.js";
import { writeNpyBlock } from "../../formats/npy/write-npy.js";
import { checkStored } from "../../formats/npz/check-stored.js";
import { readDeflatedBlock } from "../../formats/npz/read-deflated.js";
import type {
  GateLayer,
  Layer,
  QueryLayer,
  SourceLayer,
  StoreLayer,
} from "../../graph/model/layer.js";
import { callsFunctions, functionsOf } from "../../graph/model/layer-functions.js";
import type { SourceGenerator } from "../../graph/model/source-generator.js";
import type { StoreTarget } from "../../graph/model/store-target.js";
import { compileDynamic, compileLayer } from "../../kernels/compile-layer.js";
import { compileFused } from "../../kernels/fused-blocks.js";
import { prepareShipped } from "../../shipping/ship-function.js";
import { type CallKernel, callKernel } from "./call-kernel.js";
import { partitionsKernel } from "./partitions-kernel.js";

/** As a kernel of kernels/, but for the promise that it may return: then it ends with that. */
export type LayerKernel = (
  block: number,
  operands: readonly Block[],
  output: Block,
) => void | Promise<void>;

/**
 * The kernel of `layer`.
 *
 * @param inputs the layers named by `layer.inputs`, in that order
 */
export function layerKernel(layer: Layer, inputs: readonly Layer[]): LayerKernel {
  if (layer.kind === "source") return sourceKernel(layer);
  if (layer.kind === "store") return storeKernel(layer, defined(inputs[0], "what is stored"));
  if (layer.kind === "fused") {
    return whenPrepared(layer, () => compileFused(layer, inputs, layerKernel));
  }
  if (layer.kind === "gate" && layer.root !== undefined) {
    return behindGate(layer, layerKernel(layer.root, []));
  }
  return whenPrepared(layer, () => compileLayer(layer, inputs));
}

/** The same for a layer whose blocks are as large as they turn out. */
export function dynamicLayerKernel(layer: Layer, inputs: readonly Layer[]): CallKernel {
  if (layer.kind === "calls") return whenPrepared(layer, () => callKernel(layer, inputs));
  if (layer.kind === "partitions") return whenPrepared(layer, () => partitionsKernel(layer));
  if (layer.kind === "query") return loadedQuery(layer);
  if (layer.kind === "gate" && layer.root !== undefined) {
    return behindGate(layer, dynamicLayerKernel(layer.root, []));
  }
  return whenPrepared(layer, () => compileDynamic(layer, inputs));
}

/** The kernel of a root, which does not see the barrier that its block waited for. */
function behindGate<Rest extends unknown[], Result>(
  { inputs }: GateLayer,
  kernel: (block: number, operands: readonly Block[], ...rest: Rest) => Result,
): typeof kernel {
  const waits = inputs.length;
  if (waits === 0) return kernel;
  return (block, operands, ...rest) => kernel(block, operands.slice(0, -waits), ...rest);
}

/**
 * The kernel of a layer that may call functions of users: the modules that a block's functions
 * import are loaded before the kernel is made and before it runs.
 */
function whenPrepared<Rest extends unknown[], Result>(
  layer: Layer,
  make: () => (block: number, ...rest: Rest) => Result | Promise<Result>,
): (block: number, ...rest: Rest) => Result | Promise<Result> {
  if (!callsFunctions(layer)) return make();
  let kernel: ReturnType<typeof make> | undefined;
  return (block, ...rest) => {
    const run = (): Result | Promise<Result> => (kernel ??= make())(block, ...rest);
    const waits = functionsOf(layer, block).flatMap(
      (used) => ("bytes" in used && prepareShipped(used)) || [],
    );
    return waits.length === 0 ? run() : Promise.all(waits).then(run);
  };
}

function sourceKernel(layer: SourceLayer): LayerKernel {
  switch (layer.generator.type) {
    case "npy": {
      const { generator } = layer;
      if (generator.timeoutMs !== undefined) return loaded(loadRemoteNpy(layer, generator));
      return (block, _operands, output) => {
        if (block === 0) checkStored(generator);
        readNpyBlock(layer, block, output);
      };
    }
    case "deflated": {
      const { generator } = layer;
      return (block, _operands, output) => readDeflatedBlock(layer, generator, block, output);
    }
    case "zarr":
      return loaded(loadZarrSource(layer, layer.generator));
    case "hdf5":
      return loaded(loadHdf5Source(layer, layer.generator));
    case "geotiff":
      return loaded(loadGeoTiffSource(layer, layer.generator));
    case "images":
      return loaded(loadImagesSource(layer, layer.generator));
    default:
      return compileLayer(layer, []);
  }
}

function storeKernel({ target }: StoreLayer, input: Layer): LayerKernel {
  const write =
    target.type === "zarr" ? loaded(loadZarrWriter(target, input)) : npyWriter(target, input);
  return (block, operands, output) => {
    output.data[output.offset] = 1;
    return write(block, operands, output);
  };
}

function npyWriter(target: Extract<StoreTarget, { type: "npy" }>, input: Layer): LayerKernel {
  return (block, operands) =>
    writeNpyBlock(target, input.chunks, block, defined(operands[0], "a block to store"));
}

// The codecs are loaded by the first task that needs them: every thread starts without.

async function loadZarrSource(
  layer: SourceLayer,
  generator: Extract<SourceGenerator, { type: "zarr" }>,
): Promise<LayerKernel> {
  const { zarrSourceKernel } = await import("../../formats/zarr/read-zarr.js");
  return zarrSourceKernel(layer, generator);
}

async function loadRemoteNpy(
  layer: SourceLayer,
  generator: Extract<SourceGenerator, { type: "npy" }>,
): Promise<LayerKernel> {
  const { readRemoteNpyBlock } = await import("../../formats/npy/read-remote-npy.js");
  return (block, _operands, output) => readRemoteNpyBlock(layer, generator, block, output);
}

async function loadHdf5Source(
  layer: SourceLayer,
  generator: Extract<SourceGenerator, { type: "hdf5" }>,
): Promise<LayerKernel> {
  const { readHdf5Block } = await import("../../formats/hdf5/read-hdf5.js");
  return (block, _operands, output) => readHdf5Block(layer, generator, block, output);
}

async function loadGeoTiffSource(
  layer: SourceLayer,
  generator: Extract<SourceGenerator, { type: "geotiff" }>,
): Promise<LayerKernel> {
  const { geoTiffSourceKernel } = await import("../../formats/geotiff/read-geotiff.js");
  return geoTiffSourceKernel(layer, generator);
}

async function loadImagesSource(
  layer: SourceLayer,
  generator: Extract<SourceGenerator, { type: "images" }>,
): Promise<LayerKernel> {
  const { readImagesBlock } = await import("../../formats/images/read-images.js");
  return (block, _operands, output) => readImagesBlock(layer, generator, block, output);
}

async function loadZarrWriter(
  target: Extract<StoreTarget, { type: "zarr" }>,
  input: Layer,
): Promise<LayerKernel> {
  const { zarrWriter } = await import("../../formats/zarr/write-zarr.js");
  const write = zarrWriter(target, input.chunks);
  return (block, operands) => write(block, defined(operands[0], "a block to store"));
}

/** The engine is loaded by the first task that needs it: every thread starts without. */
function loadedQuery(layer: QueryLayer): CallKernel {
  return async (block, operands, allocate) => {
    const { runQuery } = await import("../../engine/query-kernel.js");
    return runQuery(layer, block, operands, allocate);
  };
}

function loaded(loading: Promise<LayerKernel>): LayerKernel {
  // The first task reports a failure.
  loading.catch(() => undefined);
  return async (block, operands, output) => (await loading)(block, operands, output);
}
