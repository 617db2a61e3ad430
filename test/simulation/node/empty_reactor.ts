// Stands where a reactor does in nodes of which only the control plane is looked at: it listens,
// and has applied whatever it is told.

import type { Listening, Socket, Transport } from "@odradek/base";
import type { ReactorHandle } from "@odradek/broker/broker";
import type { Partition } from "@odradek/broker/partitions/partition";
import type { LogDirectory } from "@odradek/broker/partitions/log_directories";
import type { MetadataFollower } from "@odradek/controller/controller";
import type { Checkpoints } from "@odradek/log";

type Places = Parameters<ReactorHandle["listen"]>[0];

export class EmptyReactor implements MetadataFollower {
  readonly #transport: Transport;
  readonly #applied: (endOffset: number) => void;
  readonly #sockets: Socket[] = [];
  #listening: Listening[] = [];
  readonly bugs = 0;
  readonly partitions: readonly Partition[] = [];

  constructor(transport: Transport, applied: (endOffset: number) => void) {
    this.#transport = transport;
    this.#applied = applied;
  }

  follow(_bytes: Uint8Array, endOffset: number): void {
    this.#applied(endOffset);
  }

  restore({ endOffset }: Parameters<MetadataFollower["restore"]>[0]): void {
    this.#applied(endOffset);
  }

  async listen(places: Places): Promise<void> {
    const accept = (socket: Socket): void => void this.#sockets.push(socket);
    this.#listening = await Promise.all(
      places.map(({ address }) => this.#transport.listen(address, accept)),
    );
  }

  checkpoints(_directory: LogDirectory): Checkpoints {
    const none = new Map();
    return { recoveryPoints: none, logStarts: none, highWatermarks: none, compactedTo: none };
  }

  checkpointMark(): number {
    return 0;
  }

  async stopListening(): Promise<void> {
    await Promise.all(this.#listening.map((one) => one.close()));
  }

  stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    return Promise.resolve();
  }
}
