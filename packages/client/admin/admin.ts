// The admin client: what operators ask of a cluster. Parts of a request are refused one by one, so
// the answers are maps of outcomes; `done` throws a refusal.

import type { TopicPartition } from "@odradek/base";
import type { Cluster } from "../cluster.ts";
import type { Offer } from "../cluster/link.ts";
import type { TopicView } from "../cluster/view.ts";
import {
  askOffsets,
  type FoundOffset,
  type OffsetOptions,
  type OffsetQuery,
} from "../consumer/offsets.ts";
import type { CommittedOffset, GroupOffset } from "../groups/offsets.ts";
import {
  alterConfigs,
  type AlterOptions,
  type ConfigChange,
  listConfigResources,
} from "./alter_configs.ts";
import { type ConfigEntry, type ConfigResource, describeConfigs } from "./configs.ts";
import {
  describeCluster,
  type DescribeClusterOptions,
  type DescribedCluster,
  describeOffer,
} from "./describe_cluster.ts";
import {
  type DescribedTopic,
  describeTopics,
  type DescribeTopicsOptions,
} from "./describe_topics.ts";
import { type ElectedPartition, electLeaders, type ElectionType } from "./elections.ts";
import {
  alterGroupOffsets,
  deleteGroupOffsets,
  deleteGroups,
  type DescribedGroup,
  describeGroups,
  type GroupFilter,
  type ListedGroup,
  listGroupOffsets,
  listGroups,
} from "./groups.ts";
import { type DescribedLogDir, describeLogDirs } from "./log_dirs.ts";
import { type Outcome, settle } from "./outcome.ts";
import {
  addVoter,
  type DescribedQuorum,
  describeQuorum,
  type FeatureChange,
  type NewVoter,
  removeVoter,
  unregisterBroker,
  updateFeatures,
  type VoterKey,
} from "./quorum.ts";
import {
  alterQuotas,
  type DescribedQuota,
  describeQuotas,
  type QuotaChange,
  type QuotaFilter,
} from "./quotas.ts";
import { listReassignments, type Reassignment } from "./reassignments.ts";
import {
  alterScramUser,
  type DescribedScramUser,
  describeScramUsers,
  type ScramChange,
} from "./scram.ts";
import {
  type CreatedTopic,
  type CreateOptions,
  createPartitions,
  createTopics,
  deleteRecords,
  deleteTopics,
  type LargerTopic,
  type NewTopic,
  type RecordsBefore,
} from "./topics.ts";

/** Every method: Fault "network" if the brokers stay out of reach, BrokerRefused for the whole. */
export class Admin {
  readonly #cluster: Cluster;

  constructor(cluster: Cluster) {
    this.#cluster = cluster;
  }

  createTopics(
    topics: readonly NewTopic[],
    options?: CreateOptions,
  ): Promise<Map<NewTopic, Outcome<CreatedTopic>>> {
    return createTopics(this.#cluster, topics, options);
  }

  deleteTopics(names: readonly string[]): Promise<Map<string, Outcome<true>>> {
    return deleteTopics(this.#cluster, names);
  }

  createPartitions(
    topics: readonly LargerTopic[],
    options?: CreateOptions,
  ): Promise<Map<LargerTopic, Outcome<true>>> {
    return createPartitions(this.#cluster, topics, options);
  }

  /** By name. */
  async listTopics(): Promise<TopicView[]> {
    const topics = await this.#cluster.persist(() => this.#cluster.topics());
    return topics.sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  describeTopics(
    names: readonly string[],
    options?: DescribeTopicsOptions,
  ): Promise<Map<string, Outcome<DescribedTopic>>> {
    return describeTopics(this.#cluster, names, options);
  }

  listOffsets<Q extends OffsetQuery>(
    queries: readonly Q[],
    options?: OffsetOptions,
  ): Promise<Map<Q, Outcome<FoundOffset>>> {
    const ask = (items: readonly Q[]) => askOffsets(this.#cluster, items, options);
    return settle(this.#cluster, { items: queries, ask });
  }

  deleteRecords(cuts: readonly RecordsBefore[]): Promise<Map<RecordsBefore, Outcome<number>>> {
    return deleteRecords(this.#cluster, cuts);
  }

  describeConfigs(
    resources: readonly ConfigResource[],
  ): Promise<Map<ConfigResource, Outcome<ConfigEntry[]>>> {
    return describeConfigs(this.#cluster, resources);
  }

  /** All of a change is done, or nothing. */
  alterConfigs(
    changes: readonly ConfigChange[],
    options?: AlterOptions,
  ): Promise<Map<ConfigChange, Outcome<true>>> {
    return alterConfigs(this.#cluster, changes, options);
  }

  /** What has a configuration, of these types. */
  listConfigResources(types: readonly ConfigResource["type"][]): Promise<ConfigResource[]> {
    return listConfigResources(this.#cluster, types);
  }

  /** Of entities that have exactly the types of the filter. */
  describeQuotas(filter: QuotaFilter): Promise<DescribedQuota[]> {
    return describeQuotas(this.#cluster, filter);
  }

  alterQuotas(changes: readonly QuotaChange[]): Promise<Map<QuotaChange, Outcome<true>>> {
    return alterQuotas(this.#cluster, changes);
  }

  /** All users, or one: nothing if there is no such user. */
  describeScramUsers(user?: string): Promise<DescribedScramUser[]> {
    return describeScramUsers(this.#cluster, user);
  }

  alterScramUser(change: ScramChange): Promise<void> {
    return alterScramUser(this.#cluster, change);
  }

  /** Of one broker. */
  describeLogDirs(node: number): Promise<DescribedLogDir[]> {
    return describeLogDirs(this.#cluster, node);
  }

  describeCluster(options?: DescribeClusterOptions): Promise<DescribedCluster> {
    return describeCluster(this.#cluster, options);
  }

  describeQuorum(): Promise<DescribedQuorum> {
    return describeQuorum(this.#cluster);
  }

  /** Resolves when the voters have committed that this controller is one of them (KIP-853). */
  addVoter(voter: NewVoter): Promise<void> {
    return addVoter(this.#cluster, voter);
  }

  removeVoter(voter: VoterKey): Promise<void> {
    return removeVoter(this.#cluster, voter);
  }

  /** Of these partitions, or of all that need it. */
  electLeaders(
    type: ElectionType,
    partitions: readonly TopicPartition[] | "all",
  ): Promise<ElectedPartition[]> {
    return electLeaders(this.#cluster, type, partitions);
  }

  /** The moves that are under way, of these partitions or of all. */
  listReassignments(partitions: readonly TopicPartition[] | "all"): Promise<Reassignment[]> {
    return listReassignments(this.#cluster, partitions);
  }

  unregisterBroker(id: number): Promise<void> {
    return unregisterBroker(this.#cluster, id);
  }

  /** All or none. */
  updateFeatures(
    changes: readonly FeatureChange[],
    options?: { readonly validateOnly?: boolean },
  ): Promise<void> {
    return updateFeatures(this.#cluster, changes, options);
  }

  /** Versions and features; of any node if none is named. */
  apiVersions(node?: number): Promise<Offer> {
    return describeOffer(this.#cluster, node);
  }

  listGroups(filter?: GroupFilter): Promise<ListedGroup[]> {
    return listGroups(this.#cluster, filter);
  }

  describeGroups(groupIds: readonly string[]): Promise<Map<string, Outcome<DescribedGroup>>> {
    return describeGroups(this.#cluster, groupIds);
  }

  deleteGroups(groupIds: readonly string[]): Promise<Map<string, Outcome<true>>> {
    return deleteGroups(this.#cluster, groupIds);
  }

  listGroupOffsets(groupId: string): Promise<CommittedOffset[]> {
    return listGroupOffsets(this.#cluster, groupId);
  }

  alterGroupOffsets<O extends GroupOffset>(
    groupId: string,
    offsets: readonly O[],
  ): Promise<Map<O, Outcome<true>>> {
    return alterGroupOffsets(this.#cluster, groupId, offsets);
  }

  deleteGroupOffsets<P extends TopicPartition>(
    groupId: string,
    partitions: readonly P[],
  ): Promise<Map<P, Outcome<true>>> {
    return deleteGroupOffsets(this.#cluster, groupId, partitions);
  }
}
