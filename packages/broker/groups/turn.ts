// One decision under way: the state as far as it has come, the records so far, and what is to be
// replied and timed. Decisions write to it; decide.ts opens and closes it.

import type { GroupRecord } from "@odradek/protocol/schemas/group/mod";
import type { Given, Reply, TimerChange } from "../coordinators/fold.ts";
import { applyGroupRecord } from "./apply.ts";
import type { GroupCommand, GroupReplies } from "./commands.ts";
import { type Group, type GroupsState, withGroup } from "./state.ts";

/** The settings that decisions follow. */
export interface GroupLimits {
  readonly initialRebalanceDelayMs: number;
  /** Members of a classic group. */
  readonly membersMax: number;
  /** Characters beside an offset. */
  readonly metadataLengthMax: number;
  readonly retentionMs: number;
}

export type GroupReply = GroupReplies[keyof GroupReplies];

export class Turn {
  readonly limits: GroupLimits;
  /** Wall clock ms. */
  readonly now: number;
  /** Who asked; 0: nobody waits. */
  readonly call: number;
  readonly records: GroupRecord[] = [];
  readonly replies: Reply<GroupReply>[] = [];
  readonly timers: TimerChange<GroupCommand>[] = [];
  readonly #nextOffset: number;
  #state: GroupsState;

  constructor(state: GroupsState, limits: GroupLimits, { now, call, nextOffset }: Given) {
    this.#state = state;
    this.limits = limits;
    this.now = now;
    this.call = call;
    this.#nextOffset = nextOffset;
  }

  get state(): GroupsState {
    return this.#state;
  }

  group(id: string): Group | undefined {
    return this.#state.groups.get(id);
  }

  /** Into the log, and applied as whoever reads it will. */
  write(record: GroupRecord): void {
    const place = { offset: this.#nextOffset + this.records.length, producerId: -1 };
    this.#state = applyGroupRecord(this.#state, record, place);
    this.records.push(record);
  }

  /** What the log does not tell. */
  put(group: Group): void {
    this.#state = withGroup(this.#state, group);
  }

  reply(call: number, body: GroupReply): void {
    this.replies.push({ call, body });
  }

  schedule(key: string, afterMs: number, command: GroupCommand): void {
    this.timers.push({ key, due: { afterMs, command } });
  }

  cancel(key: string): void {
    this.timers.push({ key, due: undefined });
  }
}
