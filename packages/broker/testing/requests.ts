// A request as a connection brings it in, through the bytes of its version and back: so a test sees
// what a client would, and fails where an answer has no form in a version.

import type { Lease } from "@odradek/base";
import {
  allowAll,
  ANONYMOUS,
  type ConnectionFacts,
  Dispatch,
  type DispatchOptions,
  type Endpoint,
  type Hooks,
  type RequestContext,
  writeAnswer,
} from "@odradek/network";
import { RequestHeader, ResponseHeader } from "@odradek/protocol/header";
import type { AnyApi, RequestDraft, Response } from "@odradek/protocol/schema/mod";
import { Reader } from "@odradek/protocol/wire/reader";
import { Writer } from "@odradek/protocol/wire/writer";

export interface Asking<A extends AnyApi> {
  readonly version: number;
  readonly body: RequestDraft<A>;
  readonly clientId?: string;
  readonly signal?: AbortSignal;
  readonly connection?: Partial<ConnectionFacts>;
}

export interface Asked<A extends AnyApi> {
  /** Undefined: there was none. */
  readonly answer: Response<A> | undefined;
  readonly isClosed: boolean;
  readonly held: readonly Lease[];
}

/** Throws what a handler should not: whatever is no refusal. */
export async function ask<A extends AnyApi>(
  api: A,
  endpoint: Endpoint,
  asking: Asking<A>,
): Promise<Asked<A>> {
  const thrown: unknown[] = [];
  const dispatch = dispatchOf(endpoint, thrown);
  const { context, seen } = contextOf(asking);
  const opened = dispatch.open(frameOf(api, asking));
  const outcome = await dispatch.run(opened, context);
  if (thrown.length > 0) throw thrown[0];
  if (outcome.answer === undefined) return { answer: undefined, ...seen };
  const writer = new Writer();
  writeAnswer(writer, opened, outcome);
  const reader = new Reader(writer.finishWhole());
  ResponseHeader.read(reader, api.responseHeaderVersion(asking.version));
  return { answer: api.response.read(reader, asking.version) as Response<A>, ...seen };
}

/** For requests that are always answered. */
export async function answerOf<A extends AnyApi>(
  api: A,
  endpoint: Endpoint,
  asking: Asking<A>,
): Promise<Response<A>> {
  const { answer } = await ask(api, endpoint, asking);
  if (answer === undefined) throw new Error("It was not answered");
  return answer;
}

/** All versions that an endpoint answers. */
export function versionsOf({ versions: [min, max] }: Endpoint): number[] {
  return Array.from({ length: max - min + 1 }, (_, i) => min + i);
}

/** Allows all but these operations, as `Read Topic t`. */
export function denying(...denied: readonly string[]): Hooks {
  return {
    ...allowAll,
    authorize: (_, operation, { type, name }) => !denied.includes(`${operation} ${type} ${name}`),
  };
}

function dispatchOf(endpoint: Endpoint, thrown: unknown[]): Dispatch {
  const error = ({ err }: { readonly err: unknown }) => void thrown.push(err);
  const logger = { error } as unknown as DispatchOptions["logger"];
  const fatal = (bug: Error) => void thrown.push(bug);
  return new Dispatch({ endpoints: [endpoint], hooks: allowAll, logger, fatal });
}

function frameOf<A extends AnyApi>(
  api: A,
  { version, body, clientId = "client" }: Asking<A>,
): Uint8Array {
  const writer = new Writer();
  RequestHeader.codec(api.requestHeaderVersion(version)).write(writer, {
    requestApiKey: api.key,
    requestApiVersion: version,
    correlationId: 77,
    clientId,
  });
  api.request.codec(version).write(writer, body as never);
  return writer.finishWhole();
}

function contextOf<A extends AnyApi>(asking: Asking<A>) {
  const held: Lease[] = [];
  const seen = { isClosed: false, held };
  const context: RequestContext = {
    connection: {
      id: 1,
      listener: "PLAINTEXT",
      securityProtocol: "PLAINTEXT",
      clientAddress: "10.0.0.9",
      localHost: "10.0.0.1",
      principal: ANONYMOUS,
      software: undefined,
      ...asking.connection,
    },
    correlationId: 77,
    clientId: asking.clientId ?? "client",
    version: asking.version,
    receivedAtMs: 0,
    signal: asking.signal ?? new AbortController().signal,
    hold: (lease) => void held.push(lease),
    closeConnection: () => void (seen.isClosed = true),
  };
  return { context, seen };
}
