// `npm ci` wants an entry for every platform's binding, also for those it will not install; a registry mirror that serves
// one platform alone makes `npm install` leave the others out. This writes them as npm does, without an integrity, so
// that a clone installs everywhere. Run it after `npm install` behind such a mirror; elsewhere it changes nothing.
import { readFileSync, writeFileSync } from "node:fs";

const file = "package-lock.json";
const lock = JSON.parse(readFileSync(file, "utf8"));
const { packages } = lock;
let added = 0;
for (const [path, { optionalDependencies = {}, dev, engines }] of Object.entries(packages)) {
  if (path === "") continue;
  for (const [name, version] of Object.entries(optionalDependencies)) {
    if (packages[`node_modules/${name}`] || packages[`${path}/node_modules/${name}`]) continue;
    const platform = /(android|darwin|freebsd|linux|openharmony|win32)-(\w+?)(?:-|$)/.exec(name);
    if (!platform || !/^\d+\.\d+\.\d+$/.test(version)) continue;
    packages[`node_modules/${name}`] = { version, cpu: [platform[2]], ...(dev && { dev }), license: "MIT", optional: true, os: [platform[1]], ...(engines && { engines }) };
    added++;
  }
}
lock.packages = Object.fromEntries(Object.entries(packages).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
if (added > 0) writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
console.log(added === 0 ? "the lock file is complete" : `${added} platform packages added to ${file}`);
