// Groups without a runtime: commands one after the other on the fold alone, with a clock that a
// test moves by hand. Every record that is written is kept, to be read back.

import type { ErrorName } from "@odradek/protocol/errors";
import { errorName } from "@odradek/protocol/errors";
import type { GroupRecord } from "@odradek/protocol/schemas/group/mod";
import { Refusal } from "@odradek/protocol/refusal";
import { applyGroupRecord } from "../groups/apply.ts";
import type { ClassicGroup } from "../groups/classic/group.ts";
import type { GroupCommand, GroupReplies, JoinGroupCommand } from "../groups/commands.ts";
import { decideGroups } from "../groups/decide.ts";
import { type GroupsState, NO_GROUPS } from "../groups/state.ts";
import type { GroupLimits } from "../groups/turn.ts";

export const LIMITS: GroupLimits = {
  initialRebalanceDelayMs: 0,
  membersMax: 100,
  metadataLengthMax: 10,
  retentionMs: 1000,
};

export const TEST_GROUP = "g";

const CHORES: ReadonlySet<string> = new Set(["resume", "expire", "forgetTopics"]);

interface Due {
  readonly atMs: number;
  readonly command: GroupCommand;
}

/** What a call has got; undefined while it waits. */
export interface Answer {
  readonly error: ErrorName;
  /** Undefined: it was refused. */
  readonly body: GroupReplies[keyof GroupReplies] | undefined;
}

export interface Joining {
  readonly memberId?: string;
  readonly instanceId?: string | null;
  readonly version?: number;
  readonly protocolType?: string;
  /** Name and what the member says, by preference. */
  readonly protocols?: Readonly<Record<string, string>>;
  readonly sessionMs?: number;
  readonly rebalanceMs?: number;
}

export class GroupBench {
  readonly limits: GroupLimits;
  /** Wall clock and monotonic. */
  nowMs = 1_000_000;
  state: GroupsState;
  readonly log: GroupRecord[] = [];
  readonly answers = new Map<number, Answer>();
  readonly due = new Map<string, Due>();
  #nextCall = 1;
  #nextId = 1;

  constructor(limits: Partial<GroupLimits> = {}, state = NO_GROUPS) {
    this.limits = { ...LIMITS, ...limits };
    this.state = state;
  }

  /** Returns the number of the call. */
  ask(command: GroupCommand): number {
    const call = this.#nextCall++;
    // Nobody waits for what a coordinator asks itself.
    if (CHORES.has(command.type)) this.answers.set(call, { error: "NONE", body: undefined });
    try {
      this.#decide(command, call);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      this.answers.set(call, { error: error.error, body: undefined });
    }
    return call;
  }

  /** As `ask`, with what the call has got; undefined: it waits. */
  answer<C extends GroupCommand>(command: C): Answer | undefined {
    return this.answers.get(this.ask(command));
  }

  /** Lets time pass, with everything that is due. */
  pass(ms: number): void {
    const endMs = this.nowMs + ms;
    for (;;) {
      const [next] = [...this.due].sort(([, a], [, b]) => a.atMs - b.atMs);
      if (next === undefined || next[1].atMs > endMs) break;
      const [key, { atMs, command }] = next;
      this.due.delete(key);
      this.nowMs = Math.max(this.nowMs, atMs);
      this.#decide(command, 0);
    }
    this.nowMs = endMs;
  }

  get group(): ClassicGroup {
    const group = this.state.groups.get(TEST_GROUP);
    if (group === undefined) throw new Error("There is no group");
    return group;
  }

  /** `topic partition` of each offset that the group has committed. */
  get committed(): string[] {
    const { committed } = this.state.offsets.get(TEST_GROUP) ?? {};
    return [...committed ?? []].map(({ topic, partition }) => `${topic} ${partition}`).sort();
  }

  /** Calls that wait. */
  get waiting(): number[] {
    return Array.from({ length: this.#nextCall - 1 }, (_, i) => i + 1)
      .filter((call) => !this.answers.has(call));
  }

  /** The coordinator's process dies, and another reads what it has written. Who waits is let go. */
  restart(): void {
    for (const call of this.waiting) {
      this.answers.set(call, { error: "NOT_COORDINATOR", body: undefined });
    }
    this.due.clear();
    this.state = this.replayed();
    for (const { id: groupId } of this.state.groups.values()) this.ask({ type: "resume", groupId });
  }

  /** What somebody who reads the log makes of it. */
  replayed(): GroupsState {
    return this.log.reduce(
      (state, record, offset) => applyGroupRecord(state, record, { offset, producerId: -1 }),
      NO_GROUPS,
    );
  }

  joinCommand(joining: Joining = {}): JoinGroupCommand {
    const { protocols = { range: "r" } } = joining;
    return {
      type: "joinGroup",
      version: joining.version ?? 4,
      clientId: "client",
      clientHost: "/1.2.3.4",
      uuid: `${this.#nextId++}`,
      request: {
        groupId: TEST_GROUP,
        sessionTimeoutMs: joining.sessionMs ?? 10_000,
        rebalanceTimeoutMs: joining.rebalanceMs ?? 5000,
        memberId: joining.memberId ?? "",
        groupInstanceId: joining.instanceId ?? null,
        protocolType: joining.protocolType ?? "consumer",
        protocols: Object.entries(protocols)
          .map(([name, text]) => ({ name, metadata: utf8(text) })),
        reason: null,
      },
    };
  }

  /** Asks to join, with an id if one is needed first. Returns the member's id and its call. */
  join(joining: Joining = {}): { readonly memberId: string; readonly call: number } {
    const call = this.ask(this.joinCommand(joining));
    const answer = this.answers.get(call);
    if (answer?.error !== "MEMBER_ID_REQUIRED") {
      return { memberId: this.#idOf(call, joining), call };
    }
    const { memberId } = answer.body as GroupReplies["joinGroup"];
    return { memberId, call: this.ask(this.joinCommand({ ...joining, memberId })) };
  }

  /** The members' ids, in a generation whose assignment is still to come. */
  joined(...members: readonly Joining[]): string[] {
    const ids: string[] = [];
    for (const joining of members) {
      const { memberId } = this.join(joining);
      // Those who are there already come back.
      for (const [i, id] of ids.entries()) this.join({ ...members[i], memberId: id });
      ids.push(memberId);
      this.pass(0);
    }
    return ids;
  }

  /** As `joined`; each member is assigned its own id. */
  stable(...members: readonly Joining[]): string[] {
    const ids = this.joined(...members);
    this.syncAll(ids);
    return ids;
  }

  syncAll(ids: readonly string[]): void {
    const { generation, leader } = this.group;
    for (const memberId of ids) {
      const assignments = memberId === leader
        ? ids.map((id) => ({ memberId: id, assignment: utf8(id) }))
        : [];
      this.ask(this.syncCommand({ memberId, generationId: generation, assignments }));
    }
  }

  syncCommand(sync: {
    readonly memberId: string;
    readonly generationId: number;
    readonly groupInstanceId?: string | null;
    readonly protocolType?: string | null;
    readonly protocolName?: string | null;
    readonly assignments?: { memberId: string; assignment: Uint8Array }[];
  }): GroupCommand {
    return {
      type: "syncGroup",
      request: {
        groupId: TEST_GROUP,
        groupInstanceId: null,
        protocolType: null,
        protocolName: null,
        assignments: [],
        ...sync,
      },
    };
  }

  heartbeatCommand(
    memberId: string,
    generationId: number,
    groupInstanceId: string | null = null,
  ): GroupCommand {
    const request = { groupId: TEST_GROUP, memberId, generationId, groupInstanceId };
    return { type: "heartbeat", request };
  }

  leaveCommand(
    ...members: readonly { readonly memberId?: string; readonly instanceId?: string }[]
  ): GroupCommand {
    return {
      type: "leaveGroup",
      groupId: TEST_GROUP,
      members: members.map(({ memberId = "", instanceId = null }) => ({
        memberId,
        groupInstanceId: instanceId,
        reason: null,
      })),
    };
  }

  /** Whoever waits under a new name is there under it. */
  #idOf(call: number, { memberId = "" }: Joining): string {
    if (memberId !== "") return memberId;
    const waiting = [...this.group.members.values()].find(({ joinCall }) => joinCall === call);
    const body = this.answers.get(call)?.body as GroupReplies["joinGroup"] | undefined;
    return waiting?.id ?? body?.memberId ?? "";
  }

  #decide(command: GroupCommand, call: number): void {
    const given = { now: this.nowMs, call, nextOffset: this.log.length, limits: this.limits };
    const { state, records, replies, timers } = decideGroups(this.state, command, given);
    this.state = state;
    this.log.push(...records);
    for (const { call: to, body } of replies) {
      if (this.answers.has(to)) throw new Error(`Call ${to} is answered twice`);
      const code = "errorCode" in body ? Number(body.errorCode) : 0;
      this.answers.set(to, { error: errorName(code), body });
    }
    for (const { key, due } of timers) {
      if (due === undefined) this.due.delete(key);
      else this.due.set(key, { atMs: this.nowMs + due.afterMs, command: due.command });
    }
  }
}

export function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

export function textOf(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}
