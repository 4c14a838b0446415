// Writes the JavaScript of one loop. In the text `p<stream>_<depth>`, `q<stream>` and
// `q<stream>_<lane>` point at elements, `n<depth>` are extents and `t<stream>_<depth>` strides;
// lanes are the elements that one turn of the innermost loop handles. Values are one text each, or
// two for complex numbers.
import { type DType, isBigInt, isComplex } from "../../base/dtype.js";
import type { ProgramNode } from "../../graph/model/program.js";
import { castCode, constantCode, type Value } from "./cast-code.js";
import { type LoopShape, ROW_TILE } from "./loop-plan.js";
import type { LoopReduction, LoopSpec } from "./loop-spec.js";
import { parameterCode } from "./program-constants.js";
import type { FoldCode, SearchCode } from "./reduce-code.js";
import { programCode, scalarLibrary } from "./scalar-code.js";

/** Programs longer than this are not unrolled: they hide the loop's cost anyway. */
const UNROLL_NODES_MAX = 24;
const UNROLL = 4;
/**
 * Lines walked together where an operand is transposed: a cache line of doubles is used at once.
 */
const TRANSPOSED_LINES = 8;
/**
 * Fewer where nothing is written along the way: the processor fetches ahead for a few lines only.
 */
const TRANSPOSED_LINES_SCALAR = 4;
/** Sums are emptied into their totals after this many additions: blocked summation. */
const BLOCKED_STEPS = 64;

/** The text of the pointer of a stream. */
type Pointer = (stream: number) => string;

/** Writes the text of the loop that `spec` describes. */
export class LoopWriter {
  private readonly lines: string[] = [];
  private readonly spec: LoopSpec;
  private readonly shape: LoopShape;
  private readonly lanes: number;
  /** Depths of the first inner axis, and of the innermost one. */
  private readonly pair: number;
  private readonly inner: number;

  constructor(spec: LoopSpec) {
    this.spec = spec;
    this.shape = spec.shape;
    const ordered = spec.reduce?.code.type === "search";
    const long = spec.program.nodes.length > UNROLL_NODES_MAX;
    const complex = spec.reduce !== undefined && isComplex(spec.reduce.code.register);
    this.lanes = ordered || long || complex ? 1 : this.unrolled();
    this.pair = this.shape.outerKept + this.shape.outerReduced;
    this.inner = this.pair + (this.shape.paired ? 1 : 0);
  }

  private unrolled(): number {
    if (!this.shape.transposed) return UNROLL;
    return this.shape.gathering === "scalar" ? TRANSPOSED_LINES_SCALAR : TRANSPOSED_LINES;
  }

  /** The body of a function of `lib`, `row` and `totals` that returns the loop. */
  write(): string {
    this.put(`const { ${Object.keys(scalarLibrary).join(", ")} } = lib;`);
    this.put("return (extents, strides, starts, data, tile, count, fieldStride, constants) => {");
    this.prelude();
    const { outerKept } = this.shape;
    const start: Pointer = (s) => `p${s}_0`;
    this.loops(0, outerKept, start, (pointer) => {
      const reduce = this.spec.reduce;
      if (reduce === undefined) {
        this.tiles(pointer, () =>
          this.pairLoop(
            (s) => `q${s}`,
            (lanes) => this.store(lanes),
          ),
        );
      } else if (reduce.code.type === "fold") {
        if (this.shape.gathering === "row")
          this.tiles(pointer, () => this.foldRow(reduce, reduce.code as FoldCode));
        else this.foldScalar(pointer, reduce, reduce.code);
      } else if (this.shape.gathering === "row") {
        this.tiles(pointer, () => this.searchRow(reduce, reduce.code as SearchCode));
      } else {
        this.searchScalar(pointer, reduce, reduce.code);
      }
    });
    this.put("};");
    return this.lines.join("\n");
  }

  private put(...lines: string[]): void {
    this.lines.push(...lines);
  }

  private each(text: (stream: number) => string): string {
    return this.shape.inner.map((_, stream) => text(stream)).join(" ");
  }

  private prelude(): void {
    for (let depth = 0; depth <= this.inner; depth++) {
      this.put(`const n${depth} = extents[${depth}] | 0;`);
      this.put(
        this.each((s) => `const t${s}_${depth} = ${this.whole(s, `strides[${s}][${depth}]`)};`),
      );
    }
    this.put(this.spec.dtypes.map((_, s) => `const d${s} = data[${s}];`).join(" "));
    this.put(this.each((s) => `const p${s}_0 = ${this.whole(s, `starts[${s}]`)};`));
    const { program, constants } = this.spec;
    for (const [n, place] of constants.places) {
      const { dtype } = program.nodes[n] as ProgramNode;
      this.put(`const c${n} = ${parameterCode(dtype, place)};`);
    }
  }

  private inMemory(stream: number): boolean {
    return stream < this.spec.dtypes.length;
  }

  /** `text` as a 32-bit integer where it counts elements in memory; other counts may be larger. */
  private whole(stream: number, text: string): string {
    return this.inMemory(stream) ? `${text} | 0` : text;
  }

  private product(stream: number, x: string, y: string): string {
    return this.inMemory(stream) ? `Math.imul(${x}, ${y})` : `(${x}) * ${y}`;
  }

  /** Plain loops over the axes from depth `from` to before `to`. */
  private loops(from: number, to: number, start: Pointer, body: (pointer: Pointer) => void): void {
    let pointer = start;
    for (let depth = from; depth < to; depth++) {
      const outside = pointer;
      pointer = (s) => `p${s}_${depth + 1}`;
      const inside = pointer;
      this.put(`for (let i${depth} = 0; i${depth} < n${depth}; i${depth}++) {`);
      this.put(
        this.each((s) => {
          const moved = `${outside(s)} + ${this.product(s, `i${depth}`, `t${s}_${depth}`)}`;
          return `const ${inside(s)} = ${this.whole(s, moved)};`;
        }),
      );
    }
    body(pointer);
    for (let depth = from; depth < to; depth++) this.put("}");
  }

  /** Pieces of the innermost axis, with pointers `q<stream>` at their beginning. */
  private tiles(pointer: Pointer, body: () => void): void {
    const n = `n${this.inner}`;
    this.put(
      `for (let j0 = 0; j0 < ${n}; j0 = j0 + tile | 0) {`,
      `const width = Math.min(tile, ${n} - j0) | 0;`,
    );
    this.put(
      this.each((s) => {
        if (this.shape.inner[s] === "none") return `const q${s} = ${pointer(s)};`;
        const moved = `${pointer(s)} + ${this.product(s, "j0", `t${s}_${this.inner}`)}`;
        return `const q${s} = ${this.whole(s, moved)};`;
      }),
    );
    body();
    this.put("}");
  }

  /** The loop over the paired axis, several lines at a time and then one by one. */
  private pairLoop(pointer: Pointer, body: (lanes: number) => void): void {
    const n = this.shape.paired ? `n${this.pair}` : "1";
    const allLanes = this.lanes === 1 || !this.shape.paired ? [1] : [this.lanes, 1];
    this.put("let i = 0;");
    for (const lanes of allLanes) {
      this.put(`for (; i <= ${n} - ${lanes}; i += ${lanes}) {`);
      for (let lane = 0; lane < lanes; lane++) {
        this.put(
          this.each((s) => {
            if (this.shape.pair[s] === "none") return `const q${s}_${lane} = ${pointer(s)};`;
            const moved = `${pointer(s)} + ${this.product(s, `i + ${lane}`, `t${s}_${this.pair}`)}`;
            return `const q${s}_${lane} = ${this.whole(s, moved)};`;
          }),
        );
      }
      body(this.shape.paired ? lanes : this.lanes);
      this.put("}");
    }
  }

  /**
   * The innermost loop. With a pair the lanes are lines, without one neighbours along this axis.
   */
  private innerLoop(lanes: number, body: (lanes: number) => void): void {
    for (let lane = 0; lane < (this.shape.paired ? lanes : 1); lane++) {
      this.put(this.hoistedLoads(lane));
    }
    this.put("let j = 0;");
    for (const step of this.shape.paired || lanes === 1 ? [1] : [lanes, 1]) {
      this.put(`for (; j <= width - ${step}; j = j + ${step} | 0) {`);
      body(this.shape.paired ? lanes : step);
      this.put("}");
    }
  }

  /** Elements that stay the same along the innermost axis are read before it. */
  private hoistedLoads(lane: number): string {
    const load = (s: number) => {
      if (s === 0 || this.shape.inner[s] !== "none") return "";
      const elements = this.element(s, `q${s}_${lane}`);
      const names = this.hoisted(s, lane);
      return `const ${names.map((name, part) => `${name} = ${elements[part]}`).join(", ")};`;
    };
    return this.spec.dtypes.map((_, s) => load(s)).join(" ");
  }

  private hoisted(stream: number, lane: number): Value {
    return register(`h${stream}_${lane}`, this.spec.dtypes[stream] as DType);
  }

  /** The element of a stream in memory at `at`. */
  private element(stream: number, at: string): Value {
    if (!isComplex(this.spec.dtypes[stream] as DType)) return [`d${stream}[${at}]`];
    return [`d${stream}[(${at}) << 1]`, `d${stream}[((${at}) << 1) + 1]`];
  }

  /** Writes `value` to the output at `at`. */
  private writeValue(at: string, value: Value): void {
    this.element(0, at).forEach((element, part) => {
      this.put(`${element} = ${value[part]};`);
    });
  }

  /** Where `stream` points in lane `lane` of the innermost loop's body. */
  private at(stream: number, lane: number): string {
    const same = this.shape.sameAs[stream] as number;
    const base = `q${same}_${this.shape.paired ? lane : 0}`;
    const j = this.shape.paired || lane === 0 ? "j" : `j + ${lane}`;
    switch (this.shape.inner[same]) {
      case "none":
        return base;
      case "unit":
        return this.whole(same, `${base} + ${j}`);
      default:
        return this.whole(same, `${base} + ${this.product(same, j, `t${same}_${this.inner}`)}`);
    }
  }

  /** The program's statements for each lane; returns the names of their results. */
  private evaluate(lanes: number): Value[] {
    return Array.from({ length: lanes }, (_, lane) => {
      const load = (operand: number) => {
        const stream = operand + 1;
        return this.shape.inner[stream] === "none"
          ? this.hoisted(stream, this.shape.paired ? lane : 0)
          : this.element(stream, this.at(stream, lane));
      };
      const position = (axis: number) =>
        `(${this.at(this.spec.positionStreams.get(axis) as number, lane)})`;
      const { program, constants } = this.spec;
      const parameter = (n: number) => (constants.places.has(n) ? `c${n}` : undefined);
      const reads = { load, position, parameter };
      const { statements, result } = programCode(program, reads, `_${lane}`);
      this.put(...statements);
      return result;
    });
  }

  private store(lanes: number): void {
    this.innerLoop(lanes, (step) => {
      this.evaluate(step).forEach((value, lane) => {
        this.writeValue(this.at(0, lane), value);
      });
    });
  }

  private foldScalar(pointer: Pointer, reduce: LoopReduction, fold: FoldCode): void {
    const { outerKept } = this.shape;
    const identity = constantCode(fold.register, fold.identity);
    const part = register("part", fold.register);
    const total = register("total", fold.total ?? fold.register);
    const zero = constantCode(fold.total ?? fold.register, fold.identity);
    this.put(`let ${declared(part, identity)}, ${declared(total, zero)}, steps = 0;`);
    this.loops(outerKept, this.pair, pointer, (inside) => {
      this.tiles(inside, () => {
        this.pairLoop(
          (s) => `q${s}`,
          (lanes) => {
            const gathered = Array.from({ length: lanes }, (_, lane) =>
              register(`g${lane}`, fold.register),
            );
            this.put(`let ${gathered.map((g) => declared(g, identity)).join(", ")};`);
            this.innerLoop(lanes, (step) => {
              this.evaluate(step).forEach((value, lane) => {
                const g = gathered[lane] as Value;
                this.put(assignment(g, fold.combine(g, fold.map(value))));
              });
            });
            this.put(assignment(part, fold.combine(part, pairwise(gathered, fold))));
            if (fold.total !== undefined) {
              this.everySteps(`${added(total, part, fold)} ${assignment(part, identity)}`);
            }
          },
        );
      });
    });
    this.writeValue(pointer(0), this.finished(reduce, fold, part, total));
  }

  /** The value to write for the folded `part`, joined with the `total` before it. */
  private finished(reduce: LoopReduction, fold: FoldCode, part: Value, total: Value): Value {
    if (fold.total === undefined) return reduce.writes(part, fold.register);
    const wide = widened(part, fold);
    const sums = total.map((text, i) => `(${text} + ${wide[i]})`);
    return reduce.writes(sums, fold.total);
  }

  private foldRow(reduce: LoopReduction, fold: FoldCode): void {
    const { outerKept } = this.shape;
    const row = rowRegister("row", fold.register);
    const totals = rowRegister("totals", fold.total ?? fold.register);
    const identity = constantCode(fold.register, fold.identity);
    const empty = assignment(row, identity);
    const emptyTotals = assignment(totals, constantCode(fold.total ?? "float64", fold.identity));
    const begin = fold.total === undefined ? empty : `${empty} ${emptyTotals}`;
    this.put(`for (let j = 0; j < width; j++) { ${begin} }`, "let steps = 0;");
    this.loops(
      outerKept,
      this.pair,
      (s) => `q${s}`,
      (inside) => {
        this.put("{");
        this.pairLoop(inside, (lanes) => {
          this.innerLoop(lanes, (step) => {
            const values = this.evaluate(step).map(fold.map);
            // Sums join neighbours first, for the rounding's sake. An extreme is compared with the
            // row first: that comparison can be predicted, one among new values cannot.
            const gathered =
              fold.total !== undefined
                ? fold.combine(row, pairwise(values, fold))
                : values.reduce(fold.combine, row);
            this.put(assignment(row, gathered));
          });
          if (fold.total !== undefined) {
            this.everySteps(
              `for (let j = 0; j < width; j++) { ${added(totals, row, fold)} ${empty} }`,
            );
          }
        });
        this.put("}");
      },
    );
    this.put("for (let j = 0; j < width; j++) {");
    this.writeValue(this.rowOutput(), this.finished(reduce, fold, row, totals));
    this.put("}");
  }

  /** Runs `statement` once in that many additions. */
  private everySteps(statement: string): void {
    this.put(`if (++steps === ${BLOCKED_STEPS}) { steps = 0; ${statement} }`);
  }

  private rowOutput(): string {
    return this.shape.inner[0] === "none" ? "q0" : `q0 + j * t0_${this.inner}`;
  }

  private searchScalar(pointer: Pointer, reduce: LoopReduction, search: SearchCode): void {
    const { outerKept } = this.shape;
    this.put(`let best = ${constantCode(search.register, search.identity)[0]};`);
    this.put(`let place = ${pointer(reduce.searchStream)};`);
    this.loops(outerKept, this.pair, pointer, (inside) => {
      this.tiles(inside, () => {
        this.pairLoop(
          (s) => `q${s}`,
          (lanes) => {
            this.innerLoop(lanes, (step) => this.search("best", "place", step, reduce, search));
          },
        );
      });
    });
    this.writeFound(pointer(0), "best", "place", reduce);
  }

  private searchRow(reduce: LoopReduction, search: SearchCode): void {
    const { outerKept } = this.shape;
    const [identity] = constantCode(search.register, search.identity);
    this.put(
      "for (let j = 0; j < width; j++) {",
      `row[j] = ${identity};`,
      `totals[j] = q${reduce.searchStream};`,
      "}",
    );
    this.loops(
      outerKept,
      this.pair,
      (s) => `q${s}`,
      (inside) => {
        this.put("{");
        this.pairLoop(inside, (lanes) => {
          this.innerLoop(lanes, (step) => this.search("row[j]", "totals[j]", step, reduce, search));
        });
        this.put("}");
      },
    );
    this.put("for (let j = 0; j < width; j++) {");
    this.writeFound(this.rowOutput(), "row[j]", "totals[j]", reduce);
    this.put("}");
  }

  /** One step of a search: better values, and the first NaN, take the place. */
  private search(
    best: string,
    place: string,
    lanes: number,
    reduce: LoopReduction,
    search: SearchCode,
  ): void {
    this.evaluate(lanes).forEach((evaluated, lane) => {
      const [value] = search.map(evaluated);
      this.put(
        `if (!(${value} ${search.stays} ${best}) && ${best} === ${best}) {`,
        `${best} = ${value};`,
        `${place} = ${this.at(reduce.searchStream, lane)};`,
        "}",
      );
    });
  }

  private writeFound(at: string, best: string, place: string, reduce: LoopReduction): void {
    const [found] = reduce.writes([place], "float64");
    if (reduce.finish === "result") this.put(`d0[${at}] = ${found};`);
    else this.put(`d0[${at}] = ${best};`, `d0[${at} + fieldStride] = ${found};`);
  }
}

/** The variables that hold a value of `dtype`. */
function register(name: string, dtype: DType): Value {
  return isComplex(dtype) ? [name, `${name}i`] : [name];
}

/** The places of a row that hold value number `j`. */
function rowRegister(name: string, dtype: DType): Value {
  return isComplex(dtype) ? [`${name}[j]`, `${name}[j + ${ROW_TILE}]`] : [`${name}[j]`];
}

function declared(names: Value, values: Value): string {
  return names.map((name, part) => `${name} = ${values[part]}`).join(", ");
}

/** Assigns `values`, whose texts may name the targets: all are read before any is written. */
function assignment(targets: Value, values: Value): string {
  if (targets.length === 1) return `${targets[0]} = ${values[0]};`;
  const kept = targets.map((_, part) => `next${part} = ${values[part]}`).join(", ");
  const moved = targets.map((target, part) => `${target} = next${part};`).join(" ");
  return `{ const ${kept}; ${moved} }`;
}

/** Adds `part` to `total`, part by part. */
function added(total: Value, part: Value, fold: FoldCode): string {
  const wide = widened(part, fold);
  return total.map((text, i) => `${text} += ${wide[i]};`).join(" ");
}

/** A part of a sum of integers as a BigInt; other values unchanged. */
function widened(part: Value, { register: from, total = from }: FoldCode): Value {
  return isBigInt(total) ? castCode(part, "int32", total) : part;
}

/** The combination of `values` in a balanced tree. */
function pairwise(values: readonly Value[], fold: FoldCode): Value {
  if (values.length === 1) return values[0] as Value;
  const middle = values.length >> 1;
  return fold.combine(
    pairwise(values.slice(0, middle), fold),
    pairwise(values.slice(middle), fold),
  );
}
