import type { Library } from "../library.js";

export default {
  name: "mikro-orm migrations",
  packages: ["@mikro-orm/migrations", "@medusajs/framework"],
  docs: "https://mikro-orm.io/docs/migrations",
  migrations: [
    {
      ways: "class",
      given: { names: [], types: ["Migration"], isThis: true },
      down: "own",
      transaction: { usual: "perhaps", freedBy: "`isTransactional() { return false; }` in the class", off: { member: "isTransactional" } },
      steps: [{ call: "{addSql,execute}", does: "sql", sql: 0 }],
    },
  ],
} satisfies Library;
