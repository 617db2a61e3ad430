// From a frame to an answer: the header, the endpoint that serves the API and version, the request,
// its handler, and what becomes of everything that can go wrong on the way.

import { Bug, Fault, reason } from "@odradek/base";
import { apiName } from "@odradek/protocol/apis";
import { Refusal } from "@odradek/protocol/refusal";
import { Malformed } from "@odradek/protocol/wire/malformed";
import { Reader } from "@odradek/protocol/wire/reader";
import { RequestHeader, ResponseHeader } from "@odradek/protocol/header";
import type { Writer } from "@odradek/protocol/wire/writer";
import { FETCH_OF_FOLLOWER } from "./counters/request_counters.ts";
import { ThreadCounters } from "./counters/thread_counters.ts";
import type { Logger } from "./logging.ts";
import type { Hooks, RequestContext } from "./context.ts";
import type { Endpoint } from "./endpoint.ts";

/** A frame whose header has been read and whose API and version are served. */
export interface Opened {
  readonly endpoint: Endpoint;
  readonly version: number;
  readonly correlationId: number;
  readonly clientId: string | null;
  /** Stands at the body. */
  readonly body: Reader;
  readonly isUnknownVersion: boolean;
  /** Where it is counted: see `RequestCounters`. */
  row: number;
}

/** With bytes of its own: the frame's are good during a call only. */
export function keptOf(opened: Opened): Opened {
  const { bytes, position } = opened.body;
  return { ...opened, body: new Reader(bytes.slice(), position) };
}

/** What is sent, and whether the connection goes on after it. */
export interface Outcome {
  /** Undefined: nothing is sent. */
  readonly answer: unknown;
  /** Of the answer; a version that is not served is answered in version 0. */
  readonly version: number;
  readonly closes: boolean;
}

export interface DispatchOptions {
  readonly endpoints: readonly Endpoint[];
  readonly hooks: Hooks;
  readonly logger: Logger;
  /** An invariant is broken: the process must end. */
  readonly fatal: (bug: Bug) => void;
  /** Of the thread; absent: its own, which nobody reads. */
  readonly counters?: ThreadCounters | undefined;
}

export class Dispatch {
  readonly hooks: Hooks;
  readonly #endpoints: ReadonlyMap<number, Endpoint>;
  readonly #logger: Logger;
  readonly #fatal: (bug: Bug) => void;
  /** Of the thread. */
  readonly counters: ThreadCounters;

  constructor({ endpoints, hooks, logger, fatal, counters }: DispatchOptions) {
    this.#endpoints = new Map(endpoints.map((one) => [one.api.key, one]));
    this.hooks = hooks;
    this.#logger = logger;
    this.#fatal = fatal;
    this.counters = counters ?? new ThreadCounters();
  }

  /** Mistakes of ours that requests have met. */
  get bugs(): number {
    return this.counters.bugs;
  }

  /** Malformed: the connection closes without an answer, as Kafka's does. */
  open(frame: Uint8Array): Opened {
    const reader = new Reader(frame);
    const header = RequestHeader.read(reader, 1);
    const {
      requestApiKey: key,
      requestApiVersion: version,
      correlationId,
      clientId,
    } = header;
    const endpoint = this.#endpoints.get(key);
    const name = apiName(key);
    if (endpoint === undefined) {
      throw new Malformed(`Cannot serve ${name}: not on this listener`);
    }
    const [min, max] = endpoint.versions;
    const isUnknownVersion = version < min || version > max;
    if (isUnknownVersion && endpoint.unknownVersion === undefined) {
      throw new Malformed(
        `Cannot serve ${name} version ${version}: ${min} to ${max} are served`,
      );
    }
    if (!isUnknownVersion && endpoint.api.requestHeaderVersion(version) === 2) {
      skipTags(reader);
    }
    return {
      endpoint,
      version,
      correlationId,
      clientId,
      body: reader,
      isUnknownVersion,
      row: key,
    };
  }

  /** Malformed if the body is: then nothing has been done. */
  run(opened: Opened, context: RequestContext): Outcome | Promise<Outcome> {
    const { endpoint, version, body } = opened;
    if (opened.isUnknownVersion) {
      return { answer: endpoint.unknownVersion?.(), version: 0, closes: false };
    }
    const request = endpoint.api.request.read(body, version);
    if (endpoint.isOfFollower?.(request, version) === true) opened.row = FETCH_OF_FOLLOWER;
    try {
      const answer = endpoint.handle(request, context);
      if (!(answer instanceof Promise)) {
        return this.#answered(opened, answer);
      }
      return answer.then(
        (answered: unknown) => this.#answered(opened, answered),
        (error: unknown) => this.#failed(opened, request, error),
      );
    } catch (error) {
      return this.#failed(opened, request, error);
    }
  }

  #answered({ row, version }: Opened, answer: unknown): Outcome {
    const code = (answer as { readonly errorCode?: number } | undefined)?.errorCode ?? 0;
    if (code !== 0) this.counters.requests.refused(row, code);
    return { answer, version, closes: false };
  }

  #refused(
    { endpoint, row, version }: Opened,
    request: unknown,
    refusal: Refusal,
  ): Outcome {
    this.counters.requests.refused(row, refusal.code);
    return { answer: endpoint.refuse(request, refusal), version, closes: false };
  }

  #failed(opened: Opened, request: unknown, error: unknown): Outcome {
    if (error instanceof Refusal) return this.#refused(opened, request, error);
    const { endpoint, version } = opened;
    if (error instanceof Bug) this.#fatal(error);
    const { name } = endpoint.api;
    if (error instanceof Fault) {
      this.#logger.error(
        { api: name, version, err: error },
        `${name} failed: ${error.message}`,
      );
      const isDisk = error.kind === "disk" || error.kind === "disk full";
      const code = isDisk ? "KAFKA_STORAGE_ERROR" : "UNKNOWN_SERVER_ERROR";
      return this.#refused(opened, request, new Refusal(code));
    }
    this.counters.metBug();
    this.#logger.error(
      { api: name, version, err: error },
      `Bug in ${name}: ${reason(error)}`,
    );
    const refusal = new Refusal("UNKNOWN_SERVER_ERROR");
    return { ...this.#refused(opened, request, refusal), closes: true };
  }
}

/** Writes an answer with its header, without a size. Throws Unsupported if it has no such form. */
export function writeAnswer(writer: Writer, opened: Opened, { answer, version }: Outcome): void {
  const { api } = opened.endpoint;
  const header = { correlationId: opened.correlationId };
  ResponseHeader.codec(api.responseHeaderVersion(version)).write(writer, header);
  api.response.codec(version).write(writer, answer as never);
}

/** As it is sent: its size goes before it. */
export function writeFrame(writer: Writer, opened: Opened, outcome: Outcome): void {
  const start = writer.length;
  writer.int32(0);
  writeAnswer(writer, opened, outcome);
  writer.patchInt32(start, writer.length - start - 4);
}

/** The tagged fields of a header: none is known. */
function skipTags(reader: Reader): void {
  const count = reader.uvarint() >>> 0;
  for (let i = 0; i < count; i++) {
    reader.uvarint();
    reader.skip(reader.uvarint() >>> 0);
  }
}
