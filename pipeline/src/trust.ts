import { BlockList, isIP } from "node:net";
import type { HeaderOf } from "./arrival.js";
import { state } from "./state.js";

type Trusted = "peers" | "proxies";

const compiled = new Map<Trusted, { readonly of: readonly string[]; readonly ranges: BlockList }>();

/** Bare: an IPv4 client of a dual-stack server shows as `::ffff:10.0.0.1`, one on the same link with its interface, and some proxies add the port. */
export function addressOf(text: string): string {
  const address = text.trim().replace(/^\[(.*)\](?::\d+)?$|^([\d.]+):\d+$/, "$1$2").replace(/%.*$/, "");
  return /^::ffff:\d+\.\d+\.\d+\.\d+$/i.test(address) ? address.slice(7) : address;
}

export function isTrusted(peer: string | undefined, as: Trusted): boolean {
  const of = state.settings.trust?.[as];
  if (peer === undefined || of === undefined || of.length === 0) return false;
  let known = compiled.get(as);
  if (known?.of !== of) compiled.set(as, (known = { of, ranges: rangeList(of) }));
  const address = addressOf(peer);
  const family = isIP(address);
  return family !== 0 && known.ranges.check(address, family === 4 ? "ipv4" : "ipv6");
}

/** Throws for what is no address or range, so that a slip is noticed where it is configured. */
export function rangeList(addresses: readonly string[], as: Trusted = "peers"): BlockList {
  const list = new BlockList();
  for (const range of addresses) {
    const [address = "", bits] = range.split("/");
    const family = isIP(address);
    if (family === 0 || (bits !== undefined && !/^\d{1,3}$/.test(bits))) throw new TypeError(`trust.${as}: ${range} is no address or range`);
    const type = family === 4 ? "ipv4" : "ipv6";
    if (bits === undefined) list.addAddress(address, type);
    else list.addSubnet(address, Number(bits), type);
  }
  return list;
}

/**
 * Whoever asks: what the framework knows (`claimed`), or behind `trust.proxies` the last address of X-Forwarded-For that is none of
 * theirs. Each proxy appends whom it saw, so what stands farther left is whatever the client wrote.
 */
export function clientOf(peer: string | undefined, claimed: string | undefined, header: HeaderOf): string | undefined {
  const known = claimed === undefined ? "" : addressOf(claimed);
  if (isIP(known) !== 0 && (peer === undefined || known !== addressOf(peer))) return known;
  let client = peer;
  if (!isTrusted(client, "proxies")) return client;
  const hops = String(header("x-forwarded-for") ?? "").split(",");
  while (isTrusted(client, "proxies")) {
    const hop = addressOf(hops.pop() ?? "");
    if (isIP(hop) === 0) break;
    client = hop;
  }
  return client;
}

/** Who counts as one client. The lower half of an IPv6 address is the client's to choose, so it does not tell two apart. */
export function clientKey(client: string | undefined): string {
  if (client === undefined) return "";
  const address = addressOf(client);
  if (isIP(address) !== 6) return address;
  const [head = "", tail] = address.split("::");
  const groups = head.split(":");
  if (tail !== undefined) {
    const rest = tail.split(":");
    while (groups.length + rest.length < 8) groups.push("");
    groups.push(...rest);
  }
  return `${groups.slice(0, 4).map((group) => Number.parseInt(group || "0", 16).toString(16)).join(":")}/64`;
}
