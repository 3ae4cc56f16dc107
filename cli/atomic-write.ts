import { mkdirSync, realpathSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { statOf } from "../config/disk.js";
import { CommandError } from "./failure.js";

/**
 * All of the text or nothing: whoever reads the file meanwhile, or after we were killed, never finds half of it.
 * Folders on the way are made. What is no plain file (`/dev/stdout`, a pipe) is written to as it is, a link through to its target.
 */
export function writeAtomically(file: string, text: string): void {
  const there = statOf(file);
  if (there?.isDirectory()) throw new CommandError(`cannot write ${file}: it is a folder`, "name a file in it");
  let temporary: string | undefined;
  try {
    if (there !== undefined && !there.isFile()) return writeFileSync(file, text);
    const target = there === undefined ? file : realpathSync(file);
    mkdirSync(dirname(target), { recursive: true });
    temporary = `${target}.${process.pid}.tmp`;
    writeFileSync(temporary, text, there === undefined ? {} : { mode: there.mode });
    renameSync(temporary, target);
  } catch (error) {
    if (temporary !== undefined) rmSync(temporary, { force: true });
    throw new CommandError(`cannot write ${file}: ${error instanceof Error ? error.message : String(error)}`, "check the path, its permissions and the space on the disk");
  }
}
