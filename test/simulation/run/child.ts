// A process that runs the seeds it is sent, one after the other. Arguments: the simulation, and the
// bug that is planted into the code under test, if one is.

import { plant } from "../planted/planted_bug.ts";
import { isSimulation, plantable, SIMULATIONS, type Simulate } from "./simulations.ts";

async function load(name = "", bugName?: string): Promise<Simulate> {
  if (!isSimulation(name)) throw new Error(`There is no simulation "${name}"`);
  const { load } = SIMULATIONS[name];
  if (bugName === undefined) return await load();
  const bug = plantable(name).find((one) => one.name === bugName);
  if (bug === undefined) throw new Error(`There is no bug "${bugName}" to be planted`);
  const { checkPlanted } = plant(bug);
  const simulate = await load();
  checkPlanted();
  return simulate;
}

if (import.meta.main) {
  const [, , name, bugName] = process.argv;
  const loading = load(name, bugName);
  process.on("message", async (seed: number) => {
    const simulate = await loading;
    process.send?.(await simulate(seed));
  });
  process.once("disconnect", () => process.exit());
}
