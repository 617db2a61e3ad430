// One record makes the next version of the state: the only way in which it changes as far as the
// log tells it, the same on the leader, after a restart, and on whoever leads next.

import { safeInteger, ZERO_UUID } from "@odradek/base";
import type { GroupRecord } from "@odradek/protocol/schemas/group/mod";
import type { Place, TransactionOutcome } from "../coordinators/fold.ts";
import {
  type ClassicGroup,
  type ClassicMember,
  emptyClassicGroup,
  metadataFor,
  type OfferedProtocol,
} from "./classic/group.ts";
import { subscribedTopics } from "./classic/protocols.ts";
import type { CommittedOffset } from "./offset_table.ts";
import {
  type GroupOffsets,
  withCommitted,
  withDecided,
  withoutOffset,
  withPending,
} from "./offsets.ts";
import {
  type GroupsState,
  offsetsOf,
  withGroup,
  withOffsets,
  withoutGroup,
} from "./state.ts";

type RecordOf<Type> = Extract<GroupRecord, { readonly type: Type }>;
type GroupValue = NonNullable<RecordOf<"GroupMetadata">["value"]>;

export function applyGroupRecord(
  state: GroupsState,
  record: GroupRecord,
  place: Place,
): GroupsState {
  switch (record.type) {
    case "GroupMetadata":
      return applyClassicGroup(state, record);
    case "OffsetCommit":
      return applyOffset(state, record, place);
    case "LegacyOffsetCommit":
      return applyOffset(state, asOffsetCommit(record), place);
    default:
      // Groups of the newer protocols.
      return state;
  }
}

function applyClassicGroup(
  state: GroupsState,
  { key: { group: id }, value }: RecordOf<"GroupMetadata">,
): GroupsState {
  if (value === null) return withoutGroup(state, id);
  const known = state.groups.get(id);
  const members = value.members.map((member): [string, ClassicMember] => [
    member.memberId,
    memberOf(member, value.protocol, known?.members.get(member.memberId)),
  ]);
  const group: ClassicGroup = {
    ...known ?? emptyClassicGroup(id, -1),
    state: members.length === 0 ? "Empty" : "Stable",
    stateSinceMs: safeInteger(value.currentStateTimestamp),
    protocolType: value.protocolType === "" ? undefined : value.protocolType,
    generation: value.generation,
    protocol: value.protocol,
    leader: value.leader,
    members: new Map(members),
    isInitial: false,
    hasNewcomer: false,
  };
  return withGroup(state, { ...group, subscribed: subscribedTopics(group) });
}

/** What the log does not tell of a member stays as it is. */
function memberOf(
  stored: GroupValue["members"][number],
  protocol: string | null,
  known: ClassicMember | undefined,
): ClassicMember {
  const { sessionTimeout, rebalanceTimeout, subscription, assignment } = stored;
  return {
    id: stored.memberId,
    instanceId: stored.groupInstanceId,
    clientId: stored.clientId,
    clientHost: stored.clientHost,
    rebalanceTimeoutMs: rebalanceTimeout < 0 ? sessionTimeout : rebalanceTimeout,
    sessionTimeoutMs: sessionTimeout,
    protocols: protocolsOf(known, { name: protocol ?? "", metadata: subscription }),
    // The bytes that were read are somebody else's.
    assignment: assignment.slice(),
    joinCall: known?.joinCall,
    syncCall: known?.syncCall,
    isNew: known?.isNew ?? false,
  };
}

/** The log tells only of the one that was chosen. */
function protocolsOf(
  known: ClassicMember | undefined,
  chosen: OfferedProtocol,
): readonly OfferedProtocol[] {
  const before = known === undefined ? undefined : metadataFor(known, chosen.name);
  const isKnown = before !== undefined && before.length === chosen.metadata.length &&
    before.every((byte, i) => byte === chosen.metadata[i]) &&
    known?.protocols.some(({ name }) => name === chosen.name);
  if (known !== undefined && isKnown) return known.protocols;
  return [{ name: chosen.name, metadata: chosen.metadata.slice() }];
}

function asOffsetCommit({ key, value }: RecordOf<"LegacyOffsetCommit">): RecordOf<"OffsetCommit"> {
  const rest = { leaderEpoch: -1, expireTimestamp: -1n, topicId: ZERO_UUID };
  return {
    type: "OffsetCommit",
    key,
    value: value === null ? null : { ...value, ...rest },
    version: value === null ? -1 : 0,
  };
}

function applyOffset(
  state: GroupsState,
  { key: { group, topic, partition }, value }: RecordOf<"OffsetCommit">,
  { offset: recordOffset, producerId, edit }: Place,
): GroupsState {
  const groupId = group;
  const offsets = offsetsOf(state, groupId);
  if (value === null) {
    return withOffsets(state, { groupId, offsets: withoutOffset(offsets, { topic, partition }) });
  }
  const one: CommittedOffset = {
    topic,
    partition,
    offset: value.offset,
    leaderEpoch: value.leaderEpoch,
    metadata: value.metadata,
    committedMs: safeInteger(value.commitTimestamp),
    expiresMs: safeInteger(value.expireTimestamp),
    topicId: value.topicId,
    recordOffset,
  };
  // Whoever commits without ever joining is a group as well.
  const known = state.groups.has(group)
    ? state
    : withGroup(state, emptyClassicGroup(group, one.committedMs), edit);
  if (producerId < 0) {
    return withOffsets(known, { groupId, offsets: withCommitted(offsets, one, edit) }, edit);
  }
  const groups = new Set(known.transactions.get(producerId)).add(group);
  const transactions = new Map(known.transactions).set(producerId, groups);
  const all = withPending(offsets, producerId, one);
  return withOffsets({ ...known, transactions }, { groupId, offsets: all });
}

/** A transaction that has committed offsets here has ended. */
export function applyTransactionEnd(
  state: GroupsState,
  outcome: TransactionOutcome,
): GroupsState {
  const groups = state.transactions.get(outcome.producerId);
  if (groups === undefined) return state;
  const transactions = new Map(state.transactions);
  transactions.delete(outcome.producerId);
  let next: GroupsState = { ...state, transactions };
  for (const group of groups) {
    const offsets: GroupOffsets = withDecided(offsetsOf(next, group), outcome);
    next = withOffsets(next, { groupId: group, offsets });
  }
  return next;
}
