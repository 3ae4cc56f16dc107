#!/usr/bin/env node
import type { Io } from "./io.js";

// Nothing is imported before this has been asked: on an older Node the imports themselves fail, in words that help nobody.
const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);

if (major < 20 || (major === 20 && minor < 19)) {
  process.stderr.write(`nobypass: needs Node 20.19 or newer, and this is ${process.versions.node}\n`);
  process.exitCode = 2;
} else {
  // `nobypass check | head` closes our output early: that is no failure, and the exit code is still the run's.
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "EPIPE") return;
      process.exitCode = 2;
      if (stream === process.stdout) process.stderr.write(`nobypass: cannot write the report: ${error.message}\n`);
    });
  }
  const { keepCompiled, optimiseLater } = await import("./tiering.js");
  optimiseLater(process.versions.node);
  keepCompiled();
  const { program } = await import("./program.js");
  const io: Io = {
    cwd: process.cwd(),
    env: process.env,
    // Merely looking at it opens it; only `init` reads.
    get stdin() {
      return process.stdin;
    },
    stdout: process.stdout,
    stderr: process.stderr,
  };
  const exitCode = await program(process.argv.slice(2), io);
  // Not `process.exit`: what a pipe has not taken yet would be lost. A failed write has set the code already.
  process.exitCode ??= exitCode;
}
