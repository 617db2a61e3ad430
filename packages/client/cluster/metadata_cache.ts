// What the client knows of the topics that it uses: asked for when it is needed, old, or found to
// be wrong. However many want it, one request is under way at a time.

import type { Clock } from "@odradek/base";
import { BrokerRefused } from "../refused.ts";
import {
  type ClusterView,
  type MetadataAnswer,
  NOTHING_KNOWN,
  type TopicView,
  viewAfter,
} from "./view.ts";

export interface MetadataCacheOptions {
  readonly clock: Clock;
  readonly ageMsMax: number;
  /** Asks any broker for these topics. */
  readonly ask: (topics: readonly string[]) => Promise<MetadataAnswer>;
}

export class MetadataCache {
  readonly #options: MetadataCacheOptions;
  /** Of which the picture is kept. */
  readonly #names = new Set<string>();
  #view = NOTHING_KNOWN;
  #askedMs = Number.NEGATIVE_INFINITY;
  /** Requests are counted: the number of the first one that would know enough. */
  #wanted = 1;
  #begun = 0;
  #answered = 0;
  #asking: Promise<void> | undefined;

  constructor(options: MetadataCacheOptions) {
    this.#options = options;
  }

  get view(): ClusterView {
    return this.#view;
  }

  /** What is known is wrong: whoever needs it next asks. */
  invalidate(): void {
    this.#wanted = this.#begun + 1;
  }

  /** Fault "network"; BrokerRefused if the brokers do not know the topic, or will not tell. */
  async topic(name: string): Promise<TopicView> {
    if (!this.#names.has(name)) {
      this.#names.add(name);
      this.invalidate();
    }
    await this.refresh();
    const topic = this.#view.topics.get(name);
    if (topic !== undefined) return topic;
    // It may have been made since.
    this.invalidate();
    throw this.#view.refusals.get(name) ?? new BrokerRefused("UNKNOWN_TOPIC_OR_PARTITION");
  }

  /** Asks if there is a reason to. */
  async refresh(): Promise<void> {
    while (!this.isFresh) {
      this.#asking ??= this.#ask().finally(() => {
        this.#asking = undefined;
      });
      await this.#asking;
    }
  }

  /** Nothing is known to be wrong, and it is not too old. */
  get isFresh(): boolean {
    const { clock, ageMsMax } = this.#options;
    return this.#answered >= this.#wanted && clock.monotonic() - this.#askedMs <= ageMsMax;
  }

  async #ask(): Promise<void> {
    const number = ++this.#begun;
    const answer = await this.#options.ask([...this.#names]);
    this.#view = viewAfter(this.#view, answer);
    this.#answered = number;
    this.#askedMs = this.#options.clock.monotonic();
  }
}
