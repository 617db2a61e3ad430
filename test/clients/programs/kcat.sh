#!/usr/bin/env bash
# kcat: writes records, or reads them as a member of a group until it is told to stop.
set -euo pipefail
role=$1 broker=$2 topic=$3

if [[ $role == produce ]]; then
  codec=$4 from=$5 count=$6
  # All records of a call have the same headers: the number comes from the value.
  awk -v from="$from" -v count="$count" \
    'BEGIN { for (i = from; i < from + count; i++) printf "k%d\tv%d\n", i % 50, i }' |
    kcat -P -E -b "$broker" -t "$topic" -K $'\t' -z "$codec" -H by=kcat \
      -X enable.idempotence=true -X message.timeout.ms=120000
  exit
fi

kcat -G "$4" -b "$broker" -E -u -q -f 'r %p %o %k %s %h\n' -X auto.offset.reset=earliest \
  -X auto.commit.interval.ms=500 -X heartbeat.interval.ms=500 -X session.timeout.ms=10000 \
  "$topic" > >(sed -u -E 's/ v([0-9]+) by=kcat$/ v\1 \1/') &
pid=$!
read -r _ || true
kill -INT "$pid" 2>/dev/null || true
wait "$pid"
