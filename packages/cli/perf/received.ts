// What `perf consume` tells of the records that came: columns as Kafka's tool has them.

const MEGABYTE = 1024 * 1024;

interface Count {
  readonly atMs: number;
  readonly records: number;
  readonly bytes: number;
  readonly joiningMs: number;
}

export class Received {
  readonly #print: (line: string) => void;
  /** Undefined: one line in the end. */
  readonly #intervalMs: number | undefined;
  readonly #began = new Date();
  readonly #first: Count;
  #told: Count;
  #records = 0;
  #bytes = 0;
  /** Of the time in which the member had no partitions. */
  #joiningMs = 0;
  #leftMs: number | undefined;

  constructor(
    print: (line: string) => void,
    { intervalMs }: { readonly intervalMs: number | undefined },
  ) {
    this.#print = print;
    this.#intervalMs = intervalMs;
    this.#leftMs = performance.now();
    this.#first = { atMs: this.#leftMs, records: 0, bytes: 0, joiningMs: 0 };
    this.#told = this.#first;
  }

  get header(): string {
    const rates = "data.consumed.in.MB, MB.sec, data.consumed.in.nMsg, nMsg.sec, " +
      "rebalance.time.ms, fetch.time.ms, fetch.MB.sec, fetch.nMsg.sec";
    const times = this.#intervalMs === undefined ? "start.time, end.time" : "time, threadId";
    return `${times}, ${rates}`;
  }

  /** The member has partitions. */
  joined(): void {
    if (this.#leftMs !== undefined) this.#joiningMs += performance.now() - this.#leftMs;
    this.#leftMs = undefined;
  }

  left(): void {
    this.#leftMs ??= performance.now();
  }

  record(bytes: number): void {
    this.#records++;
    this.#bytes += bytes;
    if (this.#intervalMs === undefined) return;
    const now = this.#count();
    if (now.atMs - this.#told.atMs < this.#intervalMs) return;
    this.#print(`${timeText(new Date())}, 0, ${this.#columns(this.#told, now)}`);
    this.#told = now;
  }

  /** What `end` tells, to programs. */
  get totals() {
    const { atMs, records, bytes, joiningMs } = this.#count();
    const elapsedMs = Math.max(1, atMs - this.#first.atMs);
    return {
      startTime: this.#began.toISOString(),
      records,
      bytes,
      elapsedMs,
      joiningMs,
      recordsPerSecond: 1000 * records / elapsedMs,
      bytesPerSecond: 1000 * bytes / elapsedMs,
    };
  }

  end(): void {
    if (this.#intervalMs !== undefined) return;
    const times = `${timeText(this.#began)}, ${timeText(new Date())}`;
    this.#print(`${times}, ${this.#columns(this.#first, this.#count())}`);
  }

  #count(): Count {
    const atMs = performance.now();
    const joiningMs = this.#joiningMs + (this.#leftMs === undefined ? 0 : atMs - this.#leftMs);
    return { atMs, records: this.#records, bytes: this.#bytes, joiningMs };
  }

  /** Sums of all, rates since `before`. */
  #columns(before: Count, now: Count): string {
    const elapsedMs = Math.max(1, now.atMs - before.atMs);
    const joiningMs = Math.round(now.joiningMs - before.joiningMs);
    const fetchMs = Math.max(1, Math.round(elapsedMs) - joiningMs);
    const megabytes = (now.bytes - before.bytes) / MEGABYTE;
    const records = now.records - before.records;
    return [
      (now.bytes / MEGABYTE).toFixed(4),
      (1000 * megabytes / elapsedMs).toFixed(4),
      now.records,
      (1000 * records / elapsedMs).toFixed(4),
      joiningMs,
      fetchMs,
      (1000 * megabytes / fetchMs).toFixed(4),
      (1000 * records / fetchMs).toFixed(4),
    ].join(", ");
  }
}

/** `2026-11-22 10:06:28:499`, here and now. */
function timeText(time: Date): string {
  const two = (value: number): string => String(value).padStart(2, "0");
  const day = `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())}`;
  const clock = [time.getHours(), time.getMinutes(), time.getSeconds()].map(two).join(":");
  return `${day} ${clock}:${String(time.getMilliseconds()).padStart(3, "0")}`;
}
