// What the core says to other replicas and hears from them, between its values and the requests and
// answers that travel. Answers keep no order: each is known by its number.

import type { Lease } from "@odradek/base";
import type { PartitionLog } from "@odradek/log";
import type { Logger } from "@odradek/network";
import { Refusal } from "@odradek/protocol/refusal";
import type {
  Event,
  FetchResponse,
  RaftRequest,
  RaftResponse,
  Reply,
  Send,
  VoterChange,
  VotersChanged,
} from "@odradek/raft";
import { describeBatches } from "./control_batches.ts";
import type { Outsider } from "./outsider.ts";
import { NoAnswer, type RemoteAnswer, type Replicas } from "./replicas.ts";

/** What came along with an answer, for the effects of its step. */
export interface Payload {
  readonly records?: Uint8Array | undefined;
  readonly slice?: Uint8Array | undefined;
}

/** What another replica is answered. */
export interface Served {
  readonly response: RaftResponse;
  /** Records of a Fetch, to be released when they are sent. */
  readonly lease: Lease | undefined;
}

export interface ConversationsOptions {
  readonly step: (event: Event, payload?: Payload) => void;
  readonly replicas: Replicas;
  readonly log: PartitionLog;
  readonly outsider: Outsider;
  readonly logger: Logger;
}

/** Of one answer. */
const FETCH_BYTES_MAX = 8 * 1024 * 1024;

interface Asker {
  resolve(served: Served): void;
  reject(cause: Error): void;
}

interface Changer {
  resolve(endOffset: number): void;
  reject(cause: Error): void;
}

export class Conversations {
  readonly #options: ConversationsOptions;
  readonly #askers = new Map<number, Asker>();
  readonly #changers = new Map<number, Changer>();
  /** What is under way to say that this node leads no more. */
  #ends: Promise<unknown>[] = [];
  #token = 0;

  constructor(options: ConversationsOptions) {
    this.#options = options;
  }

  /** As `Outsider` has it. */
  get refusal(): Refusal | undefined {
    return this.#options.outsider.refusal;
  }

  serve(request: RaftRequest): Promise<Served> {
    return new Promise((resolve, reject) => {
      const token = ++this.#token;
      this.#askers.set(token, { resolve, reject });
      this.#options.step({ type: "asked", token, request });
    });
  }

  /** Resolves with the offset below which everything must be committed. */
  changeVoters(change: VoterChange["change"]): Promise<number> {
    return new Promise((resolve, reject) => {
      const token = ++this.#token;
      this.#changers.set(token, { resolve, reject });
      this.#options.step({ type: "voterChange", token, change });
    });
  }

  votersChanged({ token, outcome }: VotersChanged): void {
    const changer = this.#changers.get(token);
    this.#changers.delete(token);
    if ("refused" in outcome) changer?.reject(new Refusal(outcome.refused));
    else changer?.resolve(outcome.endOffset);
  }

  async reply({ token, response }: Reply): Promise<void> {
    const asker = this.#askers.get(token);
    this.#askers.delete(token);
    if (asker === undefined) return;
    asker.resolve({ response, lease: await this.#records(response) });
  }

  /** What the core has said to be available, as far as it still is. */
  async #records(response: RaftResponse): Promise<Lease | undefined> {
    if (response.type !== "fetch" || response.result?.is !== "available") return undefined;
    const { log } = this.#options;
    const { from } = response.result;
    const upTo = Math.min(response.result.upTo, log.endOffset);
    if (from < log.startOffset || from >= upTo) return undefined;
    const bytesMax = FETCH_BYTES_MAX;
    const { lease } = await log.read({ offset: from, upTo, bytesMax, minOneBatch: true });
    return lease;
  }

  send({ to, correlation, request }: Send): void {
    const { replicas, step, outsider, logger } = this.#options;
    const asked = replicas.ask(to, request).then(
      (answer) => {
        outsider.taken();
        this.#answered({ to, correlation, request } as Send, answer);
      },
      async (error: unknown) => {
        if (error instanceof Refusal) await outsider.refused(to, error);
        else if (!(error instanceof NoAnswer)) {
          logger.warn({ err: error, node: to }, `Node ${to} does not answer ${request.type}`);
        }
        const isGone = error instanceof NoAnswer && error.isGone;
        step({ type: "unanswered", from: to, correlation, isGone });
      },
    );
    if (request.type === "endQuorumEpoch") this.#ends.push(asked);
  }

  #answered({ to, correlation, request }: Send, { response, bytes }: RemoteAnswer): void {
    const { step, logger } = this.#options;
    const event = { type: "answered", from: to, correlation } as const;
    if (response.type === "fetchSnapshot") return step({ ...event, response }, { slice: bytes });
    if (response.type !== "fetch" || bytes === undefined || request.type !== "fetch") {
      return step({ ...event, response });
    }
    try {
      const [described, payload] = recordsOf(bytes, request.fetchOffset, response);
      step({ ...event, response: described }, payload);
    } catch (error) {
      logger.error({ err: error, node: to }, `Records of node ${to} cannot be used`);
      step({ type: "unanswered", from: to, correlation, isGone: false });
    }
  }

  /** Resolves when all others know, or can't be told, that this node leads no more. */
  async told(): Promise<void> {
    await Promise.all(this.#ends);
  }

  stop(): void {
    this.#options.outsider.stop();
    const cause = new Refusal("BROKER_NOT_AVAILABLE");
    for (const { reject } of this.#askers.values()) reject(cause);
    for (const { reject } of this.#changers.values()) reject(cause);
    this.#askers.clear();
    this.#changers.clear();
  }
}

function recordsOf(
  bytes: Uint8Array,
  from: Parameters<typeof describeBatches>[1],
  response: FetchResponse,
): [FetchResponse, Payload] {
  const { batches, prefixes, voters } = describeBatches(bytes, from);
  const length = batches.reduce((sum, batch) => sum + batch.bytes.length, 0);
  const result = { is: "records", prefixes, voters } as const;
  return [{ ...response, result }, { records: bytes.subarray(0, length) }];
}
