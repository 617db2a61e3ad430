// The levels of a node's loggers, one for each thread and one for all: shared memory, so that a
// change on any thread is one on all.

/** From the fewest lines to the most. */
export const LOG_LEVEL_NAMES = ["off", "fatal", "error", "warn", "info", "debug", "trace"] as const;
export type LogLevelName = (typeof LOG_LEVEL_NAMES)[number];

/** The logger whose level counts for those that have none. */
export const ROOT_LOGGER = "root";

/** As it is handed to another thread. */
export interface LogLevelsState {
  readonly names: readonly string[];
  /** int32 each: the version of the rest, then the level of each name, 0 for none. */
  readonly memory: SharedArrayBuffer;
}

const VERSION_AT = 0;
const LEVELS_AT = 1;

export class LogLevels {
  readonly state: LogLevelsState;
  readonly #view: Int32Array<SharedArrayBuffer>;

  constructor(state: LogLevelsState) {
    this.state = state;
    this.#view = new Int32Array(state.memory);
  }

  static of(loggers: readonly string[], root: LogLevelName): LogLevels {
    const names = [ROOT_LOGGER, ...loggers];
    const bytes = (LEVELS_AT + names.length) * Int32Array.BYTES_PER_ELEMENT;
    const levels = new LogLevels({ names, memory: new SharedArrayBuffer(bytes) });
    levels.set(ROOT_LOGGER, root);
    return levels;
  }

  get names(): readonly string[] {
    return this.state.names;
  }

  /** Its own, else that of all. */
  levelOf(name: string): LogLevelName {
    return this.#own(name) ?? this.#own(ROOT_LOGGER) ?? "info";
  }

  /** Undefined: that of all counts again. */
  set(name: string, level: LogLevelName | undefined): void {
    const at = this.state.names.indexOf(name);
    if (at < 0) return;
    const code = level === undefined ? 0 : LOG_LEVEL_NAMES.indexOf(level) + 1;
    Atomics.store(this.#view, LEVELS_AT + at, code);
    Atomics.add(this.#view, VERSION_AT, 1);
    Atomics.notify(this.#view, VERSION_AT);
  }

  /** Tells the level of a logger, now and whenever it may have changed, while the thread is. */
  async follow(name: string, apply: (level: LogLevelName) => void): Promise<never> {
    for (;;) {
      const version = Atomics.load(this.#view, VERSION_AT);
      apply(this.levelOf(name));
      // Keeps no thread alive.
      await Atomics.waitAsync(this.#view, VERSION_AT, version).value;
    }
  }

  #own(name: string): LogLevelName | undefined {
    const code = Atomics.load(this.#view, LEVELS_AT + this.state.names.indexOf(name));
    return LOG_LEVEL_NAMES[code - 1];
  }
}
