import type { Library } from "./library.js";
import { under } from "./names.js";
import { at, atUnless } from "./places.js";

const CLIENT = "@supabase/supabase-js:createClient()";

export default {
  name: "supabase",
  packages: ["@supabase/supabase-js"],
  docs: "https://supabase.com/docs/reference/javascript/initializing",
  instances: [{ is: CLIENT, also: [`${CLIENT}.schema()`], types: ["@supabase/supabase-js:SupabaseClient"] }],
  effects: [
    { calls: under([CLIENT], ["from"]), effect: "database", shape: "builder", list: { chain: ["limit", "range", "single", "maybeSingle", "insert", "update", "upsert", "delete", "on"], conditions: ["eq", "in", "match"] } },
    { calls: under([CLIENT], ["rpc"]), effect: "database", shape: "builder" },
  ],
  clientBounds: [{ makes: ["@supabase/supabase-js:createClient"], statement: { places: atUnless([0], 2, "db.timeout", "global.fetch"), defaultMs: null }, docs: "https://supabase.com/docs/reference/javascript/initializing" }],
  credentials: [{ calls: ["@supabase/supabase-js:createClient"], places: at(1, ""), what: "token" }],
} satisfies Library;
