// All groups of one partition of `__consumer_offsets`, and what they have committed. Immutable:
// every version shares what did not change with the one before.

import { type Edit, PersistentMap } from "@odradek/metadata";
import type { ClassicGroup } from "./classic/group.ts";
import { type GroupOffsets, NO_OFFSETS } from "./offsets.ts";

/** Of every protocol, by `type`. */
export type Group = ClassicGroup;

export interface GroupsState {
  /** By group id. */
  readonly groups: PersistentMap<Group>;
  /** By group id; groups without offsets are absent. */
  readonly offsets: PersistentMap<GroupOffsets>;
  /** Groups in which a transaction has offsets that are not decided, by its producer id. */
  readonly transactions: ReadonlyMap<number, ReadonlySet<string>>;
}

export const NO_GROUPS: GroupsState = {
  groups: PersistentMap.empty(),
  offsets: PersistentMap.empty(),
  transactions: new Map(),
};

export function offsetsOf(state: GroupsState, groupId: string): GroupOffsets {
  return state.offsets.get(groupId) ?? NO_OFFSETS;
}

export function withGroup(state: GroupsState, group: Group, edit?: Edit): GroupsState {
  const groups = state.groups.with(group.id, group, edit);
  return groups === state.groups ? state : { ...state, groups };
}

export function withoutGroup(state: GroupsState, groupId: string): GroupsState {
  return { ...state, groups: state.groups.without(groupId) };
}

export function withOffsets(
  state: GroupsState,
  { groupId, offsets }: { readonly groupId: string; readonly offsets: GroupOffsets },
  edit?: Edit,
): GroupsState {
  const isEmpty = offsets.committed.size === 0 && offsets.pending.size === 0;
  const all = isEmpty
    ? state.offsets.without(groupId)
    : state.offsets.with(groupId, offsets, edit);
  return all === state.offsets ? state : { ...state, offsets: all };
}
