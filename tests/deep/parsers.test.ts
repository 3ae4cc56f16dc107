import { statSync } from "node:fs";
import { delimiter } from "node:path";
import { expect, it } from "vitest";
import { compareParsers, factsByOxc, hashesByOxlint, hashOf, readTexts, sourcesBelow, spread } from "../support/parsers.js";

/** Sources of public repositories, by path: `NOBYPASS_CORPUS=/src/typeorm:/src/ghostfolio`. They are not of this repository. */
function corpus(): string[] {
  const folders = (process.env["NOBYPASS_CORPUS"] ?? "").split(delimiter).filter((folder) => folder !== "");
  if (folders.length === 0) throw new Error(`Set NOBYPASS_CORPUS to folders with TypeScript or JavaScript sources, separated by "${delimiter}": checkouts of a few public backends.`);
  for (const folder of folders) if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) throw new Error(`NOBYPASS_CORPUS names ${folder}, which is no folder.`);
  return folders.flatMap((folder) => sourcesBelow(folder, (name) => name === "node_modules" || name === ".git"));
}

const ENOUGH = 3000;

it("equal facts from all parsers for the sources of public repositories", () => {
  const paths = corpus();
  const texts = readTexts(spread(paths, ENOUGH));
  const { taken, differences } = compareParsers(texts);
  console.info(`${String(texts.length)} of ${String(paths.length)} files; taken by ${JSON.stringify(taken)}; ${String(differences.length)} different`);
  expect(differences).toEqual([]);
  expect(taken.typescript).toBeGreaterThan(texts.length * 0.9);

  const hashes = hashesByOxlint(texts);
  const seen = hashes.filter((h) => h !== null).length;
  const different = texts.filter((text, i) => {
    const facts = hashes[i] === null ? null : factsByOxc(text);
    return facts !== null && hashOf(facts) !== hashes[i];
  });
  console.info(`taken by oxlint: ${String(seen)}; ${String(different.length)} different`);
  expect(different.map((d) => d.path)).toEqual([]);
  expect(seen).toBeGreaterThan(texts.length * 0.9);
});
