// Logs: JSON lines where machines read them, text where people do. One logger for each thread;
// every line names the node and the thread.

import pino from "pino";
import { LogLevels, type LogLevelsState } from "./log_levels.ts";

/** What the rest of the project knows of the logging library. */
export type Logger = Pick<
  pino.Logger,
  "error" | "warn" | "info" | "debug" | "trace" | "child" | "level"
>;

export type LogFormat = "json" | "text";

export interface LoggingOptions {
  readonly node: number;
  /** main, quorum, reactor-0 … */
  readonly thread: string;
  readonly format: LogFormat;
  /** The thread's is followed while it runs. */
  readonly levels: LogLevelsState;
}

const STANDARD_OUTPUT = 1;
const STANDARD_ERROR = 2;

export function createLogger({ node, thread, format, levels }: LoggingOptions): Logger {
  const isText = format === "text";
  const destination = pino.destination({
    fd: isText ? STANDARD_ERROR : STANDARD_OUTPUT,
    sync: true,
  });
  const logger = pino({
    base: { node, thread },
    formatters: { level: (label: string) => ({ level: label }) },
    timestamp: pino.stdTimeFunctions.isoTime,
  }, isText ? { write: (line: string) => void destination.write(asText(line)) } : destination);
  void new LogLevels(levels).follow(thread, (level) => {
    logger.level = level === "off" ? "silent" : level;
  });
  return logger;
}

/** `2026-01-01T00:00:00.000Z warn reactor-0: …` */
function asText(line: string): string {
  const { time, level, thread, msg, err } = JSON.parse(line) as Record<string, unknown>;
  const stack = (err as { stack?: string } | undefined)?.stack;
  const detail = level === "error" && stack !== undefined ? `\n${stack}` : "";
  return `${String(time)} ${String(level)} ${String(thread)}: ${String(msg)}${detail}\n`;
}
