import { relative, resolve } from "node:path";

/** Every path that leaves this folder has forward slashes, so that a run on Windows and one in CI print the same. */
export const toPosix = (path: string): string => (path.includes("\\") && process.platform === "win32" ? path.replaceAll("\\", "/") : path);

export const absolutePosix = (from: string, path: string): string => toPosix(resolve(from, path));

/** Path of `file` seen from `root`: `""` for the root itself, `../…` outside of it. */
export const relativePosix = (root: string, file: string): string =>
  file.startsWith(root.endsWith("/") ? root : `${root}/`) && !file.includes("/../") && !file.includes("/./")
    ? file.slice(root.endsWith("/") ? root.length : root.length + 1)
    : toPosix(relative(root, file));

export const isInside = (root: string, file: string): boolean => {
  const path = relativePosix(root, file);
  return path === "" || (path !== ".." && !path.startsWith("../") && !/^[A-Za-z]:/.test(path));
};
