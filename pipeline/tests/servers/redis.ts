import { join } from "node:path";
import { folderOf } from "./binaries.js";
import { home, launch, type Running } from "./launch.js";

/** A Redis of one's own, empty, in memory. */
export async function startRedis(): Promise<Running> {
  const bin = await folderOf({ binary: "redis-server", package: "redis-server", places: ["/usr/bin", "/usr/local/bin", "/opt/homebrew/bin"] });
  return launch(home("redis"), /ready to accept connections/i, (port) => [
    join(bin, "redis-server"), "--port", String(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--daemonize", "no",
  ]);
}
