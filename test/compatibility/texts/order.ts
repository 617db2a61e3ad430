// The recordings in the order of the session that made them.

/** Here a group has members, and another one had. */
export const GROUPS = "+groups";
/** Here the node stops: files are looked at when they are whole. */
export const STOP = "+stop";

export const ORDER: readonly string[] = `
  kafka-storage-random-uuid kafka-storage-info-unformatted kafka-storage-format-no-mode
  kafka-storage-format kafka-storage-format-again kafka-storage-format-bad-uuid
  kafka-storage-format-ignore-formatted kafka-storage-info kafka-storage-version-mapping
  kafka-storage-version-mapping-3.9 kafka-storage-feature-dependencies kafka-topics-create
  kafka-topics-create-exists kafka-topics-create-if-not-exists kafka-topics-create-bad-replication
  kafka-topics-create-zero-partitions kafka-topics-create-bad-name kafka-topics-create-bad-config
  kafka-topics-create-bad-config-value kafka-topics-create-no-topic kafka-topics-no-action
  kafka-topics-create-config kafka-topics-create-assignment kafka-topics-create-defaults
  kafka-topics-list kafka-topics-describe kafka-topics-describe-all
  kafka-topics-describe-overrides kafka-topics-describe-unknown kafka-topics-describe-if-exists
  kafka-topics-unavailable kafka-topics-under-min-isr kafka-topics-alter-partitions
  kafka-topics-at-min-isr kafka-topics-alter-fewer kafka-topics-delete-unknown
  kafka-console-producer-keyed kafka-console-producer-keyed-old-flag
  kafka-console-producer-headers kafka-console-producer-plain kafka-console-producer-plain2
  kafka-console-producer-nulls kafka-console-producer-no-separator
  kafka-console-producer-unknown-topic kafka-console-consumer-all-fields
  kafka-console-consumer-keys kafka-console-consumer-old-property
  kafka-console-consumer-max-messages kafka-console-consumer-partition-offset
  kafka-console-consumer-group kafka-console-consumer-unknown-topic
  kafka-console-consumer-offsets-formatter kafka-console-consumer-no-broker kafka-get-offsets
  kafka-get-offsets-earliest kafka-get-offsets-max-timestamp kafka-get-offsets-all
  kafka-get-offsets-unknown kafka-log-dirs kafka-log-dirs-broker +groups
  kafka-consumer-groups-list kafka-consumer-groups-list-state kafka-consumer-groups-list-type
  kafka-consumer-groups-describe kafka-consumer-groups-describe-live
  kafka-consumer-groups-describe-live-verbose kafka-consumer-groups-describe-all
  kafka-consumer-groups-describe-unknown kafka-consumer-groups-members
  kafka-consumer-groups-members-verbose kafka-consumer-groups-state
  kafka-consumer-groups-reset-active kafka-consumer-groups-reset-dry-run
  kafka-consumer-groups-reset-execute kafka-consumer-groups-reset-shift
  kafka-consumer-groups-reset-export kafka-consumer-groups-delete-active
  kafka-consumer-groups-delete-unknown kafka-consumer-groups-delete-offsets
  kafka-consumer-groups-delete kafka-configs-alter-topic kafka-configs-describe-topic
  kafka-configs-describe-topic-all kafka-configs-alter-bad-config
  kafka-configs-alter-unknown-topic kafka-configs-delete-topic-config kafka-configs-delete-missing
  kafka-configs-describe-unknown-topic kafka-configs-alter-broker
  kafka-configs-alter-broker-default kafka-configs-alter-broker-readonly
  kafka-configs-describe-broker kafka-configs-describe-broker-default
  kafka-configs-describe-broker-all kafka-configs-alter-quota kafka-configs-alter-client-default
  kafka-configs-alter-ip kafka-configs-alter-group kafka-configs-describe-quota
  kafka-configs-describe-clients kafka-configs-describe-ips kafka-configs-describe-group
  kafka-cluster-cluster-id kafka-cluster-list-endpoints kafka-cluster-list-endpoints-fenced
  kafka-cluster-unregister-unknown kafka-features-describe kafka-features-bad
  kafka-features-downgrade-dry-run kafka-metadata-quorum-status kafka-metadata-quorum-controller
  kafka-metadata-quorum-replication kafka-metadata-quorum-replication-human
  kafka-broker-api-versions kafka-leader-election-all kafka-leader-election-not-needed
  kafka-leader-election-topic kafka-leader-election-unknown kafka-delete-records
  kafka-producer-perf-test
  kafka-producer-perf-test-old-flag kafka-consumer-perf-test kafka-consumer-perf-test-detailed
  kafka-e2e-latency kafka-topics-delete kafka-topics-list-exclude-internal +stop kafka-dump-log
  kafka-dump-log-print-data kafka-dump-log-missing kafka-dump-log-metadata kafka-dump-log-index
  kafka-dump-log-index-sanity kafka-dump-log-verify-index kafka-dump-log-offsets-0
  kafka-topics-list-broker-down
`.trim().split(/\s+/);
