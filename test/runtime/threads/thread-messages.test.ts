import { describe, expect, it } from "vitest";
import { TaskReader, TaskWriter } from "../../../src/runtime/threads/thread-messages.js";

/** Everything that a reader finds. */
function readAll(words: Int32Array): number[] {
  const reader = new TaskReader(words);
  const numbers: number[] = [];
  while (!reader.isAtEnd) numbers.push(reader.next());
  return numbers;
}

describe("TaskWriter and TaskReader", () => {
  it("carry records of any number of operands, batch by batch", () => {
    const writer = new TaskWriter();
    writer.write(7, 3, { bufferId: 1, byteOffset: 16 }, []);
    writer.write(8, 4, { bufferId: 2, byteOffset: 0 }, [{ bufferId: 1, byteOffset: 16 }]);
    expect(readAll(writer.take())).toEqual([7, 3, 1, 16, 0, 0, 8, 4, 2, 0, 0, 1, 1, 16]);
    expect(writer.isEmpty).toBe(true);
    const operands = Array.from({ length: 500 }, (_, i) => ({ bufferId: i, byteOffset: 8 * i }));
    writer.write(9, 5, { bufferId: 3, byteOffset: 32, roomBytes: 4096 }, operands);
    const words = readAll(writer.take());
    expect(words.slice(0, 8)).toEqual([9, 5, 3, 32, 4096, 500, 0, 0]);
    expect(words.slice(-2)).toEqual([499, 8 * 499]);
  });
});
