// The public interface of graphs: graphs of collections, and the types of layers and of their
// carriers and executors.
export type { LayerTerms } from "./model/annotations.js";
export type { CallArgument, HasCallArgument } from "./model/calls-layer.js";
export type { Chunks } from "./model/chunks.js";
export type { DistributionName, Draw, ListDraw } from "./model/distribution.js";
export type {
  GroupedRows,
  GroupPlaces,
  GroupReduction,
  GroupRoutine,
  GroupState,
} from "./model/group-routine.js";
export type {
  AxisSelection,
  BarrierLayer,
  BlockwiseLayer,
  CallsLayer,
  ConcatenateLayer,
  ContractLayer,
  FusedLayer,
  FusedStep,
  FusedStepLayer,
  GateLayer,
  Layer,
  LayerBase,
  LayerKind,
  LayerName,
  LayerOperand,
  MapBlocksLayer,
  Margin,
  PartitionsLayer,
  PersistedLayer,
  PickLayer,
  QueryLayer,
  Reach,
  RechunkLayer,
  ReshapeLayer,
  RootLayer,
  RoutineLayer,
  SliceLayer,
  SourceLayer,
  SourceRegion,
  StoreLayer,
  TakeLayer,
  TreeReduceLayer,
} from "./model/layer.js";
export type { LayerGraph, LayerGraphAttributes, OperandAttributes } from "./model/layer-graph.js";
export type { LayerNode } from "./model/layer-node.js";
export type { MatrixRoutine } from "./model/matrix-routine.js";
export type { Operation, OperationTable } from "./model/operations.js";
export type {
  MeasureName,
  PartitionFeed,
  PartitionSplit,
  PartitionStep,
  PartitionTarget,
  TextEncoding,
  TextFeed,
  TextPacking,
} from "./model/partition-steps.js";
export type { Program, ProgramNode, UniformNode } from "./model/program.js";
export type {
  FolderColumn,
  QueryColumn,
  QueryScan,
  QueryTable,
  QueryTarget,
  RowGroupBound,
} from "./model/query-tables.js";
export type { Digit, QuantileMethod, Quantiles, RankRoutine } from "./model/rank-routine.js";
export type { Reduction, ReductionName } from "./model/reduction.js";
export type { Resources, Shares } from "./model/resources.js";
export type { FourierKind, Routine, ScanName, SlidReduction } from "./model/routine.js";
export type { SourceGenerator } from "./model/source-generator.js";
export type { StoreTarget } from "./model/store-target.js";
export type { Passes, PassName, PassSwitches } from "./passes/optimize.js";
export type { LayerPass } from "./passes/user-pass.js";
export type { BarrierOptions } from "./ports/barriers.js";
export {
  type Assembling,
  COLLECTION,
  type Collection,
  type CollectionParts,
  type CompositeParts,
} from "./ports/collection.js";
export { type GraphOptions, layerGraph, taskGraph } from "./ports/collection-graphs.js";
export type {
  BlockConsumer,
  ComputeStatistics,
  Executor,
  LayerProgress,
  LostWorker,
  MemoryInUse,
  PersistHandle,
  PersistRunOptions,
  ProgressReport,
  RunOptions,
} from "./ports/executor.js";
export {
  type BindOptions,
  bind,
  type CloneOptions,
  clone,
  type OneOrMore,
  waitOn,
} from "./ports/graph-manipulation.js";
export type { JobLimits, JobOptions } from "./ports/job-options.js";
export type { ExplainOptions, VisualizeOptions } from "./ports/visualizer.js";
export type { TaskAttributes, TaskGraph, TaskGraphAttributes } from "./tasks/task-graph.js";
