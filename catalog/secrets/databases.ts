import { named, type SecretFormat } from "./format.js";

export const databases: readonly SecretFormat[] = [
  { id: "supabase-access-token", provider: "Supabase", starts: ["sbp_"], pattern: /sbp_(?:[a-f0-9]{40}|oauth_[a-f0-9]{40}|v0_[a-f0-9]{40})/ },
  { id: "supabase-secret-key", provider: "Supabase", starts: ["sb_secret_"], pattern: /sb_secret_[\w-]{22,50}/ },
  { id: "supabase-publishable-key", provider: "Supabase", starts: ["sb_publishable_"], pattern: /sb_publishable_[\w-]{22,50}/, publishable: true },
  { id: "planetscale-token", provider: "PlanetScale", starts: ["pscale_tkn_"], pattern: /pscale_tkn_[\w=.-]{32,64}/ },
  { id: "planetscale-oauth-token", provider: "PlanetScale", starts: ["pscale_oauth_"], pattern: /pscale_oauth_[\w=.-]{32,64}/ },
  { id: "planetscale-password", provider: "PlanetScale", starts: ["pscale_pw_"], pattern: /pscale_pw_[\w=.-]{32,64}/ },
  { id: "neon-key", provider: "Neon", starts: ["napi_"], pattern: /napi_[a-z0-9]{64}/ },
  { id: "mongodb-atlas-secret", provider: "MongoDB Atlas", starts: ["mdb_sa_sk_"], pattern: /mdb_sa_sk_[\w-]{40}/ },
  { id: "upstash-token", provider: "Upstash", pattern: /[A-Za-z0-9_-]{36,120}={0,2}/, needsName: named("upstash|kv_rest_api") },
  { id: "databricks-token", provider: "Databricks", starts: ["dapi"], pattern: /dapi[a-f0-9]{32}(?:-\d)?/ },
  { id: "databricks-oauth-secret", provider: "Databricks", starts: ["dose"], pattern: /dose[a-f0-9]{32}/ },
  { id: "confluent-secret", provider: "Confluent", starts: ["cflt"], pattern: /cflt[A-Za-z0-9+/]{60}/ },
  { id: "confluent-legacy-secret", provider: "Confluent", pattern: /[A-Za-z0-9+/]{64}/, needsName: named("confluent|kafka|ccloud") },
  { id: "aiven-password", provider: "Aiven", starts: ["AVNS_"], pattern: /AVNS_[\w-]{19}/ },
  { id: "clickhouse-cloud-secret", provider: "ClickHouse Cloud", starts: ["4b1d"], pattern: /4b1d[A-Za-z0-9]{38}/ },
  { id: "algolia-key", provider: "Algolia", pattern: /[a-f0-9]{32}/, needsName: /^(?!.*search).*algolia.*(?:key|secret|token)/i },
  { id: "pinecone-key", provider: "Pinecone", starts: ["pcsk_"], pattern: /pcsk_[A-Za-z0-9]{5,6}_[A-Za-z0-9]{63}/ },
  { id: "hasura-admin-secret", provider: "Hasura", pattern: /[A-Za-z0-9]{64}/, needsName: named("hasura") },
  { id: "dotenv-vault-key", provider: "Dotenv", starts: ["dotenv://:key_"], pattern: /dotenv:\/\/:key_[a-f0-9]{64}/ },
];

export const vaults: readonly SecretFormat[] = [
  { id: "vault-service-token", provider: "HashiCorp Vault", starts: ["hvs."], pattern: /hvs\.[\w-]{24,150}/ },
  { id: "vault-batch-token", provider: "HashiCorp Vault", starts: ["hvb."], pattern: /hvb\.[\w-]{100,500}/ },
  { id: "vault-recovery-token", provider: "HashiCorp Vault", starts: ["hvr."], pattern: /hvr\.[\w-]{24,150}/ },
  { id: "vault-legacy-token", provider: "HashiCorp Vault", starts: ["s."], pattern: /s\.[A-Za-z0-9]{24}/, needsName: /vault/i },
  { id: "terraform-cloud-token", provider: "HCP Terraform", holds: [".atlasv1."], pattern: /[A-Za-z0-9]{14}\.atlasv1\.[\w=-]{60,70}/ },
  { id: "doppler-token", provider: "Doppler", starts: ["dp.pt.", "dp.ct.", "dp.sa.", "dp.scim.", "dp.audit."], pattern: /dp\.(?:pt|ct|sa|scim|audit)\.[A-Za-z0-9]{40,44}/ },
  { id: "doppler-service-token", provider: "Doppler", starts: ["dp.st."], pattern: /dp\.st\.(?:[a-z0-9_-]{2,35}\.)?[A-Za-z0-9]{40,44}/ },
  { id: "1password-secret-key", provider: "1Password", starts: ["A3-"], pattern: /A3-[A-Z0-9]{6}-(?:[A-Z0-9]{11}|[A-Z0-9]{6}-[A-Z0-9]{5})-[A-Z0-9]{5}-[A-Z0-9]{5}-[A-Z0-9]{5}/ },
  { id: "1password-service-account-token", provider: "1Password", starts: ["ops_eyJ"], pattern: /ops_eyJ[A-Za-z0-9+/]{250,2000}={0,3}/ },
  { id: "infisical-service-token", provider: "Infisical", starts: ["st."], pattern: /st\.[a-f0-9-]{24,36}\.[a-f0-9]{32}\.[a-f0-9]{32}/ },
  { id: "pulumi-token", provider: "Pulumi", starts: ["pul-"], pattern: /pul-[a-f0-9]{40}/ },
  { id: "infracost-key", provider: "Infracost", starts: ["ico-"], pattern: /ico-[A-Za-z0-9]{32}/ },
  { id: "ethereum-private-key", provider: "Ethereum", pattern: /(?:0x)?[a-f0-9]{64}/i, needsName: /^(?!.*(?:public|hash|tx|transaction)).*(?:private_?key|wallet_?key|deployer_?key|signer_?key|mnemonic)/i },
];
