// What every request carries with it, and the two questions that dispatch asks of it.

import type { Lease } from "@odradek/base";

/** Who asks: `User:ANONYMOUS` where nobody authenticates. */
export interface Principal {
  readonly type: string;
  readonly name: string;
}

export const ANONYMOUS: Principal = { type: "User", name: "ANONYMOUS" };

/** What a client says of its library in ApiVersions (KIP-511). */
export interface ClientSoftware {
  readonly name: string;
  readonly version: string;
}

/** One connection, as its requests see it. */
export interface ConnectionFacts {
  /** Unique in this process. */
  readonly id: number;
  /** Name of the listener by which it came. */
  readonly listener: string;
  /** PLAINTEXT and so on. */
  readonly securityProtocol: string;
  /** Without a port. */
  readonly clientAddress: string;
  /** The address that the client reached. */
  readonly localHost: string;
  principal: Principal;
  software: ClientSoftware | undefined;
}

export interface RequestContext {
  readonly connection: ConnectionFacts;
  readonly correlationId: number;
  readonly clientId: string | null;
  /** Of the request's API. */
  readonly version: number;
  /** Monotonic ms. */
  readonly receivedAtMs: number;
  /** Aborts when the connection ends: nobody waits for the answer any more. */
  readonly signal: AbortSignal;
  /** Keeps a lease until the answer, which refers to its bytes, is sent or given up. */
  hold(lease: Lease): void;
  /** Ends the connection after this request's answer. */
  closeConnection(): void;
}

export type Operation =
  | "Read"
  | "Write"
  | "Create"
  | "Delete"
  | "Alter"
  | "Describe"
  | "ClusterAction"
  | "DescribeConfigs"
  | "AlterConfigs"
  | "IdempotentWrite";

export interface Resource {
  readonly type: "Topic" | "Group" | "Cluster" | "TransactionalId";
  /** `kafka-cluster` for the cluster. */
  readonly name: string;
}

export const CLUSTER: Resource = { type: "Cluster", name: "kafka-cluster" };

export interface Hooks {
  /** Whether the request's principal may do this. */
  authorize(
    context: RequestContext,
    operation: Operation,
    resource: Resource,
  ): boolean;
  /** How long the client is to wait for its next answer's requests to be read, in ms (KIP-219). */
  quota(context: RequestContext): number;
}

/** Nobody is refused and nobody waits: until ACLs and quotas are there. */
export const allowAll: Hooks = {
  authorize: () => true,
  quota: () => 0,
};
