// The active controller: decides on `next`, appends, and answers when what it decided is committed.
// Standbys and the time after a restart are the same fold, fed by what the quorum has committed.

import { assert, type Clock, type Epoch, type NodeId, type Random } from "@odradek/base";
import {
  applyBatch,
  applyInTransaction,
  type ClusterImage,
  EMPTY_STATE,
  metadataBatch,
  type MetadataSnapshot,
  type MetadataState,
  recordVersion,
} from "@odradek/metadata";
import { LiveConfig, type ResolvedConfig } from "@odradek/metadata/configs/mod";
import { readBatches } from "@odradek/protocol/records/batch";
import type { RecordDraft } from "@odradek/protocol/records/builder";
import { Refusal } from "@odradek/protocol/refusal";
import {
  decodeMetadataRecord,
  encodeMetadataRecord,
  type MetadataRecordDraft,
} from "@odradek/protocol/schemas/metadata/mod";
import { BATCH_RECORDS_MAX, type Circumstances, type Decision } from "./decide/decision.ts";
import type { Committed, Quorum } from "./quorum/quorum.ts";
import type { LoadedSnapshot } from "./snapshots/load.ts";

/** Who follows the metadata: the reactors of this node, its main thread. */
export interface MetadataFollower {
  /** Committed batches, in order, each once. */
  follow(bytes: Uint8Array, endOffset: number): void;
  /** Takes the place of everything before; the batches behind it follow. */
  restore(snapshot: MetadataSnapshot): void;
}

export interface ControllerOptions {
  readonly nodeId: NodeId;
  readonly clusterId: string;
  /** As it was at start. */
  readonly config: ResolvedConfig;
  readonly clock: Clock;
  readonly random: Random;
  readonly followers: readonly MetadataFollower[];
  /** Carried out by each new active controller before it serves anybody. */
  readonly claims: readonly ((next: ClusterImage, given: Circumstances) => Decision<unknown>)[];
  /**
   * Committed records contradict each other, and going on would fork the image; or the first
   * records of a new active controller cannot be made.
   */
  readonly fatal: (error: unknown) => void;
  /** Told when this node becomes the active controller, and when it is it no more. */
  readonly activity: (isActive: boolean) => void;
}

/** What `next` was when so much had been appended. */
interface Version {
  readonly endOffset: number;
  readonly state: MetadataState;
}

/** Records of one batch, as they are written, and what `next` is after them. */
interface Proposal {
  readonly records: readonly RecordDraft[];
  readonly state: MetadataState;
}

/** What an active controller that ended in the middle of a transaction has left (KIP-868). */
const decideAbort = (): Decision<undefined> => ({
  records: [{ type: "AbortTransactionRecord", reason: "The controller has changed" }],
  reply: undefined,
});

export class Controller implements Committed {
  readonly #options: ControllerOptions;
  readonly #config: LiveConfig;
  #quorum: Quorum | undefined;
  #next: MetadataState = EMPTY_STATE;
  #committed: MetadataState = EMPTY_STATE;
  #versions: Version[] = [];
  /** That this node leads the quorum in; it is active when its claims are committed. */
  #epoch: Epoch | undefined;
  #isActive = false;
  /** Decisions wait here while the log rolls. */
  #turn: Promise<void> = Promise.resolve();
  readonly #active = Promise.withResolvers<void>();

  constructor(options: ControllerOptions) {
    this.#options = options;
    this.#config = new LiveConfig(options.config, options.nodeId);
  }

  /** The quorum whose listener this is. */
  attach(quorum: Quorum): void {
    this.#quorum = quorum;
  }

  /** What is committed: what everybody else sees. */
  get image(): ClusterImage {
    return this.#committed.image;
  }

  /** With the records of a transaction that has not ended. */
  get committedState(): MetadataState {
    return this.#committed;
  }

  /** That this node leads the quorum in. */
  get epoch(): Epoch | undefined {
    return this.#epoch;
  }

  get isActive(): boolean {
    return this.#isActive;
  }

  /** Resolves when this node serves as the active controller for the first time. */
  get whenActive(): Promise<void> {
    return this.#active.promise;
  }

  /**
   * Decides, and resolves with the reply when the decision and everything before it is committed.
   * Rejects with Refusal: what the decision refuses, or NOT_CONTROLLER.
   */
  decide<Reply>(
    decision: (next: ClusterImage, given: Circumstances) => Decision<Reply>,
  ): Promise<Reply> {
    if (!this.isActive) return Promise.reject(new Refusal("NOT_CONTROLLER"));
    return this.#decideInTurn(decision);
  }

  async #decideInTurn<Reply>(
    decision: (next: ClusterImage, given: Circumstances) => Decision<Reply>,
  ): Promise<Reply> {
    const quorum = this.#quorum;
    assert(quorum !== undefined, "A controller has a quorum");
    while (quorum.rolling !== undefined) await quorum.rolling;
    const { clusterId, clock, random } = this.#options;
    const now = clock.now();
    const nextOffset = quorum.endOffset;
    this.#config.follow(this.#next.image);
    const config = this.#config.current;
    const given: Circumstances = { now, random, config, clusterId, nextOffset };
    const { records, reply } = decision(this.#next.image, given);
    if (records.length === 0) await quorum.whenCommitted(nextOffset);
    else await this.#append(quorum, records, now);
    return reply;
  }

  async #append(
    quorum: Quorum,
    drafts: readonly MetadataRecordDraft[],
    now: number,
  ): Promise<void> {
    const committed: Promise<void>[] = [];
    for (const { records, state } of proposals(this.#next, drafts)) {
      const isCommitted = quorum.propose(records, now);
      if (isCommitted === undefined) {
        committed.push(Promise.reject(new Refusal("NOT_CONTROLLER")));
        break;
      }
      committed.push(isCommitted);
      const { endOffset, epoch } = quorum;
      this.#next = { ...state, image: { ...state.image, endOffset, epoch } };
      this.#versions.push({ endOffset, state: this.#next });
    }
    await Promise.all(committed);
  }

  committed(bytes: Uint8Array, endOffset: number): void {
    try {
      for (const batch of readBatches(bytes)) {
        const [version] = this.#versions;
        if (version?.endOffset === batch.nextOffset) {
          this.#committed = version.state;
          this.#versions.shift();
        } else this.#committed = applyBatch(this.#committed, metadataBatch(batch));
      }
    } catch (error) {
      return this.#options.fatal(error);
    }
    if (this.#versions.length === 0) this.#next = this.#committed;
    for (const follower of this.#options.followers) follower.follow(bytes, endOffset);
  }

  /** Takes the place of everything that was committed before. */
  restore({ bytes, endOffset, epoch }: MetadataSnapshot, state: MetadataState): void {
    this.#versions = [];
    this.#committed = state;
    this.#next = state;
    for (const follower of this.#options.followers) follower.restore({ bytes, endOffset, epoch });
  }

  restored(snapshot: LoadedSnapshot): void {
    this.restore(snapshot, snapshot.state);
  }

  leads(epoch: Epoch | undefined): void {
    this.#versions = [];
    this.#next = this.#committed;
    this.#epoch = epoch;
    if (this.#isActive) this.#options.activity(false);
    this.#isActive = false;
    if (epoch !== undefined) this.#turn = this.#turn.then(() => this.#claim(epoch));
  }

  /** A new active controller first writes what must be there, then serves. */
  async #claim(epoch: Epoch): Promise<void> {
    const abort = this.#next.unfinished === undefined ? [] : [decideAbort];
    try {
      for (const claim of [...abort, ...this.#options.claims]) await this.#decideInTurn(claim);
    } catch (error) {
      if (!(error instanceof Refusal)) this.#options.fatal(error);
      return;
    }
    if (this.#epoch !== epoch) return;
    this.#isActive = true;
    this.#options.activity(true);
    this.#active.resolve();
  }
}

/** Each record is applied as its readers will, for the next one is written by what it says. */
function proposals(before: MetadataState, drafts: readonly MetadataRecordDraft[]): Proposal[] {
  const made: Proposal[] = [];
  let state = before;
  for (let at = 0; at < drafts.length; at += BATCH_RECORDS_MAX) {
    const records = drafts.slice(at, at + BATCH_RECORDS_MAX).map((draft) => {
      const version = recordVersion(draft.type, state.unfinished ?? state.image);
      const value = encodeMetadataRecord(draft, version);
      state = applyInTransaction(state, decodeMetadataRecord(value));
      return { key: null, value };
    });
    made.push({ records, state });
  }
  return made;
}
