import { execFile } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { folderOf } from "./binaries.js";
import { home, launch, type Running } from "./launch.js";

const run = promisify(execFile);

export interface Postgres extends Running {
  readonly config: { readonly host: string; readonly port: number; readonly user: string; readonly database: string };
}

/** A PostgreSQL of one's own: empty, on the loopback only, gone when it is stopped. */
export async function startPostgres(): Promise<Postgres> {
  // On the PATH is `initdb` hardly ever: Debian keeps each version in a folder.
  const bin = await folderOf({ binary: "initdb", package: "postgresql", places: ["/usr/lib/postgresql/*/bin", "/usr/local/bin", "/usr/local/pgsql/bin", "/opt/homebrew/bin"] });
  const place = home("postgres");
  const data = join(place.folder, "data");
  try {
    await run(join(bin, "initdb"), ["-D", data, "-U", "tester", "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync"], { ...place.as, cwd: place.folder, env: { PATH: process.env["PATH"], HOME: place.folder, LC_ALL: "C" }, timeout: 60_000 });
  } catch (error) {
    rmSync(place.folder, { recursive: true, force: true });
    throw error;
  }
  const settings = { listen_addresses: "127.0.0.1", unix_socket_directories: "", fsync: "off", synchronous_commit: "off", full_page_writes: "off", shared_buffers: "16MB", max_connections: "50" };
  const running = await launch(place, /ready to accept connections/, (port) => [
    join(bin, "postgres"), "-D", data, "-p", String(port), ...Object.entries(settings).flatMap(([key, value]) => ["-c", `${key}=${value}`]),
  ]);
  return { ...running, config: { host: "127.0.0.1", port: running.port, user: "tester", database: "postgres" } };
}
