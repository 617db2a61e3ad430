// Sends prepared requests over several connections, so many in flight on each, until all are
// answered. What the answers to one read allow to be sent leaves in one write.

import type { Address } from "@odradek/base";
import { RawConnection } from "./raw_connection.ts";
import type { Request } from "./requests.ts";

export interface PipelineOptions {
  readonly address: Address;
  readonly connections: number;
  /** On each connection. */
  readonly inFlight: number;
  /** All together. */
  readonly requests: number;
  readonly make: () => Request;
  /** Called before each send: patches what is to differ. */
  readonly prepare: (request: Request) => void;
  /** Throws if an answer is not the one that was hoped for. */
  readonly check: (head: DataView, sizeBytes: number) => void;
}

/** Resolves with the bytes of all answers. */
export async function runPipeline(options: PipelineOptions): Promise<number> {
  const run = new Pipeline(options);
  return await run.finished();
}

class Pipeline {
  readonly #options: PipelineOptions;
  readonly #done = Promise.withResolvers<number>();
  readonly #lines: Line[] = [];
  #toSend: number;
  #toCome: number;
  #answerBytes = 0;

  constructor(options: PipelineOptions) {
    this.#options = options;
    this.#toSend = options.requests;
    this.#toCome = options.requests;
  }

  async finished(): Promise<number> {
    try {
      const [bytes] = await Promise.all([this.#done.promise, this.#start()]);
      return bytes;
    } finally {
      for (const line of this.#lines) line.close();
    }
  }

  async #start(): Promise<void> {
    const opening = Array.from(
      { length: this.#options.connections },
      () => Line.open(this, this.#options),
    );
    this.#lines.push(...await Promise.all(opening));
    for (const line of this.#lines) line.start();
  }

  /** False: nothing is left to be sent. */
  take(): boolean {
    if (this.#toSend === 0) return false;
    this.#toSend--;
    return true;
  }

  came(sizeBytes: number): void {
    this.#answerBytes += sizeBytes;
    if (--this.#toCome === 0) this.#done.resolve(this.#answerBytes);
  }

  failed(error: unknown): void {
    this.#done.reject(error);
  }
}

/** One connection and the requests that circle on it. */
class Line {
  readonly #run: Pipeline;
  readonly #options: PipelineOptions;
  readonly #requests: readonly Request[];
  #connection: RawConnection | undefined;
  #sent = 0;
  #answered = 0;
  #isCorked = false;

  private constructor(run: Pipeline, options: PipelineOptions) {
    this.#run = run;
    this.#options = options;
    this.#requests = Array.from({ length: options.inFlight }, () => options.make());
  }

  static async open(run: Pipeline, options: PipelineOptions): Promise<Line> {
    const line = new Line(run, options);
    line.#connection = await RawConnection.open(options.address, {
      answered: (head, sizeBytes) => line.#take(head, sizeBytes),
      caughtUp: () => line.#uncork(),
      broken: (error) => run.failed(error),
    });
    return line;
  }

  start(): void {
    for (let i = 0; i < this.#options.inFlight; i++) this.#sendNext();
    this.#uncork();
  }

  close(): void {
    this.#connection?.close();
  }

  #take(head: DataView, sizeBytes: number): void {
    try {
      const id = head.getInt32(0);
      if (id !== this.#answered) throw new Error(`Answer ${id} came instead of ${this.#answered}`);
      this.#options.check(head, sizeBytes);
    } catch (error) {
      return this.#run.failed(error);
    }
    this.#answered++;
    this.#run.came(sizeBytes);
    this.#sendNext();
  }

  /** Of the requests that circle, the one that was answered last is the next one's frame. */
  #sendNext(): void {
    if (!this.#run.take()) return;
    const request = this.#requests[this.#sent % this.#requests.length] as Request;
    request.setCorrelationId(this.#sent++);
    this.#options.prepare(request);
    if (!this.#isCorked) {
      this.#connection?.cork();
      this.#isCorked = true;
    }
    this.#connection?.send(request.frame);
  }

  #uncork(): void {
    if (!this.#isCorked) return;
    this.#isCorked = false;
    this.#connection?.uncork();
  }
}
