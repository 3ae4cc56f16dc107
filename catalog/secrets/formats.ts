import { ai } from "./ai.js";
import { amazon, google, hosts, microsoft, regional } from "./cloud.js";
import { builds, packages, repositories } from "./code-hosting.js";
import { databases, vaults } from "./databases.js";
import type { SecretFormat } from "./format.js";
import { identity } from "./identity.js";
import { keyMaterial } from "./key-material.js";
import { chat, mail, telephony } from "./messaging.js";
import { observability } from "./observability.js";
import { payments } from "./payments.js";
import { customers, services, social, work } from "./platforms.js";
import { webhooks } from "./webhooks.js";

/** Every format. Where two fit one text, the longer beginning wins, then the earlier row. */
export const formats: readonly SecretFormat[] = [
  ...keyMaterial, ...amazon, ...google, ...microsoft, ...regional, ...hosts, ...databases, ...vaults, ...repositories, ...packages, ...builds,
  ...payments, ...chat, ...mail, ...telephony, ...ai, ...observability, ...work, ...customers, ...social, ...services, ...webhooks, ...identity,
];
