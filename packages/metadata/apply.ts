// One record of the metadata log makes the next version of the image: the only way it changes, the
// same on the active controller, on standbys, on brokers, after a restart and from a snapshot.

import type { MetadataRecord } from "@odradek/protocol/schemas/metadata/mod";
import { unreachable } from "@odradek/base";
import {
  applyBrokerRegistrationChange,
  applyFencing,
  applyRegisterBroker,
  applyRegisterController,
  applyUnregisterBroker,
  applyUnregisterController,
} from "./apply/brokers.ts";
import {
  applyAcl,
  applyClientQuota,
  applyDelegationToken,
  applyRemoveAcl,
  applyRemoveDelegationToken,
  applyRemoveScramUser,
  applyScramUser,
} from "./apply/kept.ts";
import { applyConfig, applyFeatureLevel, applyProducerIds } from "./apply/settings.ts";
import {
  applyClearElr,
  applyPartition,
  applyPartitionChange,
  applyRemoveTopic,
  applyTopic,
} from "./apply/topics.ts";
import type { ClusterImage } from "./image.ts";

/** Fault "corrupt" if the record contradicts the image. */
export function applyRecord(image: ClusterImage, record: MetadataRecord): ClusterImage {
  switch (record.type) {
    case "TopicRecord":
      return applyTopic(image, record);
    case "PartitionRecord":
      return applyPartition(image, record);
    case "PartitionChangeRecord":
      return applyPartitionChange(image, record);
    case "RemoveTopicRecord":
      return applyRemoveTopic(image, record);
    case "ClearElrRecord":
      return applyClearElr(image, record);
    case "ConfigRecord":
      return applyConfig(image, record);
    case "FeatureLevelRecord":
      return applyFeatureLevel(image, record);
    case "ProducerIdsRecord":
      return applyProducerIds(image, record);
    case "RegisterBrokerRecord":
      return applyRegisterBroker(image, record);
    case "UnregisterBrokerRecord":
      return applyUnregisterBroker(image, record);
    case "BrokerRegistrationChangeRecord":
      return applyBrokerRegistrationChange(image, record);
    case "FenceBrokerRecord":
      return applyFencing(image, record, true);
    case "UnfenceBrokerRecord":
      return applyFencing(image, record, false);
    case "RegisterControllerRecord":
      return applyRegisterController(image, record);
    case "UnregisterControllerRecord":
      return applyUnregisterController(image, record.controllerId);
    default:
      return applyRest(image, record);
  }
}

type Handled =
  | "TopicRecord"
  | "PartitionRecord"
  | "PartitionChangeRecord"
  | "RemoveTopicRecord"
  | "ClearElrRecord"
  | "ConfigRecord"
  | "FeatureLevelRecord"
  | "ProducerIdsRecord"
  | "RegisterBrokerRecord"
  | "UnregisterBrokerRecord"
  | "BrokerRegistrationChangeRecord"
  | "FenceBrokerRecord"
  | "UnfenceBrokerRecord"
  | "RegisterControllerRecord"
  | "UnregisterControllerRecord";

/** What is kept but not acted on, and what changes nothing. */
function applyRest(
  image: ClusterImage,
  record: Exclude<MetadataRecord, { readonly type: Handled }>,
): ClusterImage {
  switch (record.type) {
    case "AccessControlEntryRecord":
      return applyAcl(image, record);
    case "RemoveAccessControlEntryRecord":
      return applyRemoveAcl(image, record.id);
    case "UserScramCredentialRecord":
      return applyScramUser(image, record);
    case "RemoveUserScramCredentialRecord":
      return applyRemoveScramUser(image, record);
    case "ClientQuotaRecord":
      return applyClientQuota(image, record);
    case "DelegationTokenRecord":
      return applyDelegationToken(image, record);
    case "RemoveDelegationTokenRecord":
      return applyRemoveDelegationToken(image, record.tokenId);
    case "NoOpRecord":
    case "ZkMigrationStateRecord":
    // The fold deals with transactions: see fold.ts.
    case "BeginTransactionRecord":
    case "EndTransactionRecord":
    case "AbortTransactionRecord":
      return image;
    default:
      return unreachable(record);
  }
}
