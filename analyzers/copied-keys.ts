import type { Value, ValueId } from "../core/facts.js";
import type { FileView } from "../core/rule.js";
import { callAt } from "./calls.js";
import { eachOf } from "./each.js";
import { endsOf } from "./ends.js";
import { flow } from "./flow.js";
import { occurrences } from "./occurrences.js";
import type { Origin } from "./origins.js";
import { sitesOf } from "./sites.js";

const KEYS = /^global:(?:Object\.(?:keys|getOwnPropertyNames)|Reflect\.ownKeys)$/;
const ENTRIES = /^global:Object\.entries$/;
/** Lists with the same elements, or with fewer. */
const SAME = new Set(["sort", "toSorted", "filter", "slice", "reverse", "toReversed"]);

/** Each key of what came in, written to an object that was made for it: a copy, whose prototype is the only one that a key may change. */
export function isCopied(file: FileView, key: ValueId, origins: readonly Origin[]): boolean {
  if (isIndexed(file, key)) return true;
  if (!origins.every((o) => o.from.path.includes("*")) && !isOneOfKeys(file, key)) return false;
  const member = file.get(occurrences).users(key).map((user) => file.facts.values[user] as Value).find((value) => value.kind === "member");
  return member?.kind === "member" && file.get(flow).sources(member.object).every((s) => {
    const made = file.facts.values[s] as Value;
    return made.kind === "object" || (made.kind === "param" && made.index === 0 && sitesOf(file.facts).ofFunction(made.fn).some((site) => isReduce(file, site.call)));
  });
}

/** `list.reduce((byName, item) => { byName[item.name] = item; return byName; }, {})`: elements under a name of their own, in an object that was made for them. */
function isIndexed(file: FileView, key: ValueId): boolean {
  const { values } = file.facts;
  const { sameAs } = file.get(flow);
  let item = values[sameAs(key)] as Value;
  while (item.kind === "member" && item.name !== null) item = values[sameAs(item.object)] as Value;
  if (item.kind !== "param" || item.index !== 1) return false;
  const { fn } = item;
  const isMadeHere = sitesOf(file.facts).ofFunction(fn).some((site) => {
    const call = values[site.call] as Value;
    const first = call.kind === "call" ? call.args[1] : undefined;
    return first !== undefined && isReduce(file, site.call) && (values[sameAs(first)] as Value).kind === "object";
  });
  return isMadeHere && file.get(occurrences).users(key).every((user) => {
    const read = values[user] as Value;
    const object = read.kind === "member" && read.key === key ? (values[sameAs(read.object)] as Value) : undefined;
    const leadsOn = file.get(occurrences).users(user).some((u) => (values[u] as Value).kind === "member");
    return object?.kind === "param" && object.fn === fn && object.index === 0 && !leadsOn;
  });
}

/** `for (const key of Object.keys(o))`, `for (const key in o)`, `Object.entries(o).forEach(([key]) => …)`: whatever is in `o`, its keys are as it has them. */
function isOneOfKeys(file: FileView, key: ValueId): boolean {
  const sources = file.get(flow).sources(key);
  return sources.length > 0 && sources.every((s) => {
    const value = file.facts.values[s] as Value;
    if (value.kind === "key") return true;
    if (value.kind === "member") return value.name === "0" && isElementOf(file, value.object, ENTRIES);
    return isElementOf(file, s, KEYS);
  });
}

/** `for (const key in o) o[key] = …`, `for (const [key] of Object.entries(o)) o[key].seen = true`: what `o` has already. */
export function isKeyOf(file: FileView, key: ValueId, object: ValueId): boolean {
  const { sameAs, sources } = file.get(flow);
  const same = sameAs(object);
  const isIt = (of: ValueId): boolean => sameAs(of) === same;
  const found = sources(key);
  return found.length > 0 && found.every((s) => {
    const value = file.facts.values[s] as Value;
    if (value.kind === "key") return isIt(value.of);
    if (value.kind === "member") return value.name === "0" && isElementOf(file, value.object, ENTRIES, isIt);
    return isElementOf(file, s, KEYS, isIt);
  });
}

const ANY = (): boolean => true;

function isElementOf(file: FileView, id: ValueId, made: RegExp, isIt: (of: ValueId) => boolean = ANY): boolean {
  return file.get(flow).sources(id).every((s) => {
    const value = file.facts.values[s] as Value;
    if (value.kind === "element") return isListOf(file, value.of, made, isIt);
    return value.kind === "param" && sitesOf(file.facts).ofFunction(value.fn).some((site) => {
      const call = file.get(callAt)(site.call);
      const each = call == null ? null : file.get(eachOf)(call);
      return each !== null && each.param === value.index && isListOf(file, each.list, made, isIt);
    });
  });
}

function isListOf(file: FileView, list: ValueId, made: RegExp, isIt: (of: ValueId) => boolean): boolean {
  const ends = endsOf(file, list, (value) => {
    const callee = value.kind === "call" ? (file.facts.values[value.callee] as Value) : undefined;
    return callee?.kind === "member" && callee.name !== null && SAME.has(callee.name) ? [callee.object] : null;
  });
  return ends.length > 0 && ends.every(({ source }) => {
    const value = file.facts.values[source] as Value;
    return value.kind === "call" && value.args[0] !== undefined && isIt(value.args[0]) && file.get(flow).symbols(value.callee).some((node) => made.test(node.text));
  });
}

function isReduce(file: FileView, id: ValueId): boolean {
  const call = file.facts.values[id] as Value;
  const callee = call.kind === "call" ? (file.facts.values[call.callee] as Value) : undefined;
  return callee?.kind === "member" && (callee.name === "reduce" || callee.name === "reduceRight");
}
