// All connections of a client: at most one per broker and lane, made on demand, made anew after a
// failure, but not at once.

import { type Address, addressText, Fault, type Random, reason } from "@odradek/base";
import { type Backoff, backoffMs } from "./backoff.ts";
import { Link, type LinkOptions } from "./link.ts";

/**
 * Requests of one connection are answered in their order, so what waits long has a connection of
 * its own: fetches and members of groups that join must not hold up anything else.
 */
export type Lane = "requests" | "fetches" | `member ${string}`;

export interface LinksOptions extends LinkOptions {
  readonly random: Random;
  readonly reconnectBackoff: Backoff;
}

interface Slot {
  link: Link | undefined;
  opening: Promise<Link> | undefined;
  /** In a row. */
  failures: number;
  /** Monotonic ms before which nobody tries again. */
  retryAtMs: number;
  failure: string;
}

export class Links {
  readonly #options: LinksOptions;
  readonly #slots = new Map<string, Slot>();
  #isClosed = false;

  constructor(options: LinksOptions) {
    this.#options = options;
  }

  /** Undefined: none is open at the moment. */
  current(address: Address, lane: Lane = "requests"): Link | undefined {
    const link = this.#slots.get(keyOf(address, lane))?.link;
    return link?.isOpen === true ? link : undefined;
  }

  /** Fault "network", also while it is too early to try again. */
  open(address: Address, lane: Lane = "requests"): Promise<Link> {
    if (this.#isClosed) return Promise.reject(new Fault("network", "The client is closed"));
    const slot = this.#slot(keyOf(address, lane));
    if (slot.link?.isOpen === true) return Promise.resolve(slot.link);
    if (slot.opening !== undefined) return slot.opening;
    if (this.#options.clock.monotonic() < slot.retryAtMs) {
      return Promise.reject(new Fault("network", slot.failure));
    }
    slot.opening = this.#make(address, slot);
    return slot.opening;
  }

  close(): void {
    this.#isClosed = true;
    for (const { link } of this.#slots.values()) link?.close();
    this.#slots.clear();
  }

  async #make(address: Address, slot: Slot): Promise<Link> {
    const { clock, random, reconnectBackoff } = this.#options;
    try {
      const link = await Link.open(address, this.#options);
      if (this.#isClosed) {
        link.close();
        throw new Fault("network", "The client is closed");
      }
      slot.link = link;
      slot.failures = 0;
      return link;
    } catch (error) {
      slot.failures++;
      slot.retryAtMs = clock.monotonic() + backoffMs(slot.failures, reconnectBackoff, random);
      slot.failure = reason(error);
      throw error;
    } finally {
      slot.opening = undefined;
    }
  }

  #slot(key: string): Slot {
    const known = this.#slots.get(key);
    if (known !== undefined) return known;
    const slot = { link: undefined, opening: undefined, failures: 0, retryAtMs: 0, failure: "" };
    this.#slots.set(key, slot);
    return slot;
  }
}

function keyOf(address: Address, lane: Lane): string {
  return `${lane} ${addressText(address)}`;
}
