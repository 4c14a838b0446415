// Files of Parquet as partitions: row groups, neighbours together where there are many, or files.
import type { ParquetFile } from "../engine/describe-files.js";

/** As many row groups as this are a partition each; more go together. */
const GROUPS = 32;

/** Up to how many bytes row groups then go together. */
const PART_BYTES = 16 << 20;

/** Rows of a file. */
export interface ParquetRun {
  readonly file: number;
  readonly from: number;
  readonly to: number;
}

/** How files are divided. */
export interface PartOptions {
  /** Row groups of one partition. */
  readonly rowGroups?: number;
  /** Files of one partition. */
  readonly filesPerPartition?: number;
}

/** Bytes on disk of some columns of a row group, by file. */
export function groupBytes(file: ParquetFile, wanted: ReadonlySet<string>): number[] {
  return file.groups.map(({ columnBytes }) =>
    [...columnBytes].reduce((sum, [name, bytes]) => sum + (wanted.has(name) ? bytes : 0), 0),
  );
}

/** The rows of each partition; one without any if there are none at all. */
export function parquetParts(
  files: readonly ParquetFile[],
  bytes: readonly (readonly number[])[],
  { rowGroups, filesPerPartition }: PartOptions,
): ParquetRun[][] {
  if (filesPerPartition !== undefined) return byFiles(files.length, filesPerPartition);
  const count = files.reduce((sum, { groups }) => sum + groups.length, 0);
  const isFull = (groups: number, size: number) =>
    rowGroups === undefined ? count <= GROUPS || size > PART_BYTES : groups > rowGroups;
  const parts = files.flatMap(({ groups }, file) => {
    const runs: { file: number; from: number; to: number }[] = [];
    let [inPart, size, row] = [0, 0, 0];
    groups.forEach(({ rows }, k) => {
      const last = runs.at(-1);
      const own = bytes[file]?.[k] ?? 0;
      if (last === undefined || isFull(inPart + 1, size + own)) {
        runs.push({ file, from: row, to: row + rows });
        [inPart, size] = [1, own];
      } else {
        last.to += rows;
        [inPart, size] = [inPart + 1, size + own];
      }
      row += rows;
    });
    return runs.map((run): ParquetRun[] => [run.to === row ? { ...run, to: Infinity } : run]);
  });
  return parts.length > 0 ? parts : [[]];
}

function byFiles(files: number, each: number): ParquetRun[][] {
  const whole = Array.from({ length: files }, (_, file) => ({ file, from: 0, to: Infinity }));
  return Array.from({ length: Math.ceil(files / each) }, (_, k) =>
    whole.slice(k * each, (k + 1) * each),
  );
}
