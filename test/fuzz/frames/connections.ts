// Frames as connections bring them: cut out of what a socket gives, piece by piece, then opened and
// decoded by dispatch, in front of endpoints for every API.

import { assert, type Random } from "@odradek/base";
import { allowAll, Dispatch, type DispatchOptions, endpoint } from "@odradek/network";
import { FrameCutter } from "@odradek/network/frames";
import { RequestHeader, ResponseHeader } from "@odradek/protocol/header";
import { apis } from "@odradek/protocol/messages/mod";
import { Reader } from "@odradek/protocol/wire/reader";
import { Writer } from "@odradek/protocol/wire/writer";
import { mutated } from "../mutation.ts";
import { checkWeight, pick, type Target } from "../target.ts";
import type { Sample } from "./messages.ts";

const FRAME_BYTES_MAX = 100_000;

export function connectionTargets(samples: readonly Sample[]): Target[] {
  const requests = samples.filter(({ vector: { type } }) => type === "request");
  const responses = samples.filter(({ vector: { type } }) => type === "response");
  return [
    { name: "request frame", weight: 15, run: (random) => receive(random, requests) },
    { name: "response frame", weight: 10, run: (random) => readResponse(random, responses) },
  ];
}

function apiOf({ vector: { apiKey } }: Sample) {
  const api = apiKey === undefined ? undefined : apis.get(apiKey);
  assert(api !== undefined, "A request is one of an API", { apiKey });
  return api;
}

/** Two frames, of which the first is damaged, in pieces of any length. */
function receive(random: Random, samples: readonly Sample[]): void {
  const stream = [mutated(requestFrame(pick(random, samples), random), random)];
  stream.push(requestFrame(pick(random, samples), random));
  const bytes = Buffer.concat(stream);
  const cutter = new FrameCutter(FRAME_BYTES_MAX);
  for (let at = 0; at < bytes.length;) {
    const piece = bytes.subarray(at, at + 1 + random.below(bytes.length));
    cutter.feed(piece, (frame) => dispatchOne(frame));
    at += piece.length;
  }
}

function requestFrame(sample: Sample, random: Random): Uint8Array {
  const { vector: { version }, bytes } = sample;
  const { key, requestHeaderVersion } = apiOf(sample);
  const writer = new Writer();
  writer.int32(0);
  RequestHeader.codec(requestHeaderVersion(version)).write(writer, {
    requestApiKey: key,
    requestApiVersion: version,
    correlationId: random.below(1000),
    clientId: random.below(2) === 0 ? null : "fuzz",
  });
  writer.copy(bytes);
  writer.patchInt32(0, writer.length - 4);
  return writer.finishWhole();
}

const silent = { error: (): void => undefined } as unknown as DispatchOptions["logger"];

/** Answers nothing: what matters is that the request gets as far as its handler. */
const dispatch = new Dispatch({
  endpoints: [...apis.values()].map((api) =>
    endpoint(api, { handle: () => undefined as never, refuse: () => undefined as never })
  ),
  hooks: allowAll,
  logger: silent,
  fatal: (bug) => {
    throw bug;
  },
});

function dispatchOne(frame: Uint8Array): void {
  const { endpoint: { api }, body, version } = dispatch.open(frame);
  checkWeight(api.request.read(body, version), frame.length);
}

/** As a client or a follower reads an answer to a request of its own. */
function readResponse(random: Random, samples: readonly Sample[]): void {
  const sample = pick(random, samples);
  const { vector: { version }, bytes } = sample;
  const api = apiOf(sample);
  const writer = new Writer();
  const headerVersion = api.responseHeaderVersion(version);
  ResponseHeader.codec(headerVersion).write(writer, { correlationId: 1 });
  writer.copy(bytes);
  const damaged = mutated(writer.finishWhole(), random);
  const reader = new Reader(damaged);
  ResponseHeader.read(reader, headerVersion);
  checkWeight(api.response.read(reader, version), damaged.length);
}
