// What was counted of requests, as the families that dashboards ask for.

import { FETCH_OF_FOLLOWER, ThreadCounters } from "@odradek/network";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { metricsText } from "../metrics.ts";
import { Windows } from "../window.ts";
import { requestCounts, requestFamilies } from "./requests.ts";

const test = suite("metrics of requests");

async function linesOf(threads: readonly ThreadCounters[]): Promise<string[]> {
  const families = requestFamilies(requestCounts(threads), new Windows(), 0);
  return (await metricsText(families)).split("\n");
}

function threads(): ThreadCounters[] {
  const [one, other] = [new ThreadCounters(), new ThreadCounters()];
  const start = { frameBytes: 100, receivedAtMs: 0 };
  one.requests.answered({ row: 1, version: 17, ...start }, 1000, 2);
  other.requests.answered({ row: 1, version: 17, ...start }, 1000, 2);
  other.requests.answered({ row: FETCH_OF_FOLLOWER, version: 18, ...start }, 500, 500);
  one.requests.answered({ row: 0, version: 11, ...start }, 50, 0.03);
  one.requests.refused(0, 29);
  return [one, other];
}

test("requestFamilies tell fetches of consumers from those of followers", async () => {
  const lines = await linesOf(threads());
  const requests = lines.filter((line) => line.startsWith("kafka_network_requestmetrics_requests"));
  assert.equal(requests.map((line) => line.replace(/^[^{]*/, "")), [
    '{request="Produce",version="11"} 1',
    '{request="Fetch",version="17"} 2',
    '{request="Fetch",version="18"} 1',
    '{request="FetchConsumer",version="17"} 2',
    '{request="FetchFollower",version="18"} 1',
  ]);
});

test("requestFamilies have what Prometheus wants of summaries and histograms", async () => {
  const lines = await linesOf(threads());
  const has = (line: string) => assert.ok(lines.includes(line), line);
  has("# TYPE kafka_network_requestmetrics_totaltimems summary");
  has('kafka_network_requestmetrics_totaltimems_count{request="Fetch"} 3');
  has("# TYPE odradek_request_duration_seconds histogram");
  has('odradek_request_duration_seconds_bucket{request="Fetch",le="0.001024"} 0');
  has('odradek_request_duration_seconds_bucket{request="Fetch",le="0.004096"} 2');
  has('odradek_request_duration_seconds_bucket{request="Fetch",le="+Inf"} 3');
  has('odradek_request_duration_seconds_count{request="Fetch"} 3');
  has('odradek_request_duration_seconds_sum{request="Fetch"} 0.504');
  has('kafka_network_requestmetrics_errors_total{request="Produce",' +
    'error="TOPIC_AUTHORIZATION_FAILED"} 1');
  has('odradek_response_bytes_total{request="Fetch"} 2500');
  const half = lines.find((line) => line.includes('totaltimems{request="Fetch",quantile="0.50"}'));
  assert.ok(Math.abs(Number(half?.split(" ")[1]) - 2) < 0.3, half);
});

test("requestFamilies of a node that nobody asked anything are empty", async () => {
  assert.equal((await linesOf([new ThreadCounters()])).join(""), "");
});

test.run();
