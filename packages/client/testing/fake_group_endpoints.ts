// What a fake broker answers to members of groups and their operators. Each node keeps the groups
// that the test's `coordinator` says.

import { errorCode } from "@odradek/protocol/errors";
import { DeleteGroups } from "@odradek/protocol/messages/delete_groups";
import { DescribeGroups } from "@odradek/protocol/messages/describe_groups";
import { FindCoordinator } from "@odradek/protocol/messages/find_coordinator";
import { Heartbeat } from "@odradek/protocol/messages/heartbeat";
import { JoinGroup } from "@odradek/protocol/messages/join_group";
import { LeaveGroup } from "@odradek/protocol/messages/leave_group";
import { ListGroups } from "@odradek/protocol/messages/list_groups";
import { OffsetCommit } from "@odradek/protocol/messages/offset_commit";
import { OffsetDelete } from "@odradek/protocol/messages/offset_delete";
import { OffsetFetch } from "@odradek/protocol/messages/offset_fetch";
import { SyncGroup } from "@odradek/protocol/messages/sync_group";
import { Refusal } from "@odradek/protocol/refusal";
import type { Request } from "@odradek/protocol/schema/mod";
import type { Endpoint } from "@odradek/network/endpoint";
import type { ApiName } from "@odradek/protocol/apis";
import { attempt, type Broker, type Serve } from "./fake_endpoints.ts";
import type { FakeGroup } from "./fake_groups.ts";

export function fakeGroupEndpoints(serve: Serve): Endpoint[] {
  return [
    serve(FindCoordinator, findCoordinator),
    serve(JoinGroup, async (broker, request) => {
      const [code, answer] = attempt(() => of(broker, request.groupId, "JoinGroup").join(request));
      return await answer ??
        { errorCode: code, protocolName: "", leader: "", memberId: "", members: [] };
    }),
    serve(SyncGroup, syncGroup),
    serve(Heartbeat, (broker, { groupId, memberId, generationId }) => {
      const [errorCode] = attempt(() =>
        of(broker, groupId, "Heartbeat").heartbeat(memberId, generationId)
      );
      return { errorCode };
    }),
    serve(LeaveGroup, (broker, { groupId, members }) => {
      const [errorCode] = attempt(() => {
        for (const { memberId } of members) of(broker, groupId, "LeaveGroup").leave(memberId);
      });
      return { errorCode, members: [] };
    }),
    serve(OffsetCommit, offsetCommit),
    serve(OffsetFetch, offsetFetch),
    serve(OffsetDelete, offsetDelete),
    serve(ListGroups, listGroups),
    serve(DescribeGroups, describeGroups),
    serve(DeleteGroups, deleteGroups),
  ];
}

function of(broker: Broker, groupId: string, api: ApiName): FakeGroup {
  broker.cluster.meet(api);
  if (broker.cluster.coordinator !== broker.node) throw new Refusal("NOT_COORDINATOR");
  return broker.cluster.group(groupId);
}

function findCoordinator(
  { cluster }: Broker,
  { coordinatorKeys }: Request<typeof FindCoordinator>,
) {
  const nodeId = cluster.coordinator;
  const address = cluster.addresses.get(nodeId) ?? { host: "", port: -1 };
  return {
    coordinators: coordinatorKeys.map((key) => {
      const [code] = attempt(() => cluster.meet("FindCoordinator"));
      return { key, nodeId, ...address, errorCode: code, errorMessage: null };
    }),
  };
}

async function syncGroup(broker: Broker, request: Request<typeof SyncGroup>) {
  try {
    const assignment = await of(broker, request.groupId, "SyncGroup").sync(request);
    return { errorCode: 0, assignment };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { errorCode: error.code, assignment: new Uint8Array(0) };
  }
}

function offsetCommit(broker: Broker, request: Request<typeof OffsetCommit>) {
  const { groupId, memberId, generationIdOrMemberEpoch: generation, topics } = request;
  const [code, group] = attempt(() => {
    const found = of(broker, groupId, "OffsetCommit");
    if (generation >= 0 || found.members.size > 0) found.check(memberId, generation);
    return found;
  });
  return {
    topics: topics.map(({ name, partitions }) => ({
      name,
      partitions: partitions.map(({ partitionIndex, committedOffset, committedLeaderEpoch }) => {
        group?.offsets.set(`${name} ${partitionIndex}`, Number(committedOffset));
        group?.leaderEpochs.set(`${name} ${partitionIndex}`, committedLeaderEpoch);
        return { partitionIndex, errorCode: code };
      }),
    })),
  };
}

function offsetFetch(broker: Broker, { groups }: Request<typeof OffsetFetch>) {
  return {
    groups: groups.map(({ groupId, topics }) => {
      const [code, group] = attempt(() => of(broker, groupId, "OffsetFetch"));
      const keys = topics?.flatMap(({ name = "", partitionIndexes }) =>
        partitionIndexes.map((partition) => `${name} ${partition}`)
      ) ?? [...group?.offsets.keys() ?? []];
      const told = keys.map((key) => {
        const [name = "", partition] = key.split(" ");
        const committedOffset = BigInt(group?.offsets.get(key) ?? -1);
        const committedLeaderEpoch = group?.leaderEpochs.get(key) ?? -1;
        const partitionIndex = Number(partition);
        const place = { partitionIndex, committedOffset, committedLeaderEpoch };
        return { name, partitions: [{ ...place, metadata: "", errorCode: 0 }] };
      });
      return { groupId, topics: told, errorCode: code };
    }),
  };
}

function offsetDelete(broker: Broker, { groupId, topics }: Request<typeof OffsetDelete>) {
  const [code, group] = attempt(() => of(broker, groupId, "OffsetDelete"));
  return {
    errorCode: code,
    topics: topics.map(({ name, partitions }) => ({
      name,
      partitions: partitions.map(({ partitionIndex }) => {
        group?.offsets.delete(`${name} ${partitionIndex}`);
        return { partitionIndex, errorCode: 0 };
      }),
    })),
  };
}

function listGroups({ cluster, node }: Broker, { statesFilter }: Request<typeof ListGroups>) {
  const all = cluster.coordinator === node ? [...cluster.groups] : [];
  return {
    errorCode: 0,
    groups: all
      .filter(([, { state }]) => statesFilter.length === 0 || statesFilter.includes(state))
      .map(([groupId, { state }]) => ({
        groupId,
        protocolType: "consumer",
        groupState: state,
        groupType: "classic",
      })),
  };
}

function describeGroups(broker: Broker, { groups }: Request<typeof DescribeGroups>) {
  return {
    groups: groups.map((groupId) => {
      const none = { groupId, groupState: "", protocolType: "", protocolData: "", members: [] };
      const [code, group] = attempt(() => of(broker, groupId, "DescribeGroups"));
      if (group === undefined) return { ...none, errorCode: code };
      if (group.generation === 0 && group.offsets.size === 0) {
        return { ...none, errorCode: errorCode("GROUP_ID_NOT_FOUND") };
      }
      const { state: groupState, protocol: protocolData } = group;
      const members = group.assignments.map(([memberId, memberAssignment]) => ({
        memberId,
        groupInstanceId: null,
        clientId: "c",
        clientHost: "/h",
        memberMetadata: new Uint8Array(0),
        memberAssignment,
      }));
      return { groupId, errorCode: 0, groupState, protocolType: "consumer", protocolData, members };
    }),
  };
}

function deleteGroups(broker: Broker, { groupsNames }: Request<typeof DeleteGroups>) {
  return {
    results: groupsNames.map((groupId) => {
      const [code] = attempt(() => {
        const { members } = of(broker, groupId, "DeleteGroups");
        if (members.size > 0) throw new Refusal("NON_EMPTY_GROUP");
        broker.cluster.groups.delete(groupId);
      });
      return { groupId, errorCode: code };
    }),
  };
}
