import fc from "fast-check";
import { expect, it } from "vitest";
import type { DType } from "../../../src/base/dtype.js";
import { typedView } from "../../../src/base/dtype.js";
import type { ContractLayer, SourceLayer } from "../../../src/graph/model/layer.js";
import { nameLayer } from "../../../src/graph/model/naming.js";
import { describeBackends } from "../backends.js";
import { computeWhole, dataSource, regular } from "../layers.js";

/** Letters for labels: `ij,jk->ik`. */
interface Contraction {
  readonly text: string;
  readonly lengths: Readonly<Record<string, number>>;
  readonly blocks: Readonly<Record<string, number>>;
  readonly dtype: DType;
  readonly group: number;
}

function operand(c: Contraction, labels: string, salt: number): SourceLayer {
  const shape = [...labels].map((label) => c.lengths[label] as number);
  const size = shape.reduce((n, length) => n * length, 1);
  const data = typedView(c.dtype, new ArrayBuffer(8 * size), 0, size);
  for (let i = 0; i < size; i++) {
    data[i] =
      c.dtype === "bool"
        ? Number((i * salt) % 5 === 0)
        : ((i * salt) % 17) - (c.dtype === "uint8" ? 0 : 8);
  }
  const chunks = regular(
    shape,
    [...labels].map((label) => c.blocks[label] as number),
  );
  return dataSource(c.dtype, data, chunks);
}

/** The contraction by its kernels, groups added up, and by a naive loop. */
function both(c: Contraction): { computed: number[]; expected: number[] } {
  const [inputs = "", outputLabels = ""] = c.text.split("->");
  const [leftLabels = "", rightLabels = ""] = inputs.split(",");
  const numbers = (labels: string) => [...labels].map((label) => label.charCodeAt(0));
  const left = operand(c, leftLabels, 7);
  const right = operand(c, rightLabels, 11);
  const contracted = [...leftLabels].filter(
    (l) => rightLabels.includes(l) && !outputLabels.includes(l),
  );
  const first = contracted[0];
  const blocks =
    first === undefined ? 1 : Math.ceil((c.lengths[first] as number) / (c.blocks[first] as number));
  const groups = Math.ceil(blocks / c.group);
  const shape = [...outputLabels].map((label) => c.lengths[label] as number);
  const layer = nameLayer<ContractLayer>("contract", {
    kind: "contract",
    inputs: [left.name, right.name],
    chunks: [
      ...regular(
        shape,
        [...outputLabels].map((label) => c.blocks[label] as number),
      ),
      new Array<number>(groups).fill(1),
    ],
    dtype: c.dtype,
    operands: [0, 1],
    leftLabels: numbers(leftLabels),
    rightLabels: numbers(rightLabels),
    outputLabels: numbers(outputLabels),
    contractGroup: c.group,
  });
  const { values } = computeWhole([left, right, layer]);
  const size = shape.reduce((n, length) => n * length, 1);
  const computed = Array.from({ length: size }, (_, i) =>
    values
      .slice(i * groups, (i + 1) * groups)
      .reduce((sum, value) => combine(c.dtype, sum, value), 0),
  );
  return { computed, expected: naive(c, [leftLabels, rightLabels, outputLabels], left, right) };
}

function combine(dtype: DType, sum: number, value: number): number {
  if (dtype === "bool") return sum | value;
  if (dtype === "uint8") return (sum + value) & 255;
  return dtype === "int32" ? (sum + value) | 0 : sum + value;
}

function naive(
  c: Contraction,
  labels: readonly string[],
  left: SourceLayer,
  right: SourceLayer,
): number[] {
  const [leftLabels = "", rightLabels = "", outputLabels = ""] = labels;
  const all = [...new Set([...outputLabels, ...leftLabels, ...rightLabels])];
  const data = [left, right].map((source) =>
    source.generator.type === "data" ? source.generator.data : [],
  );
  const place = (names: string, index: ReadonlyMap<string, number>) =>
    [...names].reduce(
      (at, label) => at * (c.lengths[label] as number) + (index.get(label) as number),
      0,
    );
  const result = new Array<number>(
    [...outputLabels].reduce((n, l) => n * (c.lengths[l] as number), 1),
  ).fill(0);
  const visit = (depth: number, index: Map<string, number>): void => {
    const label = all[depth];
    if (label === undefined) {
      const x = data[0]?.[place(leftLabels, index)] as number;
      const y = data[1]?.[place(rightLabels, index)] as number;
      const at = place(outputLabels, index);
      result[at] = combine(c.dtype, result[at] as number, c.dtype === "bool" ? x & y : x * y);
      return;
    }
    for (let i = 0; i < (c.lengths[label] as number); i++) visit(depth + 1, index.set(label, i));
  };
  visit(0, new Map());
  return result;
}

describeBackends("contractions", (backend) => {
  const texts = [
    "ij,jk->ik",
    "ji,kj->ki",
    "i,i->",
    "i,j->ij",
    "ij,j->i",
    "bij,bjk->bik",
    "ijk,kjl->il",
    "ijk,jlk->li",
    "ijb,bkj->kbi",
    "abij,bajk->iabk",
  ];
  it.each(texts)("%s, in any blocks and dtype", (text) => {
    const labels = [...new Set(text.replace(/\W/g, ""))];
    const lengths = fc.record(
      Object.fromEntries(labels.map((label) => [label, fc.integer({ min: 1, max: 7 })])),
    );
    const sizes = fc.record(
      Object.fromEntries(labels.map((label) => [label, fc.integer({ min: 1, max: 7 })])),
    );
    const dtypes = fc.constantFrom<DType>("float64", "float32", "int32", "uint8", "bool");
    fc.assert(
      fc.property(lengths, sizes, dtypes, fc.integer({ min: 1, max: 3 }), (l, b, dtype, group) => {
        const { computed, expected } = both({ text, lengths: l, blocks: b, dtype, group });
        expect(computed).toEqual(expected);
      }),
      { numRuns: 25 },
    );
  });

  const ours = it.skipIf(backend === "system BLAS");
  ours.each(["float64", "float32"] as const)("larger than a tile, %s", (dtype) => {
    const lengths = { i: 1030, j: 260, k: 9 };
    const { computed, expected } = both({
      text: "ij,jk->ik",
      lengths,
      blocks: lengths,
      dtype,
      group: 1,
    });
    expect(computed).toEqual(expected);
  });

  it("multiplies int32 with wrapping", () => {
    const make = (value: number) => dataSource("int32", Int32Array.of(value), [[1], [1]]);
    const left = make(2_000_000_011);
    const right = dataSource("int32", Int32Array.of(1_999_999_973), [[1], [1]]);
    const layer = nameLayer<ContractLayer>("contract", {
      kind: "contract",
      inputs: [left.name, right.name],
      chunks: [[1], [1], [1]],
      dtype: "int32",
      operands: [0, 1],
      leftLabels: [0, 1],
      rightLabels: [1, 2],
      outputLabels: [0, 2],
      contractGroup: 1,
    });
    expect(computeWhole([left, right, layer]).values).toEqual([
      Math.imul(2_000_000_011, 1_999_999_973),
    ]);
  });
});
