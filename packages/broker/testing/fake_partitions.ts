// Partitions that answer what a test says, call by call, and remember what they were asked.

import type { EpochEnd } from "@odradek/log";
import type { FoundOffset } from "../partitions/offsets.ts";
import type { Outcome } from "../partitions/refused.ts";
import type {
  AppendAnswer,
  AppendCall,
  AppendTerms,
  DeleteAnswer,
  DeleteCall,
  EpochCall,
  FetchAnswer,
  FetchCall,
  FetchLimits,
  LocatedAnswer,
  OffsetCall,
  PartitionRef,
  PartitionService,
  ProducersAnswer,
  WaitTerms,
} from "../partitions/service.ts";

/** What each of them does; those that are absent refuse with UNKNOWN_SERVER_ERROR. */
export interface FakeAnswers {
  append?(call: AppendCall, terms: AppendTerms): Outcome<AppendAnswer>;
  fetch?(call: FetchCall, limits: FetchLimits): Outcome<FetchAnswer>;
  waitForData?(calls: readonly FetchCall[], terms: WaitTerms): Promise<void>;
  offsets?(call: OffsetCall): Outcome<FoundOffset>;
  epochEnds?(call: EpochCall): Outcome<EpochEnd>;
  deleteRecords?(call: DeleteCall): Outcome<DeleteAnswer>;
  producers?(call: PartitionRef): Outcome<ProducersAnswer>;
  located?(call: PartitionRef): Outcome<LocatedAnswer>;
}

export interface FakePartitions extends PartitionService {
  /** The calls of each time that something was asked, in order. */
  readonly asked: { readonly method: keyof PartitionService; readonly calls: unknown }[];
}

export function fakePartitions(answers: FakeAnswers = {}): FakePartitions {
  const asked: FakePartitions["asked"] = [];
  const each = <C, T>(
    method: keyof PartitionService,
    calls: readonly C[],
    answer: ((call: C) => Outcome<T>) | undefined,
  ): readonly Outcome<T>[] => {
    asked.push({ method, calls });
    return calls.map((call) => answer?.(call) ?? { refused: "UNKNOWN_SERVER_ERROR" });
  };
  const { append, fetch, waitForData, offsets, epochEnds, deleteRecords } = answers;
  const { producers, located } = answers;
  return {
    asked,
    append: (calls, terms) => each("append", calls, append && ((call) => append(call, terms))),
    fetch: (calls, limits) => each("fetch", calls, fetch && ((call) => fetch(call, limits))),
    waitForData: async (calls, terms) => {
      asked.push({ method: "waitForData", calls });
      await waitForData?.(calls, terms);
    },
    offsets: (calls) => Promise.resolve(each("offsets", calls, offsets)),
    epochEnds: (calls) => each("epochEnds", calls, epochEnds),
    deleteRecords: (calls) => Promise.resolve(each("deleteRecords", calls, deleteRecords)),
    producers: (calls) => each("producers", calls, producers),
    located: (calls) => each("located", calls, located),
  };
}

/** What a fetch has found: these bytes, of which the lease is counted. */
export function fetchedBytes(bytes: Uint8Array, released: () => void = () => undefined) {
  return {
    highWatermark: 9,
    lastStableOffset: 8,
    logStartOffset: 2,
    lease: bytes.length === 0 ? undefined : { bytes, release: released },
    sizeBytes: bytes.length,
    aborted: undefined,
    diverging: undefined,
  } satisfies FetchAnswer;
}
