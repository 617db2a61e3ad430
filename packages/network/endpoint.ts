// One API as a listener serves it: which versions, and what answers. Dispatch knows endpoints only.

import type { Refusal } from "@odradek/protocol/refusal";
import type { AnyApi, Request, ResponseDraft, Versions } from "@odradek/protocol/schema/mod";
import type { RequestContext } from "./context.ts";

/** What a handler gives back; undefined: this request has no answer (Produce with acks 0). */
export type Answer<A> = ResponseDraft<A> | undefined;

export interface EndpointDefinition<A extends AnyApi> {
  /** Those that are answered. */
  readonly versions?: Versions;
  /** What ApiVersions says, where that differs (protocol: "which versions to advertise"). */
  readonly advertised?: Versions;
  /** Requests of this API may start before the answer of the one before them is there. */
  readonly overlaps?: boolean;
  /** Byte fields are views of a shared buffer, good until the handler first waits. */
  readonly readsInPlace?: boolean;
  /** A version that is not served is answered in version 0 instead of closing (ApiVersions). */
  readonly unknownVersion?: () => ResponseDraft<A>;
  /** A Fetch of another broker, which is counted apart. */
  readonly isOfFollower?: (request: Request<A>, version: number) => boolean;
  /** Throws Refusal for the whole request. */
  handle(
    request: Request<A>,
    context: RequestContext,
  ): Answer<A> | Promise<Answer<A>>;
  /** The answer that says no to the whole request. */
  refuse(request: Request<A>, refusal: Refusal): Answer<A>;
}

/** With the types of its messages forgotten. */
export interface Endpoint {
  readonly api: AnyApi;
  readonly versions: Versions;
  readonly advertised: Versions;
  readonly overlaps: boolean;
  readonly readsInPlace: boolean;
  readonly unknownVersion: (() => unknown) | undefined;
  readonly isOfFollower: ((request: unknown, version: number) => boolean) | undefined;
  handle(request: unknown, context: RequestContext): unknown;
  refuse(request: unknown, refusal: Refusal): unknown;
}

export function endpoint<A extends AnyApi>(
  api: A,
  definition: EndpointDefinition<A>,
): Endpoint {
  const versions = definition.versions ?? api.versions;
  return {
    api,
    versions,
    advertised: definition.advertised ?? versions,
    overlaps: definition.overlaps ?? false,
    readsInPlace: definition.readsInPlace ?? false,
    unknownVersion: definition.unknownVersion,
    isOfFollower: definition.isOfFollower as Endpoint["isOfFollower"],
    handle: (request, context) => definition.handle(request as Request<A>, context),
    refuse: (request, refusal) => definition.refuse(request as Request<A>, refusal),
  };
}
