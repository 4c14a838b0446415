// The order in which files of tests start: those that take longest first, so that none of them runs
// alone at the end.
import type { TestSpecification } from "vitest/node";
import { BaseSequencer } from "vitest/node";

/**
 * Files that take more than 20 s on two cores, the slowest first. Vitest goes by size where it has
 * no times yet.
 */
const SLOWEST = [
  "test/package/package.test.ts",
  "test/docs.test.ts",
  "test/e2e/local-cluster.test.ts",
  "test/newcomers/waiting.test.ts",
  "test/e2e/spill.test.ts",
  "test/e2e/nested.test.ts",
  "test/e2e/demo.test.ts",
  "test/e2e/chaos.test.ts",
  "test/e2e/scaling.test.ts",
  "test/e2e/prediction.test.ts",
  "test/e2e/bad-functions.test.ts",
  "test/e2e/exchange.test.ts",
  "test/e2e/cli.test.ts",
  "test/e2e/bag.test.ts",
];

function rankOf({ moduleId }: TestSpecification): number {
  const rank = SLOWEST.findIndex((path) => moduleId.endsWith(`/${path}`));
  return rank === -1 ? SLOWEST.length : rank;
}

/** Vitest's own order, but for the slowest files of each group of projects. */
export default class SlowestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const groupOf = ({ project }: TestSpecification) => project.config.sequence.groupOrder;
    const sorted = await super.sort(files);
    return sorted.sort((a, b) => groupOf(a) - groupOf(b) || rankOf(a) - rankOf(b));
  }
}
