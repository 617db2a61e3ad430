// Which headers go with which version, and the types that handlers work with.

import { suite } from "uvu";
import * as assert from "uvu/assert";
import { ApiVersions, type ApiVersionsRequest } from "../messages/api_versions.ts";
import { Fetch, type FetchRequest, type FetchResponse } from "../messages/fetch.ts";
import { SaslHandshake } from "../messages/sasl_handshake.ts";
import type { RequestDraft, Response } from "./api.ts";

const test = suite("api");

test("Api.requestHeaderVersion and its like follow the first flexible version", () => {
  assert.equal([11, 12].map((v) => Fetch.requestHeaderVersion(v)), [1, 2]);
  assert.equal([11, 12].map((v) => Fetch.responseHeaderVersion(v)), [0, 1]);
  assert.is(SaslHandshake.requestHeaderVersion(1), 1);
  assert.is(SaslHandshake.responseHeaderVersion(1), 0);
});

test("Api.responseHeaderVersion is 0 for ApiVersions in all versions", () => {
  assert.equal([0, 3, 5].map((v) => ApiVersions.responseHeaderVersion(v)), [0, 0, 0]);
  assert.equal([2, 3].map((v) => ApiVersions.requestHeaderVersion(v)), [1, 2]);
});

test("Api.request reads into a type that holds the fields of all versions", () => {
  const draft: RequestDraft<typeof Fetch> = {
    maxWaitMs: 500,
    minBytes: 1,
    topics: [{
      topic: "t",
      partitions: [{ partition: 0, fetchOffset: 7n, partitionMaxBytes: 100 }],
    }],
    forgottenTopicsData: [],
  };
  const request: FetchRequest = Fetch.request.decode(Fetch.request.encode(draft, 4), 4);
  assert.is(request.sessionEpoch, -1);
  assert.equal(request.replicaState, { replicaId: -1, replicaEpoch: -1n });
  assert.is(request.topics[0]?.partitions[0]?.fetchOffset, 7n);
  const software: ApiVersionsRequest["clientSoftwareName"] = "odradek";
  assert.is(software, "odradek");
});

test("Api.response takes drafts and gives back whole messages", () => {
  const answer: FetchResponse = { responses: [] };
  const response: Response<typeof Fetch> = Fetch.response.decode(
    Fetch.response.encode(answer, 18),
    18,
  );
  assert.equal(response, {
    throttleTimeMs: 0,
    errorCode: 0,
    sessionId: 0,
    responses: [],
    nodeEndpoints: [],
  });
});

test.run();
