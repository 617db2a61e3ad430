// A controller that is not the active one sees to it that the cluster knows it: with each start it
// asks the active controller to write down where it listens (KIP-919).

import { type Clock, type NodeId, sleep, type Uuid } from "@odradek/base";
import { type ClusterImage, type EndpointImage, SUPPORTED_FEATURES } from "@odradek/metadata";
import { ControllerRegistration } from "@odradek/protocol/messages/controller_registration";
import type { RequestDraft } from "@odradek/protocol/schema/mod";

export interface RegistrationOptions {
  readonly controllerId: NodeId;
  readonly incarnationId: Uuid;
  readonly endpoints: readonly EndpointImage[];
  readonly image: () => ClusterImage;
  /** Of the active controller, wherever it is; rejects while there is none. */
  readonly ask: (body: RequestDraft<typeof ControllerRegistration>) => Promise<unknown>;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

const RETRY_MS = 500;

/** Resolves when the image shows this process, or the signal has aborted. */
export async function registerController(options: RegistrationOptions): Promise<void> {
  const { controllerId, incarnationId, image, ask, clock, signal } = options;
  const isKnown = (): boolean =>
    image().controllers.get(controllerId)?.incarnationId === incarnationId;
  while (!signal.aborted && !isKnown()) {
    // Whoever becomes active meanwhile writes itself down; who can't be asked is asked anew.
    if (image().endOffset > 0) await ask(bodyOf(options)).catch(() => undefined);
    await sleep(clock, RETRY_MS, signal).catch(() => undefined);
  }
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
