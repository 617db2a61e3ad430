// One member of a group of consumers: joins, shows that it is alive, leaves (classic protocol).
//
//  join ─▶ JoinGroup ─▶ leader: assign ─▶ SyncGroup ─▶ member, heartbeats ─▶ leave
//   ▲          │ waits for all others        │               │
//   └──────────┴─────────────────────────────┴───────────────┘ rebalance, or the member is lost
//
// It joins only when it is asked to: whoever reads decides when what it has can be given up.

import { type Random, sleep, type TopicPartition } from "@odradek/base";
import { Heartbeat } from "@odradek/protocol/messages/heartbeat";
import { JoinGroup } from "@odradek/protocol/messages/join_group";
import { LeaveGroup } from "@odradek/protocol/messages/leave_group";
import { SyncGroup } from "@odradek/protocol/messages/sync_group";
import type { Response } from "@odradek/protocol/schema/mod";
import type { Cluster } from "../cluster.ts";
import { BrokerRefused, mayRetry, throwIfRefused } from "../refused.ts";
import { type AssignorName, assignorNamed } from "./assignors.ts";
import { type Given, NOTHING_GIVEN } from "./assignors/user_data.ts";
import { decodeAssignment, encodeSubscription, PROTOCOL_TYPE } from "./consumer_protocol.ts";
import { Coordinator } from "./coordinator.ts";
import { type EncodedAssignment, Leading } from "./leading.ts";
import type { Committer } from "./offsets.ts";

export interface MembershipOptions {
  readonly groupId: string;
  /** Of a static member (KIP-345); null: dynamic. */
  readonly instanceId: string | null;
  /** The most wanted first. */
  readonly assignors: readonly AssignorName[];
  readonly sessionTimeoutMs: number;
  readonly rebalanceTimeoutMs: number;
  readonly heartbeatMs: number;
}

/** What a member brings to a rebalance. */
export interface Joining {
  readonly topics: readonly string[];
  /** What it keeps meanwhile. */
  readonly owned: readonly TopicPartition[];
  readonly signal: AbortSignal;
}

type Joined = Response<typeof JoinGroup>;

/** A join is answered when all have joined: so much later than that is too late. */
const JOIN_GRACE_MS = 5000;
/** From here on several members may leave at once. */
const SEVERAL_SINCE = 3;

export class Membership {
  readonly coordinator: Coordinator;
  readonly #cluster: Cluster;
  readonly #options: MembershipOptions;
  readonly #changed: () => void;
  /** To say what cannot wait for the answer to a join. */
  readonly #aside: Coordinator;
  readonly #leading: Leading;
  #memberId = "";
  #generation = -1;
  /** Told to the assignor also when it is the member's no more. */
  #given: Given = NOTHING_GIVEN;
  #mustJoin = true;
  #isLost = false;
  #failure: BrokerRefused | undefined;
  #beating = new AbortController();

  /** `changed`: told when there is something to be done. */
  constructor(cluster: Cluster, options: MembershipOptions, changed: () => void) {
    this.#cluster = cluster;
    this.#options = options;
    this.#changed = changed;
    const lane = `member ${laneNumber(cluster.random)}` as const;
    this.coordinator = new Coordinator(cluster, options.groupId, lane);
    this.#aside = new Coordinator(cluster, options.groupId);
    this.#leading = new Leading(cluster);
  }

  /** It is to join again before it reads on. Throws what ends it for good. */
  get mustJoin(): boolean {
    if (this.#failure !== undefined) throw this.#failure;
    return this.#mustJoin;
  }

  /** The group has given its partitions to others: nothing that it read since can be committed. */
  get isLost(): boolean {
    return this.#isLost;
  }

  get committer(): Committer {
    const { instanceId } = this.#options;
    return { memberId: this.#memberId, instanceId, generation: this.#generation };
  }

  /** The partitions of topics have changed, or the topics: the group is to share them anew. */
  rejoin(): void {
    this.#mustJoin = true;
    this.#changed();
  }

  /**
   * What it is to read from now on; undefined: it has been lost with what it owned, and is to join
   * without. BrokerRefused if the group does not take it.
   */
  async join(joining: Joining): Promise<TopicPartition[] | undefined> {
    const { owned, signal } = joining;
    this.#stopBeating();
    for (;;) {
      const trying = this.coordinator.persist(
        () => this.#tryJoin(joining),
        { signal, timeoutMs: Number.POSITIVE_INFINITY },
      );
      const assigned = await unlessAborted(trying, signal);
      if (assigned === undefined) {
        if (this.#isLost && owned.length > 0) return undefined;
        continue;
      }
      this.#mustJoin = false;
      this.#isLost = false;
      this.#beating = new AbortController();
      void this.#beat(this.#beating.signal);
      return assigned;
    }
  }

  /** Whether an error means that it is not a member of the present generation any more. */
  note(error: unknown): void {
    if (!(error instanceof BrokerRefused)) return;
    switch (error.error) {
      case "UNKNOWN_MEMBER_ID":
        this.#memberId = "";
        this.#lose();
        break;
      case "ILLEGAL_GENERATION":
        this.#lose();
        break;
      case "REBALANCE_IN_PROGRESS":
        break;
      default:
        return;
    }
    this.rejoin();
  }

  /** Others get its partitions at once; those of a static member wait for it. */
  async leave(timeoutMs: number): Promise<void> {
    this.#stopBeating();
    const { groupId, instanceId } = this.#options;
    const memberId = this.#memberId;
    if (memberId === "" || instanceId !== null) return;
    this.#memberId = "";
    await this.#aside.ask(LeaveGroup, (version) => ({
      groupId,
      ...(version < SEVERAL_SINCE
        ? { memberId }
        : { members: [{ memberId, groupInstanceId: null }] }),
    }), { timeoutMs });
  }

  #lose(): void {
    this.#isLost = true;
    this.#generation = -1;
  }

  #stopBeating(): void {
    this.#beating.abort();
  }

  /** Undefined: it is to be tried again, under another name or in another generation. */
  async #tryJoin(joining: Joining): Promise<TopicPartition[] | undefined> {
    try {
      const joined = await this.#askToJoin(joining);
      // With other refusals comes none.
      if (joined.memberId !== "") this.#memberId = joined.memberId;
      throwIfRefused(joined.errorCode);
      this.#generation = joined.generationId;
      const isLeader = joined.leader === joined.memberId;
      this.#leading.end();
      const isAssigning = isLeader && !joined.skipAssignment;
      const assignments = isAssigning ? await this.#leading.assign(joined) : [];
      return await this.#sync(joined, assignments);
    } catch (error) {
      if (!(error instanceof BrokerRefused)) throw error;
      if (error.error === "MEMBER_ID_REQUIRED") return undefined;
      if (!REJOINS.has(error.error)) throw error;
      this.note(error);
      return undefined;
    }
  }

  async #askToJoin({ topics, owned }: Joining): Promise<Joined> {
    const { groupId, instanceId, sessionTimeoutMs, rebalanceTimeoutMs } = this.#options;
    return await this.coordinator.ask(JoinGroup, {
      groupId,
      sessionTimeoutMs,
      rebalanceTimeoutMs,
      memberId: this.#memberId,
      ...(instanceId === null ? {} : { groupInstanceId: instanceId }),
      protocolType: PROTOCOL_TYPE,
      protocols: this.#options.assignors.map((name) => {
        const userData = assignorNamed(name)?.userData?.(this.#given) ?? null;
        const subscription = { topics, owned, generation: this.#generation, userData };
        return { name, metadata: encodeSubscription(subscription) };
      }),
    }, { timeoutMs: rebalanceTimeoutMs + JOIN_GRACE_MS });
  }

  async #sync(
    { generationId, memberId, protocolName }: Joined,
    assignments: readonly EncodedAssignment[],
  ): Promise<TopicPartition[]> {
    const { groupId, instanceId, rebalanceTimeoutMs } = this.#options;
    const answer = await this.coordinator.ask(SyncGroup, {
      groupId,
      generationId,
      memberId,
      ...(instanceId === null ? {} : { groupInstanceId: instanceId }),
      protocolType: PROTOCOL_TYPE,
      protocolName,
      assignments: [...assignments],
    }, { timeoutMs: rebalanceTimeoutMs + JOIN_GRACE_MS });
    throwIfRefused(answer.errorCode);
    const partitions = decodeAssignment(answer.assignment);
    this.#given = { partitions, generation: generationId };
    return partitions;
  }

  /** Until the next join. */
  async #beat(signal: AbortSignal): Promise<void> {
    const { heartbeatMs } = this.#options;
    for (;;) {
      try {
        await sleep(this.#cluster.clock, heartbeatMs, signal);
        await this.#beatOnce();
        if (await this.#leading.mustAssignAnew()) this.rejoin();
      } catch (error) {
        if (signal.aborted) return;
        this.coordinator.note(error);
        this.note(error);
        if (this.#mustJoin || mayRetry(error)) continue;
        // Fenced, or not allowed any more.
        this.#failure = error instanceof BrokerRefused ? error : undefined;
        if (this.#failure === undefined) throw error;
        return this.#changed();
      }
    }
  }

  async #beatOnce(): Promise<void> {
    const { groupId, instanceId } = this.#options;
    // Lost already: the coordinator has nothing new to say.
    if (this.#isLost) return;
    const answer = await this.coordinator.ask(Heartbeat, {
      groupId,
      generationId: this.#generation,
      memberId: this.#memberId,
      ...(instanceId === null ? {} : { groupInstanceId: instanceId }),
    });
    throwIfRefused(answer.errorCode);
  }
}

const REJOINS: ReadonlySet<string> = new Set([
  "UNKNOWN_MEMBER_ID",
  "ILLEGAL_GENERATION",
  "REBALANCE_IN_PROGRESS",
]);

/** Rejects at once when the signal aborts, whatever is still under way. */
function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(signal.reason);
    if (signal.aborted) stop();
    signal.addEventListener("abort", stop, { once: true });
    const end = (): void => signal.removeEventListener("abort", stop);
    promise.then(resolve, reject).finally(end);
  });
}

/** Unlike those of other members that share the cluster. */
function laneNumber(random: Random): string {
  return random.bytes(6).toHex();
}
