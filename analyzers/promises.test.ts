import { describe, expect, it } from "vitest";
import { marked, viewOf } from "../tests/support/facts.js";
import { promises } from "./promises.js";

/** What the call at the marker gives. */
function given(text: string): string {
  const view = viewOf(text);
  return view.get(promises).of(marked(view.facts, text));
}

describe("a call gives", () => {
  it.each<[string, string, string]>([
    ["an async function", "async function f() {} /*@*/f()", "promise"],
    ["one that returns a chain", "const f = () => fetch('/').then((r) => r); /*@*/f()", "promise"],
    ["one that may return a promise", "const f = (x) => (x ? Promise.resolve(1) : null); /*@*/f()", "promise"],
    ["one that calls itself", "function f(n) { return n === 0 ? 1 : f(n - 1); } /*@*/f(3)", "none"],
    ["one that calls itself and is async", "async function f(n) { return n === 0 ? 1 : f(n - 1); } /*@*/f(3)", "promise"],
    ["an async generator", "async function* f() {} /*@*/f()", "none"],
    ["a union with a promise", "declare function f(): Promise<void> | void; /*@*/f()", "promise"],
    ["an alias of a promise", "type Later = Promise<void>; declare function f(): Later; /*@*/f()", "promise"],
    ["an interface that extends it", "interface Later extends Promise<void> {} declare function f(): Later; /*@*/f()", "promise"],
    ["a declared void", "declare function f(): void; /*@*/f()", "none"],
    ["a subclass of Promise", "class Later extends Promise<void> {} /*@*/new Later(() => {})", "promise"],
    ["a class", "class Later {} /*@*/new Later()", "none"],
    ["a function of another file", "import { f } from './f.js'; /*@*/f()", "open"],
    ["a method of what another file declares", "import type { F } from './f.js'; declare const f: F; /*@*/f.go()", "open"],
    ["a promisified function", "import { promisify } from 'node:util'; import { exec } from 'node:child_process'; /*@*/promisify(exec)('ls')", "promise"],
    ["the same with a callback", "import { exec } from 'node:child_process'; /*@*/exec('ls', () => {})", "none"],
    ["a query that is only built", "import knex from 'knex'; const db = knex({}); /*@*/db('t').where('a', 1)", "lazy"],
    ["a query that is sent as a stream", "import knex from 'knex'; const db = knex({}); /*@*/db('t').where('a', 1).stream()", "open"],
    ["an observable of Nest", "import { HttpService } from '@nestjs/axios'; function f(http: HttpService) { /*@*/http.get('/'); }", "none"],
    ["the same through axios", "import axios from 'axios'; /*@*/axios.get('/')", "promise"],
    ["mysql2 with promises", "import { createPool } from 'mysql2/promise'; const pool = createPool({}); /*@*/pool.query('a')", "promise"],
    ["mysql2 without", "import { createPool } from 'mysql2'; const pool = createPool({}); /*@*/pool.query('a')", "none"],
  ])("%s", (_, text, expected) => {
    expect(given(text)).toBe(expected);
  });
});
