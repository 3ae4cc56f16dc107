import { BlockList, isIP } from "node:net";
import { state } from "./state.js";

let ranges: BlockList | undefined;
let rangesFor: readonly string[] | undefined;

/** An IPv4 client of a dual-stack server shows as `::ffff:10.0.0.1`. */
export const addressOf = (peer: string): string => (/^::ffff:\d+\.\d+\.\d+\.\d+$/i.test(peer) ? peer.slice(7) : peer);

export function isTrusted(peer: string | undefined): boolean {
  const peers = state.settings.trust?.peers;
  if (peer === undefined || peers === undefined || peers.length === 0) return false;
  if (ranges === undefined || rangesFor !== peers) {
    ranges = rangeList(peers);
    rangesFor = peers;
  }
  const address = addressOf(peer);
  const family = isIP(address);
  return family !== 0 && ranges.check(address, family === 4 ? "ipv4" : "ipv6");
}

/** Throws for what is no address or range, so that a slip is noticed where it is configured. */
export function rangeList(peers: readonly string[]): BlockList {
  const list = new BlockList();
  for (const peer of peers) {
    const [address = "", bits] = peer.split("/");
    const family = isIP(address);
    if (family === 0 || (bits !== undefined && !/^\d{1,3}$/.test(bits))) throw new TypeError(`trust.peers: ${peer} is no address or range`);
    const type = family === 4 ? "ipv4" : "ipv6";
    if (bits === undefined) list.addAddress(address, type);
    else list.addSubnet(address, Number(bits), type);
  }
  return list;
}

/** Who counts as one client. The lower half of an IPv6 address is the client's to choose, so it does not tell two apart. */
export function clientKey(peer: string | undefined): string {
  if (peer === undefined) return "";
  const address = addressOf(peer);
  if (isIP(address) !== 6) return address;
  const [head = "", tail] = address.split("::");
  const groups = head.split(":");
  if (tail !== undefined) {
    const rest = tail.split(":");
    while (groups.length + rest.length < 8) groups.push("");
    groups.push(...rest);
  }
  return `${groups.slice(0, 4).join(":")}/64`;
}
