// Groups as operators see them: listed, described, deleted, and what they have committed.

import type { TopicPartition } from "@odradek/base";
import { DeleteGroups } from "@odradek/protocol/messages/delete_groups";
import { DescribeGroups } from "@odradek/protocol/messages/describe_groups";
import { ListGroups } from "@odradek/protocol/messages/list_groups";
import { OffsetDelete } from "@odradek/protocol/messages/offset_delete";
import type { Response } from "@odradek/protocol/schema/mod";
import { Malformed } from "@odradek/protocol/wire/malformed";
import type { Cluster } from "../cluster.ts";
import type { NodeView } from "../cluster/view.ts";
import { decodeAssignment, PROTOCOL_TYPE } from "../groups/consumer_protocol.ts";
import { Coordinator } from "../groups/coordinator.ts";
import {
  commitOffsets,
  type CommittedOffset,
  fetchOffsets,
  type GroupOffset,
} from "../groups/offsets.ts";
import { BrokerRefused, refusalOf, throwIfRefused } from "../refused.ts";
import type { Outcome } from "./outcome.ts";

export interface ListedGroup {
  readonly groupId: string;
  /** `consumer`, `connect`; empty: it has offsets, but nobody has joined it yet. */
  readonly protocolType: string;
  /** Empty: the broker does not tell. */
  readonly state: string;
  /** `classic`, `consumer`, …; empty: the broker does not tell. */
  readonly type: string;
}

/** Both in any case; absent: all. */
export interface GroupFilter {
  readonly states?: readonly string[] | undefined;
  readonly types?: readonly string[] | undefined;
}

export interface DescribedMember {
  readonly memberId: string;
  /** Of a static member; null: dynamic. */
  readonly instanceId: string | null;
  readonly clientId: string;
  /** `/` and the address. */
  readonly host: string;
  readonly assignment: readonly TopicPartition[];
}

export interface DescribedGroup {
  readonly groupId: string;
  readonly state: string;
  readonly protocolType: string;
  /** The assignor that the members have agreed on. */
  readonly protocol: string;
  readonly coordinator: NodeView;
  readonly members: readonly DescribedMember[];
}

const STATES_SINCE = 4;
const TYPES_SINCE = 5;

/** Of all brokers. BrokerRefused if one of them does not tell. */
export async function listGroups(
  cluster: Cluster,
  { states = [], types = [] }: GroupFilter = {},
): Promise<ListedGroup[]> {
  const nodes = await cluster.persist(() => cluster.nodes());
  const answers = await Promise.all(nodes.map(({ id: node }) =>
    cluster.persist(async () => {
      const answer = await cluster.ask({ node }, ListGroups, (version) => ({
        ...(version < STATES_SINCE ? {} : { statesFilter: [...states] }),
        ...(version < TYPES_SINCE ? {} : { typesFilter: [...types] }),
      }));
      throwIfRefused(answer.errorCode);
      return answer.groups;
    })
  ));
  return answers.flat().map(({ groupId, protocolType, groupState, groupType }) => ({
    groupId,
    protocolType,
    state: groupState,
    type: groupType,
  }));
}

/** One that is not there is refused with GROUP_ID_NOT_FOUND. */
export function describeGroups(
  cluster: Cluster,
  groupIds: readonly string[],
): Promise<Map<string, Outcome<DescribedGroup>>> {
  return ofEach(cluster, groupIds, async (coordinator) => {
    const { groupId } = coordinator;
    const answer = await coordinator.ask(DescribeGroups, { groups: [groupId] });
    const told = answer.groups[0];
    if (told === undefined) throw noAnswer();
    throwIfRefused(told.errorCode, told.errorMessage);
    if (told.groupState === "Dead") {
      throw new BrokerRefused("GROUP_ID_NOT_FOUND", `Group ${groupId} not found.`);
    }
    const node = cluster.view.nodes.get(await coordinator.node());
    if (node === undefined) throw new BrokerRefused("COORDINATOR_NOT_AVAILABLE");
    return describedGroup(told, node);
  });
}

type ToldGroup = Response<typeof DescribeGroups>["groups"][number];

function describedGroup(told: ToldGroup, coordinator: NodeView): DescribedGroup {
  const { groupId, groupState: state, protocolType, protocolData: protocol } = told;
  const members = told.members.map((member): DescribedMember => ({
    memberId: member.memberId,
    instanceId: member.groupInstanceId,
    clientId: member.clientId,
    host: member.clientHost,
    assignment: protocolType === PROTOCOL_TYPE ? readableAssignment(member.memberAssignment) : [],
  }));
  return { groupId, state, protocolType, protocol, coordinator, members };
}

/** Members may say what they like: it is for them alone. */
function readableAssignment(bytes: Uint8Array): TopicPartition[] {
  try {
    return decodeAssignment(bytes);
  } catch (error) {
    if (error instanceof Malformed) return [];
    throw error;
  }
}

/** Only groups without members can be. */
export function deleteGroups(
  cluster: Cluster,
  groupIds: readonly string[],
): Promise<Map<string, Outcome<true>>> {
  return ofEach(cluster, groupIds, async (coordinator) => {
    const answer = await coordinator.ask(DeleteGroups, { groupsNames: [coordinator.groupId] });
    const told = answer.results[0];
    if (told === undefined) throw noAnswer();
    throwIfRefused(told.errorCode, told.errorMessage);
    return true as const;
  });
}

/** What a group has committed; nothing if there is no such group. */
export function listGroupOffsets(
  cluster: Cluster,
  groupId: string,
): Promise<CommittedOffset[]> {
  const coordinator = new Coordinator(cluster, groupId);
  return coordinator.persist(() => fetchOffsets(coordinator));
}

/** Only of a group without members, or one that is not there yet. */
export function alterGroupOffsets<O extends GroupOffset>(
  cluster: Cluster,
  groupId: string,
  offsets: readonly O[],
): Promise<Map<O, Outcome<true>>> {
  const coordinator = new Coordinator(cluster, groupId);
  const whole = (outcomes: Map<O, Outcome<true>>) => {
    // What concerns the group stands at each partition.
    const passing = [...outcomes.values()].find((one) => one !== true && isOfCoordinator(one));
    if (passing instanceof BrokerRefused) throw passing;
    return outcomes;
  };
  return coordinator.persist(async () => whole(await commitOffsets(coordinator, offsets)));
}

/** Only of topics that no member reads. */
export function deleteGroupOffsets<P extends TopicPartition>(
  cluster: Cluster,
  groupId: string,
  partitions: readonly P[],
): Promise<Map<P, Outcome<true>>> {
  const coordinator = new Coordinator(cluster, groupId);
  const topics = [...Map.groupBy(partitions, ({ topic }) => topic)].map(([name, some]) => ({
    name,
    partitions: some.map(({ partition }) => ({ partitionIndex: partition })),
  }));
  return coordinator.persist(async () => {
    const answer = await coordinator.ask(OffsetDelete, { groupId, topics });
    throwIfRefused(answer.errorCode);
    return new Map(partitions.map((which) => {
      const told = answer.topics.find(({ name }) => name === which.topic)
        ?.partitions.find(({ partitionIndex }) => partitionIndex === which.partition);
      return [which, told === undefined ? noAnswer() : refusalOf(told.errorCode) ?? true];
    }));
  });
}

/** What becomes of each, at its own coordinator. Fault "network" if one stays out of reach. */
async function ofEach<Done>(
  cluster: Cluster,
  groupIds: readonly string[],
  ask: (coordinator: Coordinator) => Promise<Done>,
): Promise<Map<string, Outcome<Done>>> {
  const outcomes = new Map<string, Outcome<Done>>(groupIds.map((id) => [id, noAnswer()]));
  await Promise.all(groupIds.map(async (groupId) => {
    const coordinator = new Coordinator(cluster, groupId);
    try {
      outcomes.set(groupId, await coordinator.persist(() => ask(coordinator)));
    } catch (error) {
      if (!(error instanceof BrokerRefused)) throw error;
      outcomes.set(groupId, error);
    }
  }));
  return outcomes;
}

function isOfCoordinator({ error }: BrokerRefused): boolean {
  return error === "NOT_COORDINATOR" || error.startsWith("COORDINATOR_");
}

function noAnswer(): BrokerRefused {
  return new BrokerRefused("UNKNOWN_SERVER_ERROR", "The broker does not say");
}
