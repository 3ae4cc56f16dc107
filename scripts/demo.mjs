// Checks the bundled legacy shop with a fresh build. A shop without findings would be the surprise: exit 1 is the expected end.
import { execSync, spawnSync } from "node:child_process";

execSync("npm run --silent build", { stdio: ["ignore", "ignore", "inherit"] });
const { status } = spawnSync(process.execPath, ["dist/cli/main.js", "check", "fixtures/legacy-shop", ...process.argv.slice(2)], { stdio: "inherit" });
process.exit(status === 1 ? 0 : (status ?? 2));
