// Which accepted sockets become connections, and when. One that must wait is not read: its client
// finds the node silent, as it would in the accept queue of a broker that stops accepting, and
// there are as many such places as that queue has. Connections of other nodes are let in past the
// bound on all connections; the one of a client that was silent for the longest time ends for them.

import type { Clock, Socket, Timer } from "@odradek/base";
import type { Bound } from "./node_bounds.ts";
import { Pace } from "./pace.ts";
import type { ThreadBounds } from "./thread_bounds.ts";

/** What counts for one listener now. */
export interface ConnectionBounds {
  /** `max.connections` of the node. */
  readonly connectionsMax: number;
  /** `max.connections` of the listener, if it has its own. */
  readonly listenerConnectionsMax: number;
  /** `max.connections.per.ip`, with its overrides. */
  readonly fromAddressMax: (address: string) => number;
  /** `max.connection.creation.rate` of the node, and of the listener. */
  readonly perSecondMax: number;
  readonly listenerPerSecondMax: number;
}

export interface AdmissionOptions {
  readonly bounds: ThreadBounds;
  readonly clock: Clock;
  /** Of the listener of that name. */
  readonly limits: (listener: string) => ConnectionBounds;
  /** `socket.listen.backlog.size`, of each listener. */
  readonly waitingMax: number;
  /** Threads that accept for the same listeners: each has its part of the rates. */
  readonly threads: number;
}

export interface Entrance {
  readonly name: string;
  /** Its number in this node, from 0. */
  readonly index: number;
  /** Of other nodes. */
  readonly isInternal: boolean;
  admit(socket: Socket): void;
  /** Ends the connection that was silent for the longest time; false: there is none. */
  closeOldest(): boolean;
}

const LOOK_MS = 50;

interface Door {
  readonly entrance: Entrance;
  readonly waiting: Socket[];
  readonly pace: Pace;
}

export class Admission {
  readonly #options: AdmissionOptions;
  readonly #doors: Door[] = [];
  readonly #pace = new Pace();
  #look: Timer | undefined;

  constructor(options: AdmissionOptions) {
    this.#options = options;
  }

  add(entrance: Entrance): void {
    this.#doors.push({ entrance, waiting: [], pace: new Pace() });
  }

  ask(entrance: Entrance, socket: Socket): void {
    const door = this.#doors.find((one) => one.entrance === entrance);
    // It has closed already: nothing was asked of what still came in.
    if (door === undefined) return socket.destroy();
    const { waiting } = door;
    const { bounds, waitingMax, limits } = this.#options;
    const { host } = socket.remote;
    const max = limits(entrance.name).fromAddressMax(host);
    if (bounds.node.connectionsFrom(host) >= max) {
      const why = `it has ${max} already, as many as max.connections.per.ip allows`;
      return this.#turnAway(door, socket, { bound: "max.connections.per.ip", why });
    }
    const obstacle = waiting.length === 0 ? this.#obstacle(door) : undefined;
    if (waiting.length === 0 && obstacle === undefined) return this.#enter(door, socket);
    if (obstacle !== undefined) {
      const text = `Connections on ${entrance.name} have to wait: ${obstacle} is reached`;
      bounds.met(obstacle, text);
    }
    if (waiting.length >= waitingMax) {
      const why = `${waitingMax} wait already, as many as socket.listen.backlog.size allows`;
      return this.#turnAway(door, socket, { bound: "socket.listen.backlog.size", why });
    }
    waiting.push(socket);
    this.#lookLater();
  }

  /** A connection of an entrance has ended. */
  left(entrance: Entrance, address: string): void {
    const { node } = this.#options.bounds;
    node.connected(entrance.index, -1);
    node.connectedFrom(address, -1);
  }

  /** Ends connections where a bound has been lowered below what is there. To be called at times. */
  trim(entrance: Entrance): void {
    const { bounds, limits, threads } = this.#options;
    if (entrance.isInternal) return;
    const { connectionsMax } = limits(entrance.name);
    const excess = bounds.node.connections - Math.min(connectionsMax, bounds.node.connectionsMax);
    for (let i = 0; i < Math.ceil(excess / threads); i++) {
      if (!entrance.closeOldest()) return;
      bounds.met("max.connections", `Closing a connection on ${entrance.name}: there are too many`);
    }
  }

  /** Nobody is let in any more. */
  close(entrance: Entrance): void {
    const at = this.#doors.findIndex((one) => one.entrance === entrance);
    const [door] = at < 0 ? [] : this.#doors.splice(at, 1);
    for (const socket of door?.waiting ?? []) socket.destroy();
    if (this.#doors.length === 0) this.#look?.cancel();
  }

  #turnAway(
    { entrance }: Door,
    socket: Socket,
    { bound, why }: { readonly bound: Bound; readonly why: string },
  ): void {
    const { host } = socket.remote;
    const text = `Refusing a connection from ${host} on ${entrance.name}: ${why}`;
    this.#options.bounds.met(bound, text, { client: host });
    socket.destroy();
  }

  /** The bound that keeps the next one waiting. */
  #obstacle({ entrance, pace }: Door): Bound | undefined {
    const { bounds: { node }, clock, threads, limits } = this.#options;
    const { name, index, isInternal } = entrance;
    const limit = limits(name);
    if (node.connectionsOf(index) >= limit.listenerConnectionsMax) return "max.connections";
    const max = Math.min(limit.connectionsMax, node.connectionsMax);
    if (node.connections >= max && !(isInternal && this.#makeRoom(entrance))) {
      return "max.connections";
    }
    const now = clock.monotonic();
    const isFast = pace.waitMs(now, limit.listenerPerSecondMax / threads) > 0 ||
      (!isInternal && this.#pace.waitMs(now, limit.perSecondMax / threads) > 0);
    return isFast ? "max.connection.creation.rate" : undefined;
  }

  #makeRoom(entrance: Entrance): boolean {
    const others = this.#doors.map((door) => door.entrance);
    return others.some((one) => one !== entrance && !one.isInternal && one.closeOldest());
  }

  #enter({ entrance, pace }: Door, socket: Socket): void {
    const { bounds: { node }, clock, threads, limits } = this.#options;
    const { perSecondMax, listenerPerSecondMax } = limits(entrance.name);
    const now = clock.monotonic();
    this.#pace.took(now, perSecondMax / threads);
    pace.took(now, listenerPerSecondMax / threads);
    node.connected(entrance.index, 1);
    node.connectedFrom(socket.remote.host, 1);
    entrance.admit(socket);
  }

  #lookLater(): void {
    this.#look ??= this.#options.clock.schedule(LOOK_MS, () => {
      this.#look = undefined;
      for (const door of this.#doors) {
        let next = door.waiting[0];
        while (next !== undefined && this.#obstacle(door) === undefined) {
          door.waiting.shift();
          this.#enter(door, next);
          next = door.waiting[0];
        }
      }
      if (this.#doors.some(({ waiting }) => waiting.length > 0)) this.#lookLater();
    });
  }
}
