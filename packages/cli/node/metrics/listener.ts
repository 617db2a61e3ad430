// Where metrics and health are served: `odradek.metrics.listener`. A port that nobody asked for,
// and that another has, is a warning; one that was asked for is an error.

import { type Address, addressText, Fault, systemClock } from "@odradek/base";
import type { MetricsListener } from "@odradek/metadata/configs/mod";
import type { Logger } from "@odradek/network";
import { healthAnswer } from "./health.ts";
import { type Answer, type HttpListening, type Pages, serveHttp } from "./http.ts";
import type { Family } from "./family.ts";
import type { NodeMetrics } from "./node_metrics.ts";

/** What is told is at most this old. */
const KEPT_MS = 1000;
const KEY = "odradek.metrics.listener";

type Told = Pick<NodeMetrics, "families" | "liveness" | "readiness">;

export interface MetricsPlace {
  /** Undefined: it is switched off. */
  readonly listener: MetricsListener | undefined;
  /** Ports of this node that are not open yet. */
  readonly taken: readonly number[];
  readonly logger: Logger;
}

/** Undefined: nothing is served. Fault with the remedy if the port that was asked for is taken. */
export async function listenForMetrics(
  metrics: Told,
  { listener, taken, logger }: MetricsPlace,
): Promise<HttpListening | undefined> {
  if (listener === undefined) return undefined;
  const { host, port, isAskedFor } = listener;
  try {
    refuseOwnPort({ host, port }, taken);
    const listening = await serveHttp({ host, port }, pagesOf(metrics));
    logger.debug(`Metrics are served on ${addressText(listening.address)}`);
    return listening;
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    if (isAskedFor) {
      const remedy = `give another address with ${KEY}, or none: ${KEY}=`;
      throw new Fault(error.kind, `${error.message}; ${remedy}`, { cause: error });
    }
    logger.warn(`${error.message}: this node serves none; give an address of its own with ${KEY}`);
    return undefined;
  }
}

function refuseOwnPort(address: Address, taken: readonly number[]): void {
  if (address.port === 0 || !taken.includes(address.port)) return;
  const where = addressText(address);
  throw new Fault("in use", `Cannot serve metrics on ${where}: the port is one of listeners`);
}

function pagesOf(metrics: Told): Pages {
  const families = kept(() => metrics.families());
  return {
    "/metrics": kept(async () => textOf(await families())),
    "/public_metrics": kept(async () =>
      textOf((await families()).filter(({ isDetailed }) => isDetailed !== true))
    ),
    "/livez": () => healthAnswer(metrics.liveness),
    "/readyz": () => healthAnswer(metrics.readiness),
  };
}

async function textOf(families: readonly Family[]): Promise<Answer> {
  // A node whose metrics nobody wants does not load what makes text of them.
  const { CONTENT_TYPE, metricsText } = await import("./metrics.ts");
  return { status: 200, contentType: CONTENT_TYPE, text: await metricsText(families) };
}

/** However many ask, it is made once a second. */
function kept<Made>(make: () => Promise<Made>): () => Promise<Made> {
  let last: { readonly made: Promise<Made>; readonly atMs: number } | undefined;
  return () => {
    const nowMs = systemClock.monotonic();
    if (last === undefined || nowMs - last.atMs >= KEPT_MS) last = { made: make(), atMs: nowMs };
    return last.made;
  };
}
