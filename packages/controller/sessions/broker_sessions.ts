// Which brokers live, as the active controller sees it: a session lasts as long as heartbeats come.
// Pure: events and times in, what is to be done out.
//
// A session ends by time (`broker.session.timeout.ms`), or early: the connection of its heartbeats
// broke, and then nobody answers where the broker listens. Guards, so that a controller that is cut
// off itself does not fence a healthy cluster: a broker is fenced early once per session timeout,
// and nobody is while more than half of the brokers broke within a second.

import type { NodeId } from "@odradek/base";

export interface SessionLimits {
  readonly sessionMs: number;
  /** `odradek.early.fencing`. */
  readonly isEarly: boolean;
}

/** Of one registration. */
interface Session {
  readonly epoch: number;
  /** Of the last heartbeat, or of when this controller took over; monotonic ms. */
  heardMs: number;
  /** On which the last heartbeat came; undefined: none has come to this controller. */
  connection: number | undefined;
  isBroken: boolean;
  /** When it is looked whether anybody is there, monotonic ms. */
  probeAtMs: number | undefined;
  isProbed: boolean;
}

export interface RegisteredBroker {
  readonly id: NodeId;
  readonly epoch: number;
  readonly isFenced: boolean;
}

/** A registration by which a broker is told from its next life. */
export interface SessionKey {
  readonly id: NodeId;
  readonly epoch: number;
}

/** How long a new controller waits for the first heartbeat before it looks for a broker, ms. */
const FIRST_HEARTBEAT_MS = 300;
/** Connections that break within this time are counted together, ms. */
const TOGETHER_MS = 1000;

export class BrokerSessions {
  readonly #limits: SessionLimits;
  #sessions = new Map<NodeId, Session>();
  /** When a broker was fenced early last, monotonic ms. */
  readonly #early = new Map<NodeId, number>();
  #breaks: { readonly id: NodeId; readonly atMs: number }[] = [];

  constructor(limits: SessionLimits) {
    this.#limits = limits;
  }

  /** A new active controller grants every broker a whole session, or looks for it before. */
  activate(brokers: Iterable<RegisteredBroker>, nowMs: number): void {
    this.#sessions = new Map();
    this.#breaks = [];
    for (const { id, epoch, isFenced } of brokers) {
      if (isFenced) continue;
      this.#sessions.set(id, {
        epoch,
        heardMs: nowMs,
        connection: undefined,
        isBroken: false,
        probeAtMs: this.#limits.isEarly ? nowMs + FIRST_HEARTBEAT_MS : undefined,
        isProbed: false,
      });
    }
  }

  heard({ id, epoch }: SessionKey, connection: number, nowMs: number): void {
    this.#sessions.set(id, {
      epoch,
      heardMs: nowMs,
      connection,
      isBroken: false,
      probeAtMs: undefined,
      isProbed: false,
    });
  }

  /** The connection has ended: who lived on it is looked for at once. */
  broke(connection: number, nowMs: number): void {
    for (const [id, session] of this.#sessions) {
      if (session.connection !== connection || session.isBroken) continue;
      session.isBroken = true;
      this.#breaks = this.#breaks.filter(({ atMs }) => nowMs - atMs < TOGETHER_MS);
      this.#breaks.push({ id, atMs: nowMs });
      if (this.#limits.isEarly) session.probeAtMs = nowMs;
    }
  }

  /**
   * Whether a registration lives, so that no other process may take its place: it has been heard
   * in time, on a connection that still is.
   */
  isAlive({ id, epoch }: SessionKey, nowMs: number): boolean {
    const session = this.#sessions.get(id);
    if (session === undefined || session.epoch !== epoch) return false;
    if (session.connection === undefined || session.isBroken) return false;
    return nowMs - session.heardMs < this.#limits.sessionMs;
  }

  /** Whether a registration has not been heard for too long. */
  isOver({ id, epoch }: SessionKey, nowMs: number): boolean {
    const session = this.#sessions.get(id);
    if (session === undefined || session.epoch !== epoch) return true;
    return nowMs - session.heardMs >= this.#limits.sessionMs;
  }

  /** Who must be looked for now; each is told once. */
  toProbe(nowMs: number): SessionKey[] {
    const due: SessionKey[] = [];
    for (const [id, session] of this.#sessions) {
      if (session.isProbed || (session.probeAtMs ?? Infinity) > nowMs) continue;
      session.isProbed = true;
      due.push({ id, epoch: session.epoch });
    }
    return due;
  }

  /** Nobody was there each time. Whether the session ends by that. */
  isGone({ id, epoch }: SessionKey, nowMs: number): boolean {
    const session = this.#sessions.get(id);
    if (session?.epoch !== epoch || !session.isProbed) return false;
    const lastMs = this.#early.get(id);
    if (lastMs !== undefined && nowMs - lastMs < this.#limits.sessionMs) return false;
    const together = new Set(this.#breaks.filter(({ atMs }) => nowMs - atMs < TOGETHER_MS)
      .map((one) => one.id));
    // Most of them at once: then it is this controller that is cut off.
    if (together.size > 1 && together.size * 2 > this.#sessions.size) return false;
    this.#early.set(id, nowMs);
    return true;
  }

  /** Who has not been heard for too long. */
  expired(nowMs: number): SessionKey[] {
    return [...this.#sessions].filter(([, { heardMs }]) =>
      nowMs - heardMs >= this.#limits.sessionMs
    ).map(([id, { epoch }]) => ({ id, epoch }));
  }

  ended({ id, epoch }: SessionKey): void {
    if (this.#sessions.get(id)?.epoch === epoch) this.#sessions.delete(id);
  }

  /** When something is due, monotonic ms; Infinity: nothing is. */
  get nextMs(): number {
    const times = [...this.#sessions.values()].map(({ heardMs, probeAtMs, isProbed }) =>
      Math.min(heardMs + this.#limits.sessionMs, isProbed ? Infinity : probeAtMs ?? Infinity)
    );
    return Math.min(...times);
  }
}
