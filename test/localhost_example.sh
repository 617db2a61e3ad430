#!/usr/bin/env bash
# The session that Kafka's introductions show: a topic, two records, a group that reads them, and
# what of it lies on the disk. With our commands, compared with the text below; and with Kafka's
# own tools, on our node and on a Kafka beside it, whose texts must be the same.
#
#   test/localhost_example.sh                      our commands
#   test/localhost_example.sh --kafka PEER         Kafka's tools; PEER: the `kafka` script that runs them
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
work=$(mktemp -d "${TMPDIR:-/tmp}/odradek-localhost.XXXXXX")
peer=
pid=

[[ ${1:-} == --kafka ]] && peer=$2

finish() {
  [[ -n $pid ]] && kill "$pid" 2>/dev/null && wait "$pid" 2>/dev/null || true
  [[ -n $peer && -d $work/kafka ]] && "$peer" stop --dir "$work/kafka" --kill --wipe >/dev/null || true
  rm -rf "$work"
}
trap finish EXIT

# A fresh clone needs no step before.
node --input-type=module --eval \
  'const { install } = await import(process.argv[1]); await install(process.argv[2]);' \
  "$root/scripts/launch/install.mjs" "$root"

odradek() { node "$root/packages/cli/launcher/odradek.mjs" "$@"; }

# Free, and its tenth neighbour too.
free_port() {
  local port
  while port=$((10000 + RANDOM % 15000)); do
    (: < "/dev/tcp/127.0.0.1/$port") 2>/dev/null || (: < "/dev/tcp/127.0.0.1/$((port + 10))") \
      2>/dev/null || break
  done
  echo "$port"
}

start_node() {
  node "$root/packages/cli/launcher/odradek.mjs" start \
    --override "listeners=PLAINTEXT://127.0.0.1:$1" --override "log.dirs=$work/data" \
    --override odradek.metrics.listener= > "$work/node.log" 2>&1 &
  pid=$!
  for _ in {1..1200}; do
    grep -q ' ready in ' "$work/node.log" && return
    kill -0 "$pid" 2>/dev/null || break
    sleep 0.1
  done
  echo "The node did not start:" >&2
  cat "$work/node.log" >&2
  exit 1
}

# What differs from run to run: ids, times, checksums. And what is not built yet: a new cluster of
# Kafka's has eligible leader replicas, which make min.insync.replicas a setting of the cluster.
normalised() {
  sed -E \
    -e "s#$work/[a-z0-9/-]*/((my-topic|__consumer_offsets)-)#DATA/\1#g" \
    -e 's/Configs: min\.insync\.replicas=1$/Configs: /' \
    -e 's/TopicId: [A-Za-z0-9_-]{22}/TopicId: ID/' \
    -e 's/"topicId":"[A-Za-z0-9_-]{22}"/"topicId":"ID"/g' \
    -e 's/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/UUID/g' \
    -e 's/\b[0-9]{13}\b/TIME/g' \
    -e 's/crc: [0-9]+/crc: CRC/' \
    -e 's/127\.0\.0\.1:[0-9]+/127.0.0.1:PORT/g' \
    -e '/^\[[0-9]{4}-.*\] (INFO|WARN) /d' \
    -e '/KIP-848/d'
}

same() { # EXPECTED ACTUAL: files
  diff -u --label expected --label "$3" "$1" "$2" && return
  echo "localhost_example: the session reads otherwise" >&2
  exit 1
}

# The files of a partition, and the size of its log.
files_of() {
  (cd "$1" && ls | grep -v '\.snapshot$')
  stat -c '%n %s' "$1/00000000000000000000.log" | sed 's#.*/##'
}

our_session() {
  local port=$1 data=$work/data
  local at=(--bootstrap-server "127.0.0.1:$port")
  odradek topics "${at[@]}" --create --topic my-topic --partitions 3
  odradek topics "${at[@]}" --describe --topic my-topic
  printf '1#hello\n2#world\n' | odradek produce "${at[@]}" --topic my-topic \
    --reader-property parse.key=true --reader-property key.separator=#
  odradek consume "${at[@]}" --topic my-topic --group my-group --from-beginning --max-messages 2 \
    --formatter-property print.partition=true --formatter-property print.key=true 2>&1 | sort
  files_of "$data/my-topic-0"
  odradek dump-log --deep-iteration --print-data-log \
    --files "$data/my-topic-0/00000000000000000000.log"
  odradek coordinator-partition my-group
  odradek dump-log --offsets-decoder \
    --files "$data/__consumer_offsets-12/00000000000000000000.log" | grep offset_commit
  odradek groups "${at[@]}" --describe --group my-group 2>&1
}

our_expectation() {
  cat <<'TEXT'
Created topic my-topic.
Topic: my-topic	TopicId: ID	PartitionCount: 3	ReplicationFactor: 1	Configs: 
	Topic: my-topic	Partition: 0	Leader: 1	Replicas: 1	Isr: 1	Elr: 	LastKnownElr: 
	Topic: my-topic	Partition: 1	Leader: 1	Replicas: 1	Isr: 1	Elr: 	LastKnownElr: 
	Topic: my-topic	Partition: 2	Leader: 1	Replicas: 1	Isr: 1	Elr: 	LastKnownElr: 
Partition:0	1	hello
Partition:2	2	world
Processed a total of 2 messages
00000000000000000000.index
00000000000000000000.log
00000000000000000000.timeindex
leader-epoch-checkpoint
partition.metadata
00000000000000000000.log 74
Dumping DATA/my-topic-0/00000000000000000000.log
Starting offset: 0
baseOffset: 0 lastOffset: 0 count: 1 baseSequence: 0 lastSequence: 0 producerId: 0 producerEpoch: 0 partitionLeaderEpoch: 0 isTransactional: false isControl: false deleteHorizonMs: OptionalLong.empty position: 0 CreateTime: TIME size: 74 magic: 2 compresscodec: none crc: CRC isvalid: true
| offset: 0 CreateTime: TIME keySize: 1 valueSize: 5 sequence: 0 headerKeys: [] key: 1 payload: hello
12
| offset: 2 CreateTime: TIME keySize: 26 valueSize: 42 sequence: 0 headerKeys: [] key: offset_commit::group=my-group,partition=my-topic-0 payload: offset=1
| offset: 3 CreateTime: TIME keySize: 26 valueSize: 42 sequence: 1 headerKeys: [] key: offset_commit::group=my-group,partition=my-topic-1 payload: offset=0
| offset: 4 CreateTime: TIME keySize: 26 valueSize: 42 sequence: 2 headerKeys: [] key: offset_commit::group=my-group,partition=my-topic-2 payload: offset=1

Consumer group 'my-group' has no active members.

GROUP           TOPIC           PARTITION  CURRENT-OFFSET  LOG-END-OFFSET  LAG             CONSUMER-ID     HOST            CLIENT-ID
my-group        my-topic        0          1               1               0               -               -               -
my-group        my-topic        1          0               0               0               -               -               -
my-group        my-topic        2          1               1               0               -               -               -
TEXT
}

# The same questions with Kafka's tools.
kafka_session() {
  local port=$1 data=$2
  local at=(--bootstrap-server "127.0.0.1:$port")
  "$peer" tool kafka-topics "${at[@]}" --create --topic my-topic --partitions 3
  "$peer" tool kafka-topics "${at[@]}" --describe --topic my-topic
  printf '1#hello\n2#world\n' | "$peer" tool kafka-console-producer "${at[@]}" --topic my-topic \
    --reader-property parse.key=true --reader-property key.separator=#
  "$peer" tool kafka-console-consumer "${at[@]}" --topic my-topic --group my-group \
    --from-beginning --max-messages 2 --formatter-property print.partition=true \
    --formatter-property print.key=true 2>&1 | sort
  "$peer" tool kafka-consumer-groups "${at[@]}" --list
  "$peer" tool kafka-consumer-groups "${at[@]}" --describe --group my-group 2>&1
  "$peer" tool kafka-consumer-groups "${at[@]}" --describe --group my-group --state 2>&1
  files_of "$data/my-topic-0"
  "$peer" tool kafka-dump-log --deep-iteration --print-data-log \
    --files "$data/my-topic-0/00000000000000000000.log"
  "$peer" tool kafka-dump-log --offsets-decoder \
    --files "$data/__consumer_offsets-12/00000000000000000000.log"
}

port=$(free_port)
start_node "$port"
if [[ -z $peer ]]; then
  our_session "$port" | normalised > "$work/ours"
  our_expectation > "$work/expected"
  same "$work/expected" "$work/ours" ours
else
  kafka_session "$port" "$work/data" | normalised > "$work/ours"
  beside=$(free_port)
  "$peer" start --port "$beside" --dir "$work/kafka" >/dev/null
  logs=$(dirname "$(find "$work/kafka" -type d -name my-topic-0 -o -name meta.properties | head -1)")
  kafka_session "$beside" "$logs" | normalised > "$work/theirs"
  same "$work/theirs" "$work/ours" "Kafka's tools on our node"
fi
echo "localhost_example: ok"
