#!/usr/bin/env bash
# kcat under a rolling restart: writes a record at a time, or reads as a member of a group, until it
# is told to stop. `f reason` for each failure, `r value` for each record, `w count` of those written.
# A broker that is gone is no failure: kcat tells of it and goes on.
set -euo pipefail
role=$1 brokers=$2 topic=$3 every_ms=$4
failures='/transport failure/d; s/^% (ERROR|Delivery failed)/f \1/p'

if [[ $role == produce ]]; then
  pause=$(awk -v ms="$every_ms" 'BEGIN { print ms / 1000 }')
  exec 3>&1
  {
    for ((i = 0; ; i++)); do
      echo "kcat $i"
      # Told to stop: a line comes.
      if read -r -t "$pause" _; then break; fi
    done
    echo "w $((i + 1))" >&3
  } | kcat -P -b "$brokers" -t "$topic" 2> >(sed -u -n -E "$failures" >&3)
  exit
fi

kcat -G kcat -b "$brokers" -u -q -f 'r %s\n' -X auto.offset.reset=earliest "$topic" \
  2> >(sed -u -n -E "$failures") &
pid=$!
read -r _ || true
kill -INT "$pid" 2>/dev/null || true
wait "$pid" || true
