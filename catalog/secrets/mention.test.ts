import { describe, expect, it } from "vitest";
import { holdsRun, namesCredential } from "./mention.js";

describe("a text is worth a look for credentials", () => {
  it.each(["const apiKey = x", '{ "db-password": y }', "config.get('jwt.secret')", "headers['X-Api-Key']", "client.setAccessToken(t)", "req.headers.authorization"])("for a name: %s", (text) => {
    expect(namesCredential(text)).toBe(true);
  });

  it.each(["const primaryKey = x", "Object.keys(o)", "the author of it", "import passport from 'p'", "cacheKey", "tokenize(text)"])("for no such name: %s", (text) => {
    expect(namesCredential(text)).toBe(false);
  });

  it.each(['"a1b2c3d4e5f6g7"', "`Bearer x9x9x9x9x9x9`", "'abcdefghijklmnop4q'", '"000000000000"', "x=abcdefgh/1234/zz"])("for a run of signs: %s", (text) => {
    expect(holdsRun(text)).toBe(true);
  });

  it.each(['import "./modules/m12/part3x.js"', "const handlerOfDomain12 = 1", "abcdefghijklmnopqrstuvwxyz", "1 + 22 + 333", '"short1x"'])("for none: %s", (text) => {
    expect(holdsRun(text)).toBe(false);
  });
});
