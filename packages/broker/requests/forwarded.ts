// Requests of which a broker only hands on what came: the controller decides and answers.

import {
  type Answer,
  type Endpoint,
  endpoint,
  type EndpointDefinition,
} from "@odradek/network";
import { AddRaftVoter } from "@odradek/protocol/messages/add_raft_voter";
import { AlterClientQuotas } from "@odradek/protocol/messages/alter_client_quotas";
import {
  AlterPartitionReassignments,
} from "@odradek/protocol/messages/alter_partition_reassignments";
import {
  AlterUserScramCredentials,
} from "@odradek/protocol/messages/alter_user_scram_credentials";
import { DescribeQuorum } from "@odradek/protocol/messages/describe_quorum";
import { ElectLeaders } from "@odradek/protocol/messages/elect_leaders";
import {
  ListPartitionReassignments,
} from "@odradek/protocol/messages/list_partition_reassignments";
import { RemoveRaftVoter } from "@odradek/protocol/messages/remove_raft_voter";
import { UnregisterBroker } from "@odradek/protocol/messages/unregister_broker";
import { UpdateFeatures } from "@odradek/protocol/messages/update_features";
import type { AnyApi, RequestDraft } from "@odradek/protocol/schema/mod";
import { forwardedFor } from "./forwarded_for.ts";
import type { Services } from "./services.ts";

type Reached = Pick<Services, "controller">;

export function forwardedEndpoints(services: Reached): Endpoint[] {
  return [
    forwarded(services, AlterClientQuotas, ({ entries }, { code, message }) => ({
      entries: entries.map(({ entity }) => ({ errorCode: code, errorMessage: message, entity })),
    })),
    forwarded(services, AlterUserScramCredentials, (request, { code, message }) => ({
      results: [...request.deletions, ...request.upsertions].map(({ name }) => ({
        user: name,
        errorCode: code,
        errorMessage: message,
      })),
    })),
    forwarded(services, UpdateFeatures, (_, { code, message }) => ({
      errorCode: code,
      errorMessage: message,
      results: [],
    })),
    forwarded(services, ElectLeaders, (_, { code }) => ({
      errorCode: code,
      replicaElectionResults: [],
    })),
    forwarded(services, UnregisterBroker, (_, { code, message }) => ({
      errorCode: code,
      errorMessage: message,
    })),
    forwarded(services, AlterPartitionReassignments, (_, { code, message }) => ({
      errorCode: code,
      errorMessage: message,
      responses: [],
    })),
    forwarded(services, ListPartitionReassignments, (_, { code, message }) => ({
      errorCode: code,
      errorMessage: message,
      topics: [],
    })),
    forwarded(services, AddRaftVoter, (_, { code, message }) => ({
      errorCode: code,
      errorMessage: message,
    })),
    forwarded(services, RemoveRaftVoter, (_, { code, message }) => ({
      errorCode: code,
      errorMessage: message,
    })),
    forwarded(services, DescribeQuorum, (_, { code, message }) => ({
      errorCode: code,
      errorMessage: message,
      topics: [],
      nodes: [],
    })),
  ];
}

/** `refuse`: the answer if the controller cannot be asked. */
function forwarded<A extends AnyApi>(
  { controller }: Reached,
  api: A,
  refuse: EndpointDefinition<A>["refuse"],
): Endpoint {
  return endpoint(api, {
    handle: async (request, context) => {
      const body = request as RequestDraft<A>;
      const asked = { version: context.version, body };
      return await controller.forward(api, asked, forwardedFor(context)) as Answer<A>;
    },
    refuse,
  });
}
