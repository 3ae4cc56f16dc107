import type { Library } from "../library.js";

export default {
  name: "payload migrations",
  packages: ["@payloadcms/db-postgres", "@payloadcms/db-vercel-postgres", "@payloadcms/db-sqlite", "@payloadcms/db-d1-sqlite"],
  docs: "https://payloadcms.com/docs/database/migrations",
  migrations: [
    {
      ways: "exports",
      given: { names: [], types: ["MigrateUpArgs", "MigrateDownArgs"], property: "db" },
      down: "own",
      transaction: { usual: "always", freedBy: null },
      steps: [{ call: "{execute,run,drizzle.execute}", does: "sql", sql: 0 }],
    },
  ],
} satisfies Library;
