import { join } from "node:path";
import { expect, it, vi } from "vitest";
import { noting, readText } from "../../config/disk.js";
import { tempTree } from "../../tests/temp-tree.js";
import { stillHolds, Tracer } from "./trace.js";

it("takes no stamp for proof that is as young as the run, and takes one once it is older", () => {
  const file = join(tempTree({ "a.ts": "1" }), "a.ts");
  const tracer = new Tracer();
  noting(tracer, () => readText(file));
  const young = tracer.trace();
  expect(young.files.map(([, stamp]) => stamp)).toEqual([""]);
  expect(stillHolds(young)).toBe(young);
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 60_000 });
  const older = stillHolds(young);
  vi.useRealTimers();
  expect(older?.files.map(([, stamp]) => stamp)).toEqual([expect.stringMatching(/^\d+:\d+:1:/)]);
});
