import { setImmediate } from "node:timers/promises";
import { UnreadableFile } from "./unreadable-file.ts";

const PIECE_BYTES = 64 * 1024;
/** So often others get their turn: a file that comes faster than it is read would keep the process to itself. */
const PIECES_IN_A_ROW = 8;

/**
 * A file of UTF-8 as text, piece by piece, without a byte order mark.
 *
 * @throws {UnreadableFile} where it is no UTF-8
 */
export async function* readText(stream: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let line = 1;
  let pieces = 0;
  for await (const chunk of stream) {
    for (let first = 0; first < chunk.length; first += PIECE_BYTES) {
      const piece = chunk.subarray(first, first + PIECE_BYTES);
      const text = decode(decoder, piece, line);
      line += linesIn(text);
      yield text;
      pieces += 1;
      if (pieces % PIECES_IN_A_ROW === 0) await setImmediate();
    }
  }
  yield decode(decoder, undefined, line);
}

function decode(decoder: TextDecoder, piece: Uint8Array | undefined, line: number): string {
  try {
    return piece === undefined ? decoder.decode() : decoder.decode(piece, { stream: true });
  } catch {
    const before = piece === undefined ? "" : (new TextDecoder().decode(piece).split("\uFFFD", 1)[0] ?? "");
    throw new UnreadableFile(
      `The file is not in UTF-8: line ${line + linesIn(before)} has other bytes. Save it as "CSV UTF-8".`,
    );
  }
}

function linesIn(text: string): number {
  let lines = 0;
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) lines += 1;
  return lines;
}
