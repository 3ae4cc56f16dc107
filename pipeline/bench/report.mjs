// The table of the benchmark, and what it says about the goals.

/**
 * What is promised of the call path. By the least of each row: whatever else runs on the machine only ever adds, and seldom as
 * much to both sides of a ratio. The medians say how much it was.
 */
function goalsOf(costOf) {
  const reference = costOf("reference");
  return [
    { text: "dispatch sharing its caller's bound / bare awaited call", ratio: costOf("shared") / reference, most: 4 },
    { text: "dispatch with its own tighter bound / bare awaited call", ratio: costOf("own") / reference, most: 7 },
    { text: "entry with three dispatches and its log line / one call through cockatiel's timeout and retry", ratio: costOf("request") / costOf("cockatiel"), most: 1 },
  ];
}

export function report(rows, { version, node, cores, rounds }) {
  // Where two rows have a role, the cheaper one counts.
  const costOf = (role, column = "min") => Math.min(...rows.filter((r) => r.role === role).map((r) => r[column]));
  const reference = costOf("reference");
  const cockatiel = costOf("cockatiel");
  const table = rows.map((r) => `| ${r.name} | ${whole(r.median)} | ${whole(r.min)} | ${whole(Math.max(0, r.bytes))} | ${(r.min / reference).toFixed(1)} | ${(r.min / cockatiel).toFixed(2)} |`);
  const byMedian = goalsOf((role) => costOf(role, "median"));
  const goals = goalsOf((role) => costOf(role)).map(({ text, ratio, most }, i) => `| ${text} | ${ratio.toFixed(2)} | ${byMedian[i].ratio.toFixed(2)} | ${most} | ${ratio <= most ? "met" : "**not met**"} |`);
  return `# What a call costs

@nobypass/pipeline ${version}, Node ${node}, ${cores} cores. CPU time of one operation in nanoseconds, collecting the garbage included: median and minimum of ${rounds} rounds, each row in processes of its own, in turn, all in one run. Ratios are what counts, as machines differ; they are of the minima, as what else runs on a machine only ever adds.

An operation is awaited in a loop, which is part of every row. The reference is the bare awaited call while an AsyncLocalStorage is active, as it is in every server that correlates its logs. The rows of other libraries run without one, which is to their favour. Log lines are written with pino into nothing. Bytes are what the heap grows by while nothing is collected: what is kept outside of it is not counted.

| | median ns | min ns | bytes | / reference | / cockatiel |
| --- | ---: | ---: | ---: | ---: | ---: |
${table.join("\n")}

| goal | ratio | of the medians | at most | |
| --- | ---: | ---: | ---: | --- |
${goals.join("\n")}
`;
}

const whole = (value) => Math.round(value).toLocaleString("en");
