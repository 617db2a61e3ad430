// The keys that begin with "odradek." and the levels of loggers, as typed values.

import { type Address, Fault } from "@odradek/base";
import type { EnvironmentReading } from "../sources/environment.ts";
import { named } from "../resolve.ts";
import type { ResolvedConfig } from "../resolved_config.ts";
import type { Setting } from "../sources/setting.ts";
import { parseAddress } from "./endpoints.ts";
import { refuseKeys } from "./refuse.ts";

/** When records are forced to disk beyond what `log.flush.*` asks for. */
export type FsyncPolicy =
  | { readonly kind: "kafka" }
  | { readonly kind: "always" }
  | { readonly kind: "group"; readonly ms: number };

export interface MetricsListener extends Address {
  /** Asked for: a taken port is fatal. Else it is a warning. */
  readonly isAskedFor: boolean;
}

export interface Logging {
  /** Null: by whether the output is a terminal. */
  readonly format: "json" | "text" | null;
  readonly rootLevel: LogLevel | undefined;
  /** Levels by logger. */
  readonly loggers: ReadonlyMap<string, LogLevel>;
}

export const LOG_LEVELS = ["off", "fatal", "error", "warn", "info", "debug", "trace"] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

const METRICS_PORT = 9404;

/** Undefined: switched off. Without a configuration only this machine may ask. */
export function readMetricsListener(
  config: ResolvedConfig,
  isConfigured: boolean,
): MetricsListener | undefined {
  const key = "odradek.metrics.listener";
  const text = config.value(key);
  if (text === "") return undefined;
  if (text === null) {
    return { host: isConfigured ? "" : "127.0.0.1", port: METRICS_PORT, isAskedFor: false };
  }
  const address = parseAddress(text);
  if (address === undefined) refuseKeys(config, [key], "it is not of the form host:port");
  return { ...address, isAskedFor: true };
}

export function readFsync(config: ResolvedConfig): FsyncPolicy {
  const text = config.value("odradek.fsync");
  if (text === "kafka" || text === "always") return { kind: text };
  return { kind: "group", ms: Number(text.replace("group:", "")) };
}

export function readLogging(config: ResolvedConfig, environment: EnvironmentReading): Logging {
  const { rootLevel, loggers } = environment;
  const entries = (loggers?.text ?? "").split(",").map((entry) => entry.trim());
  return {
    format: config.value("odradek.log.format"),
    rootLevel: rootLevel && level(rootLevel, rootLevel.text),
    loggers: new Map(entries.filter((entry) => entry !== "").map((entry) => {
      const [name = "", text = ""] = entry.split("=");
      return [name.trim(), level(loggers, text)];
    })),
  };
}

function level(setting: Setting | undefined, text: string): LogLevel {
  const found = LOG_LEVELS.find((known) => known === text.trim().toLowerCase());
  if (found !== undefined) return found;
  const what = setting ? named(setting) : "the levels of loggers";
  const why = `"${text}" is no level; allowed is one of ${LOG_LEVELS.join(", ")}`;
  throw new Fault("configuration", `Cannot use ${what}: ${why}`);
}
