// What a start has to know of a partition's segments before they are used: sizes and last entries
// of all of them, and where the last one ends.

import type { DirectoryEntry, Files } from "@odradek/base";
import { readLastEntry } from "./last_entry.ts";
import { OFFSET_ENTRY_BYTES } from "./offset_index.ts";
import { type FoundParts, segmentFileName, type SegmentSuffix } from "./parts.ts";
import { Segment, type SegmentState } from "./segment.ts";
import { readAborted, segmentOffsetsAmong } from "./segment_files.ts";
import { TIME_ENTRY_BYTES } from "./time_index.ts";

export interface SegmentsSurvey {
  /** Ascending. */
  readonly states: readonly SegmentState[];
  /** Where the last one ends, 0 without any; undefined if what it ends with is no batch. */
  readonly endOffset: number | undefined;
}

/** `entries` is what lies in the directory. Makes the index files that are missing. */
export async function surveySegments(
  files: Files,
  directory: string,
  entries: readonly DirectoryEntry[],
): Promise<SegmentsSurvey> {
  const sizes = new Map(entries.map(({ name, size }) => [name, size]));
  const states: SegmentState[] = [];
  let endOffset: number | undefined = 0;
  const offsets = segmentOffsetsAmong(entries);
  for (const [i, baseOffset] of offsets.entries()) {
    const survey = new SegmentSurvey(files, directory, { baseOffset, sizes });
    const segment = await survey.open();
    if (i === offsets.length - 1) endOffset = await segment.resume();
    states.push(survey.state(segment));
    await segment.close();
  }
  return { states, endOffset };
}

const NOTHING: Required<FoundParts> = {
  sizes: { log: 0, index: 0, timeindex: 0 },
  lastOffsetEntry: undefined,
  lastTimeEntry: undefined,
  aborted: [],
};

class SegmentSurvey {
  readonly #files: Files;
  readonly #directory: string;
  readonly #baseOffset: number;
  readonly #sizes: ReadonlyMap<string, number>;
  #found: Required<FoundParts> = NOTHING;

  constructor(
    files: Files,
    directory: string,
    { baseOffset, sizes }: {
      readonly baseOffset: number;
      readonly sizes: ReadonlyMap<string, number>;
    },
  ) {
    this.#files = files;
    this.#directory = directory;
    this.#baseOffset = baseOffset;
    this.#sizes = sizes;
  }

  async open(): Promise<Segment> {
    const [files, directory, baseOffset] = [this.#files, this.#directory, this.#baseOffset];
    const last = (suffix: "index" | "timeindex", entryBytes: number) =>
      readLastEntry(files, { path: this.#path(suffix), size: this.#size(suffix) ?? 0 }, entryBytes);
    for (const suffix of ["log", "index", "timeindex"] as const) {
      const isThere = this.#size(suffix) !== undefined;
      if (!isThere) await (await files.open(this.#path(suffix), { create: true })).close();
    }
    this.#found = {
      sizes: {
        log: this.#size("log") ?? 0,
        index: this.#size("index") ?? 0,
        timeindex: this.#size("timeindex") ?? 0,
      },
      lastOffsetEntry: await last("index", OFFSET_ENTRY_BYTES),
      lastTimeEntry: await last("timeindex", TIME_ENTRY_BYTES),
      aborted: await readAborted(files, this.#path("txnindex")),
    };
    return new Segment({ files, directory, baseOffset }, 0, this.#found);
  }

  state(segment: Segment): SegmentState {
    return {
      baseOffset: this.#baseOffset,
      ...this.#found,
      ...segment.resumed,
      hasUnsyncedIndexes: false,
    };
  }

  #size(suffix: SegmentSuffix): number | undefined {
    return this.#sizes.get(segmentFileName(this.#baseOffset, suffix));
  }

  #path(suffix: SegmentSuffix): string {
    return `${this.#directory}/${segmentFileName(this.#baseOffset, suffix)}`;
  }
}
