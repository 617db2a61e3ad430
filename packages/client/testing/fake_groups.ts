// A coordinator in memory: just enough of the classic protocol for members to be tried against. A
// rebalance ends when all members have joined, or after a while without those who have not.

import type { SimulatedClock } from "@odradek/base/testing/simulated_clock";
import { errorCode, type ErrorName } from "@odradek/protocol/errors";
import type { JoinGroup } from "@odradek/protocol/messages/join_group";
import type { SyncGroup } from "@odradek/protocol/messages/sync_group";
import type { Request } from "@odradek/protocol/schema/mod";
import { Refusal } from "@odradek/protocol/refusal";

const REBALANCE_MS = 2000;

interface FakeMember {
  readonly id: string;
  readonly instanceId: string | null;
  protocols: Request<typeof JoinGroup>["protocols"];
  joined: ((answer: JoinAnswer) => void) | undefined;
}

interface JoinAnswer {
  readonly errorCode: number;
  readonly generationId: number;
  readonly protocolName: string | null;
  readonly leader: string;
  readonly memberId: string;
  readonly members: readonly {
    readonly memberId: string;
    readonly groupInstanceId: string | null;
    readonly metadata: Uint8Array;
  }[];
}

export class FakeGroup {
  readonly members = new Map<string, FakeMember>();
  /** By `topic partition`. */
  readonly offsets = new Map<string, number>();
  /** The same, of those that were committed with one. */
  readonly leaderEpochs = new Map<string, number>();
  generation = 0;
  state: "Empty" | "Joining" | "Syncing" | "Stable" = "Empty";
  protocol = "";
  #leader = "";
  #nextId = 1;
  #assignments = new Map<string, Uint8Array>();
  #syncing: (() => void)[] = [];
  readonly #clock: SimulatedClock;

  constructor(clock: SimulatedClock) {
    this.#clock = clock;
  }

  /** Members with what they were assigned, in the order in which they came. */
  get assignments(): [string, Uint8Array][] {
    return [...this.members.keys()].map((id) => [id, this.#assignments.get(id) ?? NONE]);
  }

  /** Other bytes than the leader gave. */
  assign(memberId: string, assignment: Uint8Array): void {
    this.#assignments.set(memberId, assignment);
  }

  join(request: Request<typeof JoinGroup>): JoinAnswer | Promise<JoinAnswer> {
    const { memberId, groupInstanceId: instanceId, protocols } = request;
    const isDynamic = memberId === "" && instanceId === null;
    if (isDynamic) return refused("MEMBER_ID_REQUIRED", `member-${this.#nextId++}`);
    const id = this.#identify(memberId, instanceId);
    const member = this.members.get(id) ?? { id, instanceId, protocols, joined: undefined };
    member.protocols = protocols;
    this.members.set(id, member);
    if (this.state !== "Joining") this.#rebalance();
    return new Promise((resolve) => {
      member.joined = resolve;
      this.#completeIfAllJoined();
    });
  }

  async sync({ memberId, generationId, assignments }: Request<typeof SyncGroup>) {
    this.check(memberId, generationId);
    if (this.state === "Joining") throw new Refusal("REBALANCE_IN_PROGRESS");
    if (memberId === this.#leader && this.state === "Syncing") {
      this.#assignments = new Map(
        assignments.map((one) => [one.memberId, one.assignment.slice()]),
      );
      this.state = "Stable";
      for (const go of this.#syncing.splice(0)) go();
    }
    if (this.state === "Syncing") await new Promise<void>((go) => this.#syncing.push(go));
    this.check(memberId, generationId);
    return this.#assignments.get(memberId) ?? NONE;
  }

  heartbeat(memberId: string, generation: number): void {
    this.check(memberId, generation);
    if (this.state === "Joining") throw new Refusal("REBALANCE_IN_PROGRESS");
  }

  leave(memberId: string): void {
    const member = this.members.get(memberId);
    if (member === undefined) throw new Refusal("UNKNOWN_MEMBER_ID");
    this.members.delete(memberId);
    member.joined?.(refused("UNKNOWN_MEMBER_ID", memberId));
    if (this.members.size === 0) this.state = "Empty";
    else if (this.state === "Joining") this.#completeIfAllJoined();
    else this.#rebalance();
  }

  check(memberId: string, generation: number): void {
    if (!this.members.has(memberId)) throw new Refusal("UNKNOWN_MEMBER_ID");
    if (generation !== this.generation) throw new Refusal("ILLEGAL_GENERATION");
  }

  #identify(memberId: string, instanceId: string | null): string {
    if (instanceId === null) return memberId;
    const owner = [...this.members.values()].find((one) => one.instanceId === instanceId);
    if (memberId !== "" && owner?.id !== memberId) throw new Refusal("FENCED_INSTANCE_ID");
    if (memberId !== "") return memberId;
    if (owner !== undefined) this.members.delete(owner.id);
    return `${instanceId}-${this.#nextId++}`;
  }

  #rebalance(): void {
    this.state = "Joining";
    for (const go of this.#syncing.splice(0)) go();
    const { generation } = this;
    this.#clock.schedule(REBALANCE_MS, () => {
      if (this.state === "Joining" && this.generation === generation) this.#complete();
    });
  }

  #completeIfAllJoined(): void {
    const isComplete = [...this.members.values()].every(({ joined }) => joined !== undefined);
    // Whoever comes at the same time is waited for.
    if (isComplete) this.#clock.schedule(1, () => this.#completeIfStill());
  }

  #completeIfStill(): void {
    const all = [...this.members.values()];
    if (this.state === "Joining" && all.every(({ joined }) => joined !== undefined)) {
      this.#complete();
    }
  }

  #complete(): void {
    for (const [id, { joined }] of this.members) if (joined === undefined) this.members.delete(id);
    const all = [...this.members.values()];
    const [first] = all;
    if (first === undefined) return void (this.state = "Empty");
    this.generation++;
    this.state = "Syncing";
    this.#leader = first.id;
    this.protocol = first.protocols.map(({ name }) => name)
      .find((name) => all.every((one) => one.protocols.some((other) => other.name === name))) ?? "";
    const members = all.map((one) => ({
      memberId: one.id,
      groupInstanceId: one.instanceId,
      metadata: one.protocols.find(({ name }) => name === this.protocol)?.metadata ?? NONE,
    }));
    for (const one of all) {
      const answer = one.id === first.id ? members : [];
      one.joined?.({
        errorCode: 0,
        generationId: this.generation,
        protocolName: this.protocol,
        leader: first.id,
        memberId: one.id,
        members: answer,
      });
      one.joined = undefined;
    }
  }
}

const NONE = new Uint8Array(0);

function refused(error: ErrorName, memberId: string): JoinAnswer {
  const code = errorCode(error);
  return { errorCode: code, generationId: -1, protocolName: "", leader: "", memberId, members: [] };
}
