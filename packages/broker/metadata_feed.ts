// The metadata as one thread of a broker follows it: committed batches fold into its own image, and
// the thread's partitions follow the image. What was applied counts when both have.

import { reason } from "@odradek/base";
import {
  applyBatch,
  type ClusterImage,
  EMPTY_STATE,
  metadataBatches,
  type MetadataSnapshot,
  type MetadataState,
  snapshotState,
} from "@odradek/metadata";

export interface MetadataFeedOptions {
  /** Brings what depends on the image to it; one call after the other, the newest image each. */
  readonly apply: (image: ClusterImage) => Promise<void>;
  /** Everything below this offset is applied. */
  readonly applied: (endOffset: number) => void;
  /** A batch could not be read: it is left out, and the rest goes on. */
  readonly warn: (message: string, error: unknown) => void;
}

export class MetadataFeed {
  readonly #options: MetadataFeedOptions;
  #state: MetadataState = EMPTY_STATE;
  #applied: ClusterImage = EMPTY_STATE.image;
  #isApplying = false;
  /** By the offset that they wait for. */
  #waiting: { readonly endOffset: number; readonly resolve: () => void }[] = [];
  /** Batches that could not be applied. */
  errors = 0;

  constructor(options: MetadataFeedOptions) {
    this.#options = options;
  }

  /** What depends on it has followed: a topic that it shows is served. */
  get image(): ClusterImage {
    return this.#applied;
  }

  /** Resolves when everything below an offset is applied; undefined: it is. */
  until(endOffset: number): Promise<void> | undefined {
    if (this.#applied.endOffset >= endOffset) return undefined;
    return new Promise((resolve) => this.#waiting.push({ endOffset, resolve }));
  }

  /** Everything below it has come, and may not be applied yet. */
  get knownEndOffset(): number {
    return this.#state.image.endOffset;
  }

  /** Committed batches, in order, each once. */
  follow(bytes: Uint8Array, endOffset: number): void {
    try {
      for (const batch of metadataBatches(bytes)) this.#state = applyBatch(this.#state, batch);
    } catch (error) {
      this.errors++;
      const message = `Metadata below offset ${endOffset} could not be applied: ${reason(error)}`;
      this.#options.warn(message, error);
      const image = { ...this.#state.image, endOffset };
      this.#state = { ...this.#state, image };
    }
    void this.#apply();
  }

  /** Takes the place of everything before; the batches behind it follow. */
  restore(snapshot: MetadataSnapshot): void {
    const { endOffset } = snapshot;
    try {
      this.#state = snapshotState(snapshot);
    } catch (error) {
      this.errors++;
      const what = `The snapshot of the metadata below offset ${endOffset}`;
      this.#options.warn(`${what} could not be applied: ${reason(error)}`, error);
      this.#state = { ...this.#state, image: { ...this.#state.image, endOffset } };
    }
    void this.#apply();
  }

  async #apply(): Promise<void> {
    if (this.#isApplying) return;
    this.#isApplying = true;
    try {
      let image: ClusterImage;
      do {
        image = this.#state.image;
        await this.#options.apply(image);
        this.#applied = image;
        this.#wake();
        this.#options.applied(image.endOffset);
      } while (image !== this.#state.image);
    } finally {
      this.#isApplying = false;
    }
  }

  #wake(): void {
    const due = this.#waiting.filter(({ endOffset }) => endOffset <= this.#applied.endOffset);
    if (due.length === 0) return;
    this.#waiting = this.#waiting.filter(({ endOffset }) => endOffset > this.#applied.endOffset);
    for (const { resolve } of due) resolve();
  }
}
