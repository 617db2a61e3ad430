// What groups are asked, by members, by admin clients, and by time; and what they reply. Requests
// and answers are those of the protocol where one member or group is concerned. All are plain
// values: they may come from another thread.

import type { Uuid } from "@odradek/base";
import type {
  DescribeGroupsResponse,
} from "@odradek/protocol/messages/describe_groups";
import type { HeartbeatRequest } from "@odradek/protocol/messages/heartbeat";
import type { JoinGroupRequest, JoinGroupResponse } from "@odradek/protocol/messages/join_group";
import type { LeaveGroupRequest, LeaveGroupResponse } from "@odradek/protocol/messages/leave_group";
import type { ListGroupsResponse } from "@odradek/protocol/messages/list_groups";
import type { SyncGroupRequest, SyncGroupResponse } from "@odradek/protocol/messages/sync_group";
import type { ErrorName } from "@odradek/protocol/errors";
import type { DeletedTopic } from "../coordinators/fold.ts";

export interface JoinGroupCommand {
  readonly type: "joinGroup";
  /** Each protocol is there once. */
  readonly request: JoinGroupRequest;
  /** Of the request. */
  readonly version: number;
  readonly clientId: string;
  /** `/` and the address. */
  readonly clientHost: string;
  /** What makes a new member id unlike all others. */
  readonly uuid: string;
}

export interface SyncGroupCommand {
  readonly type: "syncGroup";
  readonly request: SyncGroupRequest;
}

export interface HeartbeatCommand {
  readonly type: "heartbeat";
  readonly request: HeartbeatRequest;
}

export interface LeaveGroupCommand {
  readonly type: "leaveGroup";
  readonly groupId: string;
  readonly members: LeaveGroupRequest["members"];
}

export interface OffsetToCommit {
  readonly topic: string;
  readonly topicId: Uuid;
  readonly partition: number;
  readonly offset: bigint;
  readonly leaderEpoch: number;
  readonly metadata: string;
}

export interface CommitOffsetsCommand {
  readonly type: "commitOffsets";
  readonly groupId: string;
  readonly memberId: string;
  readonly instanceId: string | null;
  /** Or epoch of the member; -1: of nobody. */
  readonly generation: number;
  /** -1: as the broker is configured. */
  readonly retentionMs: bigint;
  /** Of the request. */
  readonly version: number;
  readonly offsets: readonly OffsetToCommit[];
}

/** For each offset, in order, what became of it. */
export interface CommittedReply {
  readonly errors: readonly ErrorName[];
}

export interface PartitionsOfTopic {
  readonly topic: string;
  /** Zero: not known. */
  readonly topicId: Uuid;
  readonly partitions: readonly number[];
}

export interface FetchOffsetsCommand {
  readonly type: "fetchOffsets";
  readonly groupId: string;
  /** Undefined: all that there is. */
  readonly topics: readonly PartitionsOfTopic[] | undefined;
  /** As a command: nothing that a transaction is about to change. */
  readonly requireStable: boolean;
}

export interface FetchedOffset {
  readonly partition: number;
  /** -1: none. */
  readonly offset: bigint;
  readonly leaderEpoch: number;
  readonly metadata: string;
  readonly error: ErrorName;
}

export interface FetchedReply {
  readonly topics: readonly {
    readonly topic: string;
    readonly topicId: Uuid;
    readonly partitions: readonly FetchedOffset[];
  }[];
}

export interface DeleteOffsetsCommand {
  readonly type: "deleteOffsets";
  readonly groupId: string;
  readonly topics: readonly Pick<PartitionsOfTopic, "topic" | "partitions">[];
}

/** For each topic, in order, what became of its partitions. */
export interface DeletedOffsetsReply {
  readonly errors: readonly ErrorName[];
}

export interface DeleteGroupCommand {
  readonly type: "deleteGroup";
  readonly groupId: string;
}

/** What time asks. */
export type GroupTimerCommand =
  | { readonly type: "sessionDue"; readonly groupId: string; readonly memberId: string }
  /** The delay before an empty group's first rebalance; so much more of it may follow. */
  | {
    readonly type: "initialJoinDue";
    readonly groupId: string;
    readonly delayMs: number;
    readonly remainingMs: number;
  }
  | { readonly type: "joinDue"; readonly groupId: string }
  | { readonly type: "syncDue"; readonly groupId: string; readonly generation: number };

/** What is asked of each group after loading, now and then, and when topics were deleted. */
export type GroupChore =
  | { readonly type: "resume"; readonly groupId: string }
  | { readonly type: "expire"; readonly groupId: string }
  | {
    readonly type: "forgetTopics";
    readonly groupId: string;
    readonly topics: readonly DeletedTopic[];
  };

export type AskedCommand =
  | JoinGroupCommand
  | SyncGroupCommand
  | HeartbeatCommand
  | LeaveGroupCommand
  | CommitOffsetsCommand
  | FetchOffsetsCommand
  | DeleteOffsetsCommand
  | DeleteGroupCommand;

export type GroupCommand = AskedCommand | GroupTimerCommand | GroupChore;

export type GroupQuery =
  | FetchOffsetsCommand
  | { readonly type: "describeGroup"; readonly groupId: string }
  | {
    readonly type: "listGroups";
    /** Lower case; empty: all. */
    readonly states: readonly string[];
    /** As `states`. */
    readonly types: readonly string[];
  };

/** Undefined members: nobody with that name; versions below 6 see a dead group. */
export type DescribedGroup = DescribeGroupsResponse["groups"][number];
export type ListedGroup = ListGroupsResponse["groups"][number];

/** By the type of the command or query. */
export interface GroupReplies {
  readonly joinGroup: JoinGroupResponse;
  readonly syncGroup: SyncGroupResponse;
  readonly heartbeat: { readonly errorCode: number };
  readonly leaveGroup: LeaveGroupResponse;
  readonly commitOffsets: CommittedReply;
  readonly fetchOffsets: FetchedReply;
  readonly deleteOffsets: DeletedOffsetsReply;
  readonly deleteGroup: { readonly errorCode: number };
  readonly describeGroup: DescribedGroup;
  readonly listGroups: { readonly groups: readonly ListedGroup[] };
}
