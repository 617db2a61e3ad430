// What a simulation consists of besides the code under test: one clock, one network, chance, the
// transcript, and the first violation that a checker has found.

import { type Random, seededRandom } from "@odradek/base";
import { SimulatedClock } from "@odradek/base/testing/simulated_clock";
import { SimulatedNetwork } from "@odradek/network/testing/simulated_network";
import { Transcript } from "./transcript.ts";
import { Violation } from "./violation.ts";

export class World {
  readonly clock = new SimulatedClock();
  readonly network: SimulatedNetwork;
  readonly transcript: Transcript;
  readonly #random: Random;
  #violation: Violation | undefined;

  constructor(seed: number, print?: (line: string) => void) {
    this.#random = seededRandom(seed);
    this.transcript = new Transcript(this.clock, print);
    this.network = new SimulatedNetwork({ clock: this.clock, random: this.chance() });
  }

  /** A stream of its own: what one part draws does not shift what the others get. */
  chance(): Random {
    return seededRandom(this.#random.below(2 ** 32));
  }

  get violation(): Violation | undefined {
    return this.#violation;
  }

  /** Only the first one counts: the others may follow from it. */
  fail(checker: string, message: string): void {
    if (this.#violation !== undefined) return;
    this.transcript.note("checker", checker, message);
    this.transcript.close();
    this.#violation = new Violation(checker, message);
  }

  /** Fails unless `condition` holds. */
  expect(condition: boolean, checker: string, message: () => string): void {
    if (!condition) this.fail(checker, message());
  }

  /** Lets time pass until then, or until a checker has failed. */
  async runUntil(untilMs: number): Promise<void> {
    while (this.#violation === undefined && this.clock.monotonic() < untilMs) {
      await this.#step(untilMs);
    }
  }

  /** What the promise gives; undefined if it takes longer, or a checker fails meanwhile. */
  async runFor<T>(promise: Promise<T>, msMax: number): Promise<T | undefined> {
    const untilMs = this.clock.monotonic() + msMax;
    let settled: { readonly value: T | undefined } | undefined;
    promise.then((value) => (settled = { value }), () => (settled = { value: undefined }));
    while (settled === undefined && this.#violation === undefined) {
      if (this.clock.monotonic() >= untilMs) return undefined;
      await this.#step(untilMs);
    }
    return settled?.value;
  }

  async #step(untilMs: number): Promise<void> {
    try {
      await this.clock.runUntil(Math.min(untilMs, this.clock.monotonic() + STEP_MS));
    } catch (error) {
      const text = error instanceof Error ? error.stack : String(error);
      this.fail("no_bugs", `A task of a timer has failed: ${text}`);
    }
  }
}

/** Between two looks at what has become of it. */
const STEP_MS = 100;
