// The events of one history out of its files, one line at a time, however large they are: of
// several, by their times.

import { Fault, reason } from "@odradek/base";
import { createReadStream } from "node:fs";
import { type HistoryEvent, readEvent } from "./events.ts";
import { HistoryCheck, type HistoryCheckOptions, type HistoryReport } from "./history.ts";

/** Fault as `eventsOf`. */
export async function checkFiles(
  paths: readonly string[],
  options?: HistoryCheckOptions,
): Promise<HistoryReport> {
  const check = new HistoryCheck(options);
  for await (const event of eventsOf(paths)) check.add(event);
  return check.finish();
}

/** Fault "corrupt" if a line is no event; "configuration" if a file cannot be read. */
export async function* eventsOf(paths: readonly string[]): AsyncGenerator<HistoryEvent> {
  const mustHaveTime = paths.length > 1;
  const heads: Head[] = [];
  for (const path of paths) {
    await advance({ pieces: piecesOf(path, mustHaveTime), events: [], at: 0 }, heads);
  }
  for (let first = earliest(heads); first !== undefined; first = earliest(heads)) {
    yield first.events[first.at++] as HistoryEvent;
    if (first.at < first.events.length) continue;
    heads.splice(heads.indexOf(first), 1);
    await advance(first, heads);
  }
}

/** Of one file: what was read of it, and how far that was given out. */
interface Head {
  readonly pieces: AsyncGenerator<HistoryEvent[]>;
  events: readonly HistoryEvent[];
  at: number;
}

async function advance(head: Head, heads: Head[]): Promise<void> {
  for (;;) {
    const { value: events, done } = await head.pieces.next();
    if (done === true) return;
    if (events.length === 0) continue;
    [head.events, head.at] = [events, 0];
    heads.push(head);
    return;
  }
}

function earliest(heads: readonly Head[]): Head | undefined {
  let first = heads[0];
  for (const head of heads) if (timeOf(head) < timeOf(first as Head)) first = head;
  return first;
}

function timeOf({ events, at }: Head): number {
  return events[at]?.time ?? 0;
}

/** The events of as many lines at a time as come together. */
async function* piecesOf(path: string, mustHaveTime: boolean): AsyncGenerator<HistoryEvent[]> {
  let number = 0;
  let rest = "";
  const read = (line: string): HistoryEvent[] => {
    number++;
    if (line.trim() === "") return [];
    const where = `${path}:${number}`;
    const event = readEvent(line, where);
    if (mustHaveTime && event.time === undefined) {
      throw new Fault("corrupt", `${where} has no time: several files are one history by it`);
    }
    return [event];
  };
  for await (const text of textsOf(path)) {
    const lines = `${rest}${text}`.split("\n");
    rest = lines.pop() ?? "";
    yield lines.flatMap(read);
  }
  yield read(rest);
}

async function* textsOf(path: string): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  try {
    const input: AsyncIterable<Uint8Array> = path === "-" ? process.stdin : createReadStream(path);
    for await (const bytes of input) yield decoder.decode(bytes, { stream: true });
    yield decoder.decode();
  } catch (cause) {
    throw new Fault("configuration", `Cannot read "${path}": ${reason(cause)}`, { cause });
  }
}
