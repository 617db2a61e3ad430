// A group of the classic protocol (JoinGroup, SyncGroup, Heartbeat, LeaveGroup), as a value.
//
//          newcomer              all have joined, or time is up       the leader's SyncGroup
//  Empty ───────────▶ Preparing ─────────────────────────▶ Completing ─────────────▶ Stable
//    ▲                Rebalance ◀───────────────────────── Rebalance                    │
//    │ all have left     │  ▲        a member joins anew, leaves, or fails              │
//    └───────────────────┘  └───────────────────────────────────────────────────────────┘
//
// A group that is dead is simply not there.

export type ClassicState = "Empty" | "PreparingRebalance" | "CompletingRebalance" | "Stable";

/** One of the ways to share the work, and what the member says to the leader if it is chosen. */
export interface OfferedProtocol {
  readonly name: string;
  readonly metadata: Uint8Array;
}

export interface ClassicMember {
  readonly id: string;
  /** Of a static member (KIP-345); null: dynamic. */
  readonly instanceId: string | null;
  readonly clientId: string;
  /** `/` and the address. */
  readonly clientHost: string;
  readonly rebalanceTimeoutMs: number;
  readonly sessionTimeoutMs: number;
  /** The most wanted first. */
  readonly protocols: readonly OfferedProtocol[];
  readonly assignment: Uint8Array;

  // What follows is not in the log.

  /** Its JoinGroup waits. */
  readonly joinCall: number | undefined;
  /** Its SyncGroup waits. */
  readonly syncCall: number | undefined;
  /** It has not got an answer to its first JoinGroup yet, and may not know its own id. */
  readonly isNew: boolean;
}

export interface ClassicGroup {
  readonly type: "classic";
  readonly id: string;
  readonly state: ClassicState;
  /** Wall clock ms; -1: not known. */
  readonly stateSinceMs: number;
  /** `consumer`, `connect`; undefined: nobody has joined, it has offsets only ("simple"). */
  readonly protocolType: string | undefined;
  readonly generation: number;
  /** Of `protocols` of all members the one that was chosen. */
  readonly protocol: string | null;
  /** Member id. */
  readonly leader: string | null;
  /** By id, the longest there first. */
  readonly members: ReadonlyMap<string, ClassicMember>;
  /** Topics that members read in this generation; undefined: not known. */
  readonly subscribed: ReadonlySet<string> | undefined;

  // What follows is not in the log.

  /** Member ids that were given out and have not come back with a JoinGroup yet (KIP-394). */
  readonly promised: ReadonlySet<string>;
  /** Members of this generation whose SyncGroup has not come. */
  readonly unsynced: ReadonlySet<string>;
  /** The rebalance under way is the first since the group was empty. */
  readonly isInitial: boolean;
  /** Somebody has joined since the initial delay was prolonged last. */
  readonly hasNewcomer: boolean;
}

export const NO_BYTES = new Uint8Array(0);

/** Of all groups without members: those that only commit are many. */
const NO_MEMBERS: ClassicGroup["members"] = new Map();
const NOBODY: ReadonlySet<string> = new Set();

export function emptyClassicGroup(id: string, stateSinceMs: number): ClassicGroup {
  return {
    type: "classic",
    id,
    state: "Empty",
    stateSinceMs,
    protocolType: undefined,
    generation: 0,
    protocol: null,
    leader: null,
    members: NO_MEMBERS,
    subscribed: undefined,
    promised: NOBODY,
    unsynced: NOBODY,
    isInitial: false,
    hasNewcomer: false,
  };
}

/** A new member, or another version of one. */
export function withMember(group: ClassicGroup, member: ClassicMember): ClassicGroup {
  return { ...group, members: new Map(group.members).set(member.id, member) };
}

/** Whoever leads is still a member afterwards. */
export function withoutMembers(group: ClassicGroup, gone: ReadonlySet<string>): ClassicGroup {
  const members = new Map([...group.members].filter(([id]) => !gone.has(id)));
  const isLed = group.leader !== null && !gone.has(group.leader);
  return {
    ...group,
    members,
    leader: isLed ? group.leader : members.keys().next().value ?? null,
    promised: without(group.promised, gone),
    unsynced: without(group.unsynced, gone),
  };
}

export function withoutMember(group: ClassicGroup, memberId: string): ClassicGroup {
  return withoutMembers(group, new Set([memberId]));
}

export function withMembers(
  group: ClassicGroup,
  members: readonly ClassicMember[],
): ClassicGroup {
  return { ...group, members: new Map(members.map((member) => [member.id, member])) };
}

function without(set: ReadonlySet<string>, gone: ReadonlySet<string>): ReadonlySet<string> {
  const rest = [...set].filter((one) => !gone.has(one));
  return rest.length === set.size ? set : new Set(rest);
}

export function memberOfInstance(
  group: ClassicGroup,
  instanceId: string,
): ClassicMember | undefined {
  for (const member of group.members.values()) {
    if (member.instanceId === instanceId) return member;
  }
  return undefined;
}

/** Nobody else is waited for. */
export function hasEverybodyJoined({ members, promised }: ClassicGroup): boolean {
  if (promised.size > 0) return false;
  for (const { joinCall } of members.values()) if (joinCall === undefined) return false;
  return true;
}

/** How long the slowest member may take to join again. */
export function rebalanceTimeoutOf({ members }: ClassicGroup): number {
  let longestMs = 0;
  for (const { rebalanceTimeoutMs } of members.values()) {
    longestMs = Math.max(longestMs, rebalanceTimeoutMs);
  }
  return longestMs;
}

/** Of a protocol that the member offers. */
export function metadataFor(member: ClassicMember, protocol: string | null): Uint8Array {
  return member.protocols.find(({ name }) => name === protocol)?.metadata ?? NO_BYTES;
}

/** A newcomer, or a member that has something else to say, may begin a rebalance. */
export function canRebalance({ state }: ClassicGroup): boolean {
  return state !== "PreparingRebalance";
}
