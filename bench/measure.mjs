import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";

/** User and system time of the process and its children, as the shell accounts for it; peak memory of the largest process seen. */
export function measure(command, argv, folder) {
  return new Promise((done) => {
    const script = 'TIMEFORMAT="%U %S"; time "$0" "$@" >/dev/null 2>/dev/null';
    const child = spawn("bash", ["-c", script, command, ...argv], { cwd: folder, stdio: ["ignore", "ignore", "pipe"] });
    let text = "";
    let peakMb = 0;
    child.stderr.on("data", (part) => (text += part));
    const poll = setInterval(() => (peakMb = Math.max(peakMb, peakOf(child.pid))), 25);
    child.on("close", () => {
      clearInterval(poll);
      const [user = 0, system = 0] = text.trim().split("\n").at(-1).split(" ").map(Number);
      done({ cpu: user + system, peakMb });
    });
  });
}

function peakOf(pid) {
  try {
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(" ").filter(Boolean);
    const own = Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0) / 1024;
    return Math.max(own, ...children.map((c) => peakOf(c)));
    // nobypass-disable-next-line swallowed-error -- the process ended between two looks
  } catch {
    return 0;
  }
}
