import { spawn } from "node:child_process";
import { chownSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

const START_WITHIN = 30_000;
const STOP_WITHIN = 10_000;
const TRIES = 4;

export interface Running {
  readonly port: number;
  stop(): Promise<void>;
}

/** A process that is not root, and a folder that is its own. */
export interface Home {
  readonly folder: string;
  /** For `spawn` and its like; empty if we are not root ourselves. */
  readonly as: { readonly uid?: number; readonly gid?: number };
}

export function home(name: string): Home {
  const folder = mkdtempSync(join(tmpdir(), `nobypass-${name}-`));
  const as: Home["as"] = process.getuid?.() === 0 ? unprivileged() : {};
  if (as.uid !== undefined && as.gid !== undefined) chownSync(folder, as.uid, as.gid);
  return { folder, as };
}

function unprivileged(): { uid: number; gid: number } {
  const nobody = readFileSync("/etc/passwd", "utf8").split("\n").map((line) => line.split(":")).find(([name]) => name === "nobody");
  return { uid: Number(nobody?.[2] ?? 65_534), gid: Number(nobody?.[3] ?? 65_534) };
}

/**
 * The shell ends the server, and removes its folder, as soon as its own input closes: also when the test process is killed.
 * What is started in the background by a shell has no input unless it is given one.
 */
const GUARD = 'exec 3<&0; "$@" </dev/null 3<&- & pid=$!; (cat <&3 >/dev/null; kill -INT $pid 2>/dev/null) & exec 3<&-; wait $pid; status=$?; rm -rf "$0"; exit $status';

/** Starts a server on a free port of the loopback and waits until it says `ready`. */
export async function launch({ folder, as }: Home, ready: RegExp, command: (port: number) => readonly string[]): Promise<Running> {
  for (let left = TRIES; ; left--) {
    const port = await freePort();
    const child = spawn("/bin/sh", ["-c", GUARD, folder, ...command(port)], { ...as, cwd: folder, env: { PATH: process.env["PATH"], HOME: folder, LC_ALL: "C" }, stdio: "pipe" });
    const exited = new Promise<void>((resolve) => child.once("exit", () => resolve()).once("error", () => resolve()));
    const stop = async (): Promise<void> => {
      child.stdin.end();
      const timer = setTimeout(() => child.kill("SIGKILL"), STOP_WITHIN);
      await exited;
      clearTimeout(timer);
      rmSync(folder, { recursive: true, force: true });
    };
    let said = "";
    const isUp = await new Promise<boolean>((resolve) => {
      const timer = setTimeout(() => resolve(false), START_WITHIN);
      const hear = (text: Buffer): void => {
        said += text.toString();
        if (ready.test(said)) resolve(true);
      };
      child.stdout.on("data", hear);
      child.stderr.on("data", hear);
      child.stdin.on("error", () => {});
      void exited.then(() => resolve(false)).finally(() => clearTimeout(timer));
    });
    if (isUp) return { port, stop };
    // Between asking for a port and taking it, somebody else may have.
    const isTaken = /address already in use/i.test(said);
    child.stdin.end();
    await exited;
    if (!isTaken || left === 0) {
      rmSync(folder, { recursive: true, force: true });
      throw new Error(`${command(port)[0]} did not start:\n${said}`);
    }
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => server.once("error", reject).listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
