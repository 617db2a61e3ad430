// Calls on partitions of several reactors: each part goes to the reactor that owns it, and the
// answers come back in the order of the calls. With one reactor nothing of this is used.

import type { Uuid } from "@odradek/base";
import type { EpochEnd } from "@odradek/log";
import type { FoundOffset } from "../partitions/offsets.ts";
import { isRefused, type Outcome } from "../partitions/refused.ts";
import type {
  AppendAnswer,
  AppendCall,
  AppendTerms,
  DeleteAnswer,
  DeleteCall,
  DeleteTerms,
  EpochCall,
  FetchAnswer,
  FetchCall,
  FetchLimits,
  LocatedAnswer,
  MaybePromise,
  OffsetCall,
  Outcomes,
  PartitionRef,
  PartitionService,
  ProducersAnswer,
  WaitTerms,
} from "../partitions/service.ts";

export class RoutedPartitions implements PartitionService {
  readonly #services: readonly PartitionService[];
  readonly #ownerOf: (topicId: Uuid, partition: number) => number;

  /** One service for each reactor, by its number. */
  constructor(
    services: readonly PartitionService[],
    ownerOf: (topicId: Uuid, partition: number) => number,
  ) {
    this.#services = services;
    this.#ownerOf = ownerOf;
  }

  append(calls: readonly AppendCall[], terms: AppendTerms): MaybePromise<Outcomes<AppendAnswer>> {
    return this.#spread(calls, (service, part) => service.append(part, terms));
  }

  /** Every owner gives as much as all may have; what is too much is given back here. */
  fetch(calls: readonly FetchCall[], limits: FetchLimits): MaybePromise<Outcomes<FetchAnswer>> {
    const answers = this.#spread(calls, (service, part) => service.fetch(part, limits));
    if (answers instanceof Promise) return answers.then((all) => trimmed(all, calls, limits));
    return answers;
  }

  async waitForData(calls: readonly FetchCall[], terms: WaitTerms): Promise<void> {
    const parts = this.#split(calls);
    const [only] = parts;
    if (only !== undefined && parts.length === 1) {
      return await only.service.waitForData(only.calls, terms);
    }
    // None of them knows what the others have: any of them having more than was read is worth
    // another look. Counted from the read on, for a wait may begin only after what it waits for.
    const others = new AbortController();
    const signal = AbortSignal.any([terms.signal, others.signal]);
    try {
      await Promise.race(parts.map(({ service, calls: part, places }) => {
        const bytesFound = places.map((place) => terms.bytesFound[place] ?? 0);
        const bytesMin = bytesFound.reduce((sum, bytes) => sum + bytes, 1);
        return service.waitForData(part, { ...terms, bytesMin, bytesFound, signal });
      }));
    } finally {
      others.abort();
    }
  }

  async offsets(calls: readonly OffsetCall[]): Promise<Outcomes<FoundOffset>> {
    return await this.#spread(calls, (service, part) => service.offsets(part));
  }

  epochEnds(calls: readonly EpochCall[]): MaybePromise<Outcomes<EpochEnd>> {
    return this.#spread(calls, (service, part) => service.epochEnds(part));
  }

  async deleteRecords(
    calls: readonly DeleteCall[],
    terms: DeleteTerms,
  ): Promise<Outcomes<DeleteAnswer>> {
    return await this.#spread(calls, (service, part) => service.deleteRecords(part, terms));
  }

  producers(calls: readonly PartitionRef[]): MaybePromise<Outcomes<ProducersAnswer>> {
    return this.#spread(calls, (service, part) => service.producers(part));
  }

  located(calls: readonly PartitionRef[]): MaybePromise<Outcomes<LocatedAnswer>> {
    return this.#spread(calls, (service, part) => service.located(part));
  }

  #split<C extends PartitionRef>(calls: readonly C[]) {
    const parts = new Map<number, { calls: C[]; places: number[] }>();
    calls.forEach((call, place) => {
      const owner = this.#ownerOf(call.topicId, call.partition);
      const part = parts.get(owner) ?? { calls: [], places: [] };
      part.calls.push(call);
      part.places.push(place);
      parts.set(owner, part);
    });
    return [...parts].map(([owner, part]) => ({
      ...part,
      service: this.#services[owner] as PartitionService,
    }));
  }

  #spread<C extends PartitionRef, T>(
    calls: readonly C[],
    ask: (service: PartitionService, part: readonly C[]) => MaybePromise<readonly T[]>,
  ): MaybePromise<readonly T[]> {
    const parts = this.#split(calls);
    const [only] = parts;
    if (only === undefined) return [];
    if (parts.length === 1) return ask(only.service, only.calls);
    const asked = parts.map((part) => ask(part.service, part.calls));
    return Promise.all(asked).then((answered) => {
      const all: T[] = [];
      parts.forEach(({ places }, i) =>
        places.forEach((place, j) => (all[place] = answered[i]?.[j] as T))
      );
      return all;
    });
  }
}

/**
 * In the order of the request: the first batch in any case, then as much as may be. Each owner has
 * let its own first partition exceed its limit; only the first of all may.
 */
function trimmed(
  answers: Outcomes<FetchAnswer>,
  calls: readonly FetchCall[],
  { bytesMax }: FetchLimits,
): Outcomes<FetchAnswer> {
  let left = bytesMax;
  let hasFirst = false;
  return answers.map((answer, i): Outcome<FetchAnswer> => {
    if (isRefused(answer) || answer.lease === undefined) return answer;
    if (hasFirst && answer.sizeBytes > Math.min(left, calls[i]?.bytesMax ?? 0)) {
      answer.lease.release();
      return { ...answer, lease: undefined, sizeBytes: 0 };
    }
    hasFirst = true;
    left -= answer.sizeBytes;
    return answer;
  });
}
