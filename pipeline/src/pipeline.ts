import { configure } from "./configure.js";
import { shutdown } from "./shutdown.js";

export const pipeline = { configure, shutdown } as const;
