// A controller that is not the active one sees to it that the cluster knows it: with each start it
// asks the active controller to write down where it listens (KIP-919).

import { type Clock, type NodeId, sleep, type Uuid } from "@odradek/base";
import { type ClusterImage, type EndpointImage, SUPPORTED_FEATURES } from "@odradek/metadata";
import type { RareLines } from "@odradek/network";
import { errorName } from "@odradek/protocol/errors";
import { ControllerRegistration } from "@odradek/protocol/messages/controller_registration";
import type { RequestDraft } from "@odradek/protocol/schema/mod";

export interface RegistrationOptions {
  readonly controllerId: NodeId;
  readonly incarnationId: Uuid;
  readonly endpoints: readonly EndpointImage[];
  readonly image: () => ClusterImage;
  /** Of the active controller, wherever it is; rejects while there is none. */
  readonly ask: (body: RequestDraft<typeof ControllerRegistration>) => Promise<Answer>;
  readonly clock: Clock;
  readonly lines: RareLines;
  readonly signal: AbortSignal;
}

interface Answer {
  readonly errorCode: number;
  readonly errorMessage?: string | null;
}

const RETRY_MS = 500;

/** Resolves when the image shows this process, or the signal has aborted. */
export async function registerController(options: RegistrationOptions): Promise<void> {
  const { controllerId, incarnationId, image, clock, signal } = options;
  const isKnown = (): boolean =>
    image().controllers.get(controllerId)?.incarnationId === incarnationId;
  while (!signal.aborted && !isKnown()) {
    // Whoever becomes active meanwhile writes itself down.
    if (image().endOffset > 0) await askOnce(options);
    await sleep(clock, RETRY_MS, signal).catch(() => undefined);
  }
}

async function askOnce(options: RegistrationOptions): Promise<void> {
  // Who can't be asked is asked anew: the quorum tells by itself that nobody leads.
  const answer = await options.ask(bodyOf(options)).catch(() => undefined);
  if (answer === undefined || answer.errorCode === 0) return;
  const error = errorName(answer.errorCode);
  // It has led until now.
  if (error === "NOT_CONTROLLER") return;
  options.lines.write(`registration ${error}`, {
    level: "warn",
    fields: { error },
    text: "The active controller does not register this one, which tries again every " +
      `${RETRY_MS} ms: ${answer.errorMessage ?? error}`,
  });
}

function bodyOf(
  { controllerId, incarnationId, endpoints }: RegistrationOptions,
): RequestDraft<typeof ControllerRegistration> {
  return {
    controllerId,
    incarnationId,
    zkMigrationReady: false,
    listeners: [...endpoints],
    features: [...SUPPORTED_FEATURES].map(([name, { min, max }]) => ({
      name,
      minSupportedVersion: min,
      maxSupportedVersion: max,
    })),
  };
}
