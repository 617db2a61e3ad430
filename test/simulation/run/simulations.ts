// The simulations that there are, by their flag.

import type { PlantedBug } from "../planted/planted_bug.ts";
import {
  CLUSTER_BUGS,
  CLUSTER_TERMS,
  CONTROLLER_BUGS,
  NODE_BUGS,
  RAFT_BUGS,
} from "../planted/mod.ts";
import type { Outcome } from "./outcome.ts";

/** `print` gets every line of the transcript. */
export type Simulate = (seed: number, print?: (line: string) => void) => Promise<Outcome>;

export interface Simulation {
  /** Of the code under test too: not before a bug is planted in it. */
  readonly load: () => Promise<Simulate>;
  readonly planted: readonly PlantedBug[];
  /** Terms on which its clients are promised less: what they cost must be seen as well. */
  readonly terms?: readonly PlantedBug[];
  /** In which each of them must be caught, unless the command line says otherwise. */
  readonly plantedSeeds: number;
}

export const SIMULATIONS = {
  node: {
    load: async () => {
      const { simulateNode } = await import("../node/simulation.ts");
      return (seed, print) => simulateNode(seed, { print });
    },
    planted: NODE_BUGS,
    plantedSeeds: 20,
  },
  raft: {
    load: async () => (await import("../raft/simulation.ts")).simulateRaft,
    planted: RAFT_BUGS,
    plantedSeeds: 500,
  },
  controllers: {
    load: async () => {
      const { simulateControllers } = await import("../controllers/simulation.ts");
      return (seed, print) => simulateControllers(seed, { print });
    },
    planted: CONTROLLER_BUGS,
    plantedSeeds: 30,
  },
  cluster: {
    load: async () => {
      const { simulateCluster } = await import("../cluster/simulation.ts");
      return (seed, print) => simulateCluster(seed, { print });
    },
    planted: CLUSTER_BUGS,
    terms: CLUSTER_TERMS,
    plantedSeeds: 40,
  },
} as const satisfies Readonly<Record<string, Simulation>>;

export type SimulationName = keyof typeof SIMULATIONS;

/** Everything that can be planted. */
export function plantable(name: SimulationName): readonly PlantedBug[] {
  const { planted, terms = [] }: Simulation = SIMULATIONS[name];
  return [...planted, ...terms];
}

export function isSimulation(name: string): name is SimulationName {
  return Object.hasOwn(SIMULATIONS, name);
}
