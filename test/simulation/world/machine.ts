// A machine with a disk and a supervisor that starts its one process again whenever it has ended.
// Processes can be killed, stopped in order, or die by themselves; the machine can lose power.

import { Fault, type FaultKind, type Random, reason } from "@odradek/base";
import { SimulatedDisk } from "@odradek/log/testing/simulated_disk";
import { Process } from "./process.ts";
import { watchedFiles } from "./watched_files.ts";
import type { World } from "./world.ts";

/** What runs on a machine. */
export interface Program {
  stop(): Promise<void>;
}

/** How a process ended: the machine lost power, or it did not, and what was written is there. */
export type End = "kill" | "power loss" | "stop" | "exit";
export type Crash = "kill" | "power loss";

/** Checkers that follow a machine's disk from process to process. */
export interface MachineWatcher {
  /** The disk is as the process leaves it. */
  ending?(how: End): void;
  /** The disk is as the next process finds it. */
  ended?(how: End): void;
  /** The program has started, and serves. */
  ready?(): void;
  /** Its process is about to carry out an operation on the disk: see `Watcher`. */
  operation?(operation: string, path: string): void;
}

export interface MachineOptions<P extends Program> {
  readonly world: World;
  readonly name: string;
  /** Rejects if the program cannot start; `fatal` ends the process at once. */
  readonly start: (process: Process, fatal: (error: unknown) => void) => Promise<P>;
}

const RESTART_MS_MAX = 4000;
/** For a start or a stop, on a disk that is neither full nor slow. */
const PATIENCE_MS = 60_000;
/** On one that is: a disk that fails, or is so slow that somebody gave up waiting. */
const EXCUSED: ReadonlySet<FaultKind> = new Set(["disk", "disk full", "network"]);

export class Machine<P extends Program> {
  readonly name: string;
  readonly disk: SimulatedDisk;
  readonly watchers: MachineWatcher[] = [];
  readonly #options: MachineOptions<P>;
  readonly #world: World;
  readonly #random: Random;
  #process: Process | undefined;
  #program: P | undefined;
  #isStopping = false;
  #isSupervised = true;
  #armed: { left: number; readonly how: Crash } | undefined;
  /** The disk was full or slow in the life of this process: it may fail, or take its time. */
  #isExcused = false;
  #wasFull = false;
  #wallOffsetMs = 0;
  /** Processes so far. */
  starts = 0;
  /** Kills and losses of power so far. */
  crashes = 0;
  powerLosses = 0;

  constructor(options: MachineOptions<P>) {
    const { world, name } = options;
    this.#options = options;
    this.#world = world;
    this.#random = world.chance();
    this.name = name;
    this.disk = new SimulatedDisk({ clock: world.clock, random: world.chance() });
  }

  /** The program, while it serves. */
  get program(): P | undefined {
    return this.#isStopping ? undefined : this.#program;
  }

  /** The program, until its process ends. */
  get running(): P | undefined {
    return this.#program;
  }

  get hasProcess(): boolean {
    return this.#process !== undefined;
  }

  powerOn(): void {
    const { world, name, start } = this.#options;
    const process = new Process({
      world,
      name: `${name}.${++this.starts}`,
      files: watchedFiles(this.disk.mount(), (operation, path) => this.#watch(operation, path)),
      random: world.chance(),
      wallOffsetMs: () => this.#wallOffsetMs,
    });
    this.#process = process;
    this.#isStopping = false;
    this.#wasFull = this.disk.isFull;
    this.#isExcused = this.disk.isFull || this.disk.latencyMsMax > 1;
    world.transcript.note(name, "starts", `process ${this.starts}`);
    this.#expectSoon(process, "start", () => this.#program !== undefined);
    start(process, (error) => this.#died(process, error)).then((program) => {
      if (!process.isAlive) return;
      this.#program = program;
      world.transcript.note(name, "serves");
      for (const watcher of this.watchers) watcher.ready?.();
    }, (error: unknown) => this.#died(process, error));
  }

  /** At once. Nothing happens if there is no process. */
  crash(how: Crash): void {
    if (this.#process === undefined) return;
    this.crashes++;
    if (how === "power loss") this.powerLosses++;
    this.#end(how);
  }

  /** So many operations on the disk later, in this process or the next ones. */
  crashAfter(operations: number, how: Crash): void {
    this.#armed = { left: operations, how };
  }

  disarm(): void {
    this.#armed = undefined;
  }

  /** Stops the program in order; the supervisor starts it again. False: it does not run. */
  stop(): boolean {
    const process = this.#process;
    const program = this.program;
    if (process === undefined || program === undefined) return false;
    this.#isStopping = true;
    this.#world.transcript.note(this.name, "stops");
    this.#expectSoon(process, "stop", () => false);
    program.stop().then(() => {
      if (process.isAlive) this.#end("stop");
    }, (error: unknown) => this.#died(process, error));
    return true;
  }

  /** From now on nobody starts it again. */
  unsupervise(): void {
    this.#isSupervised = false;
  }

  /** No timer of its process fires until it goes on; false: there is no process. */
  pause(): boolean {
    this.#process?.pause();
    return this.#process !== undefined;
  }

  /** What was due meanwhile comes at once. */
  goOn(): void {
    this.#process?.goOn();
  }

  setFull(isFull: boolean): void {
    this.disk.isFull = isFull;
    this.#isExcused = true;
    this.#wasFull = true;
  }

  /**
   * What an operator does when there is room again. A log that could not be written stays as it is
   * until the next start, as with Kafka: its directory is offline.
   */
  restartIfDiskWasFull(): void {
    if (this.#wasFull && !this.stop()) this.crash("kill");
  }

  setLatency(msMax: number): void {
    this.disk.latencyMsMax = msMax;
    this.#isExcused = true;
  }

  /** Sets the machine's wall clock forward or back. */
  jump(ms: number): void {
    this.#wallOffsetMs += ms;
  }

  #watch(operation: string, path: string): void {
    for (const watcher of this.watchers) watcher.operation?.(operation, path);
    const armed = this.#armed;
    if (armed === undefined || --armed.left > 0) return;
    this.#armed = undefined;
    this.#world.transcript.note(this.name, armed.how, `at ${operation} ${path}`);
    this.crash(armed.how);
  }

  #died(process: Process, error: unknown): void {
    if (!process.isAlive) return;
    this.#world.transcript.note(this.name, "dies", reason(error));
    const isExcused = this.#isExcused && error instanceof Fault && EXCUSED.has(error.kind);
    this.#world.expect(isExcused, "no_bugs", () => `The node died: ${stackOf(error)}`);
    this.#end("exit");
  }

  #end(how: End): void {
    for (const watcher of this.watchers) watcher.ending?.(how);
    this.#process?.end();
    this.#process = undefined;
    this.#program = undefined;
    if (how === "power loss") this.disk.losePower();
    else this.disk.kill();
    this.#world.transcript.note(this.name, "ended", how);
    for (const watcher of this.watchers) watcher.ended?.(how);
    if (!this.#isSupervised) return;
    this.#world.clock.schedule(50 + this.#random.below(RESTART_MS_MAX), () => {
      if (this.#isSupervised && this.#process === undefined) this.powerOn();
    });
  }

  #expectSoon(process: Process, what: string, isDone: () => boolean): void {
    process.clock.schedule(PATIENCE_MS, () => {
      if (isDone() || this.#process !== process || this.#isExcused) return;
      this.#world.fail("liveness", `A ${what} takes more than ${PATIENCE_MS} ms`);
    });
  }
}

function stackOf(error: unknown): string {
  return error instanceof Error ? error.stack ?? error.message : String(error);
}
