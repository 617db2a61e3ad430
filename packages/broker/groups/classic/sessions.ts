// The timers of classic groups: one for each member's session, and one for what the group waits
// for.

import type { Turn } from "../turn.ts";
import type { ClassicGroup, ClassicMember } from "./group.ts";

/**
 * So long a newcomer's JoinGroup may wait. It does not know its id, so it cannot show that it is
 * alive; one that has gone and came again would be there twice for ever.
 */
export const NEWCOMER_JOIN_MS = 300_000;

export function renewSession(
  turn: Turn,
  groupId: string,
  { id: memberId, sessionTimeoutMs }: Pick<ClassicMember, "id" | "sessionTimeoutMs">,
): void {
  const command = { type: "sessionDue", groupId, memberId } as const;
  turn.schedule(sessionKey(groupId, memberId), sessionTimeoutMs, command);
}

export function endSession(turn: Turn, groupId: string, memberId: string): void {
  turn.cancel(sessionKey(groupId, memberId));
}

export function awaitJoins(turn: Turn, groupId: string, afterMs: number): void {
  turn.schedule(joinKey(groupId), afterMs, { type: "joinDue", groupId });
}

/** `remainingMs`: by how much more the delay may be prolonged. */
export function awaitFirstJoins(
  turn: Turn,
  groupId: string,
  { delayMs, remainingMs }: { readonly delayMs: number; readonly remainingMs: number },
): void {
  const command = { type: "initialJoinDue", groupId, delayMs, remainingMs } as const;
  turn.schedule(joinKey(groupId), delayMs, command);
}

export function endJoins(turn: Turn, groupId: string): void {
  turn.cancel(joinKey(groupId));
}

export function awaitSyncs(
  turn: Turn,
  { id: groupId, generation }: ClassicGroup,
  ms: number,
): void {
  turn.schedule(syncKey(groupId), ms, { type: "syncDue", groupId, generation });
}

export function endSyncs(turn: Turn, groupId: string): void {
  turn.cancel(syncKey(groupId));
}

const sessionKey = (groupId: string, memberId: string): string => `session ${memberId}\0${groupId}`;
const joinKey = (groupId: string): string => `join ${groupId}`;
const syncKey = (groupId: string): string => `sync ${groupId}`;
