// Metrics of requests: by API, over all threads that answer them.

import {
  countBelow,
  countOf,
  FETCH_OF_FOLLOWER,
  quantileMs,
  type RequestCounts,
  ROWS,
  sumOf,
  type ThreadCounters,
  VERSIONS,
} from "@odradek/network";
import { apiName } from "@odradek/protocol/apis";
import { errorName } from "@odradek/protocol/errors";
import { Fetch } from "@odradek/protocol/messages/fetch";
import type { Family, Labels, Sample } from "../family.ts";
import type { Windows } from "../window.ts";

const QUANTILES = ["0.50", "0.75", "0.95", "0.98", "0.99", "0.999"] as const;
/** Of the buckets that Prometheus gets: from 2^6 us, every second doubling up to 2^26 us (67 s). */
const POWERS = Array.from({ length: 11 }, (_, i) => 6 + 2 * i);

/** By the names that Kafka's metrics have: Fetch, and the same by who fetches. */
export function requestCounts(
  threads: Iterable<ThreadCounters>,
): ReadonlyMap<string, RequestCounts> {
  const all = [...threads].map(({ requests }) => requests);
  const rows = Array.from({ length: ROWS }, (_, row) => sumOf(all.map((one) => one.of(row))));
  const followers = rows[FETCH_OF_FOLLOWER];
  const consumers = rows[Fetch.key];
  const named = rows.map((counts, row) => [apiName(row), counts] as const)
    .filter((_, row) => row !== FETCH_OF_FOLLOWER && row !== Fetch.key);
  const fetches = [
    ["Fetch", sumOf([consumers, followers])],
    ["FetchConsumer", consumers],
    ["FetchFollower", followers],
  ] as const;
  return new Map(
    [...named, ...fetches].filter((one): one is [string, RequestCounts] => one[1] !== undefined),
  );
}

/** `nowMs`: monotonic. */
export function requestFamilies(
  counts: ReadonlyMap<string, RequestCounts>,
  windows: Windows,
  nowMs: number,
): Family[] {
  const all = [...counts];
  const recent = windows.recent(new Map(all.map(([name, { buckets }]) => [name, buckets])), nowMs);
  return [
    {
      name: "kafka_network_requestmetrics_requests_total",
      help: "Requests that were answered.",
      type: "counter",
      samples: all.flatMap(([request, one]) => versionSamples(request, one)),
      isDetailed: true,
    },
    {
      name: "kafka_network_requestmetrics_errors_total",
      help: "Requests that were refused as a whole; errors of single partitions are not in it.",
      type: "counter",
      samples: all.flatMap(([request, { errors }]) =>
        [...errors].map(([code, value]) => ({ labels: { request, error: errorName(code) }, value }))
      ),
      isDetailed: true,
    },
    {
      name: "kafka_network_requestmetrics_totaltimems",
      help: "From a request to its answer, in ms; quantiles of the last minute or two.",
      type: "summary",
      samples: all.flatMap(([request, { buckets }]) =>
        summary({ request }, { all: buckets, recent: recent.get(request) ?? buckets })
      ),
    },
    {
      name: "odradek_request_duration_seconds",
      help: "From a request to its answer.",
      type: "histogram",
      samples: all.flatMap(([request, one]) => histogram({ request }, one)),
      isDetailed: true,
    },
    {
      name: "odradek_request_bytes_total",
      help: "Bytes of requests.",
      type: "counter",
      samples: all.map(([request, { bytesIn: value }]) => ({ labels: { request }, value })),
    },
    {
      name: "odradek_response_bytes_total",
      help: "Bytes of answers.",
      type: "counter",
      samples: all.map(([request, { bytesOut: value }]) => ({ labels: { request }, value })),
    },
  ];
}

function versionSamples(request: string, { versions }: RequestCounts): Sample[] {
  return [...versions].flatMap((value, i) => {
    const version = i === VERSIONS - 1 ? "other" : i;
    return value === 0 ? [] : [{ labels: { request, version }, value }];
  });
}

function summary(
  labels: Labels,
  { all, recent }: { readonly all: Float64Array; readonly recent: Float64Array },
): Sample[] {
  const quantiles = QUANTILES.map((quantile) => ({
    labels: { ...labels, quantile },
    value: quantileMs(recent, Number(quantile)),
  }));
  return [...quantiles, { labels, value: countOf(all), suffix: "_count" }];
}

function histogram(labels: Labels, { buckets, ms }: RequestCounts): Sample[] {
  const count = countOf(buckets);
  const suffix = "_bucket";
  return [
    ...POWERS.map((power) => ({
      labels: { ...labels, le: 2 ** power / 1e6 },
      value: countBelow(buckets, power),
      suffix,
    })),
    { labels: { ...labels, le: "+Inf" }, value: count, suffix },
    { labels, value: ms / 1000, suffix: "_sum" },
    { labels, value: count, suffix: "_count" },
  ];
}
