// A backend of about 100,000 lines whose files import each other. Its density is that of real ones, measured on five
// public backends: 3 to 4 syntax nodes and about 30 characters a line, 2 `try` in 1,000 lines, a `catch` in one file of
// seven, 5 imports and some 140 lines a file, a tenth of it comments.
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** So many make 100,000 lines. */
export const DOMAINS = 104;

const FIELDS = ["title", "status", "amount", "currency", "ownerId", "createdAt", "updatedAt", "weight", "region", "priority", "notes", "quantity", "label", "score", "channel", "locale"];
const TYPES = { title: "string", status: '"draft" | "open" | "closed"', amount: "number", currency: "string", ownerId: "string", createdAt: "Date", updatedAt: "Date", weight: "number", region: "string", priority: "number", notes: "string", quantity: "number", label: "string", score: "number", channel: '"web" | "mail" | "phone"', locale: "string" };

/** @returns how many lines were written */
export function generate(dir, domains = DOMAINS) {
  rmSync(dir, { recursive: true, force: true });
  mkdirSync(dir, { recursive: true });
  writeFileSync(join(dir, "package.json"), JSON.stringify({ name: "bench-shop", private: true, type: "module" }));
  writeFileSync(
    join(dir, "tsconfig.json"),
    JSON.stringify({ compilerOptions: { target: "es2023", module: "nodenext", moduleResolution: "nodenext", strict: true, noUncheckedIndexedAccess: true, skipLibCheck: true, noEmit: true, types: ["node"] }, include: ["src"] }),
  );
  let lines = 0;
  for (let d = 0; d < domains; d++) {
    const folder = join(dir, "src", `domain${d}`);
    mkdirSync(folder, { recursive: true });
    for (const [name, text] of Object.entries(domain(d))) {
      writeFileSync(join(folder, `${name}.ts`), text);
      lines += text.split("\n").length;
    }
  }
  return lines;
}

/** Every domain leans on the one before it, so that types flow through the whole project. */
function domain(d) {
  const fields = FIELDS.filter((_, i) => (i * 7 + d * 5) % 3 !== 0 || i < 3);
  const files = { model: model(d, fields), filters: filters(d, fields), mapper: mapper(d, fields), repository: repository(d, fields), service: service(d, fields), routes: routes(d, fields), events: events(d, fields) };
  if (d % 2 === 0) files.client = client(d);
  if (d % 3 === 0) files.job = job(d);
  return files;
}

const capital = (name) => name[0].toUpperCase() + name.slice(1);
const each = (list, line) => list.map(line).join("\n");

function model(d, fields) {
  return `${d > 0 ? `import type { Entity${d - 1}, Summary${d - 1} } from "../domain${d - 1}/model.js";\n` : ""}
/**
 * What the shop keeps of one entity of this domain. The store fills in
 * everything that a caller leaves out.
 */
export interface Entity${d} {
  readonly id: string;
${each(fields, (f) => `  /** The ${f} as it was entered. */\n  ${f}: ${TYPES[f]};`)}
  tags: readonly string[];
${d > 0 ? `  parent?: Entity${d - 1};\n  inherited?: Summary${d - 1};\n` : ""}}

export type Draft${d} = Omit<Entity${d}, "id"> & {
  readonly requestedBy: string;
};

export type Field${d} = keyof Entity${d};

export interface Summary${d} {
  readonly count: number;
  readonly byTag: ReadonlyMap<string, number>;
  readonly latest: Entity${d} | null;
}

export interface Page${d} {
  readonly items: readonly Entity${d}[];
  readonly next: string | null;
  readonly total: number;
}

/** Why a draft was not taken. */
export type Refusal${d} =
  | { readonly reason: "missing"; readonly field: Field${d} }
  | { readonly reason: "outOfRange"; readonly field: Field${d}; readonly limit: number }
  | { readonly reason: "duplicate"; readonly of: string };

export const MOST_TAGS_${d} = ${5 + (d % 7)};

export const EMPTY_${d}: Summary${d} = {
  count: 0,
  byTag: new Map(),
  latest: null,
};

export function isRefusal${d}(
  value: Entity${d} | Refusal${d},
): value is Refusal${d} {
  return "reason" in value;
}

export const DEFAULTS_${d}: Omit<Entity${d}, "id" | "parent" | "inherited"> = {
${each(fields, (f) => `  ${f}: ${initial(f)},`)}
  tags: [],
};
`;
}

function initial(field) {
  const type = TYPES[field];
  if (type === "Date") return "new Date(0)";
  if (type === "number") return "0";
  return type.startsWith('"') ? type.split(" ")[0] : `"${field}"`;
}

function filters(d, fields) {
  return `import type { Entity${d}, Summary${d} } from "./model.js";
import { EMPTY_${d} } from "./model.js";

export interface Filter${d} {
${each(fields, (f) => `  readonly ${f}?: ${TYPES[f]};`)}
  readonly tag?: string;
  readonly limit?: number;
}

${each(
  fields,
  (f) => `/** Does the ${f} fit what is asked for? */
function fits${capital(f)}(
  entity: Entity${d},
  filter: Filter${d},
): boolean {
  if (filter.${f} === undefined) {
    return true;
  }
  ${TYPES[f] === "Date" ? `return entity.${f} >= filter.${f};` : TYPES[f] === "number" ? `return entity.${f} <= filter.${f};` : `return entity.${f} === filter.${f};`}
}
`,
)}
export function matches${d}(
  entity: Entity${d},
  filter: Filter${d},
): boolean {
  if (filter.tag !== undefined && !entity.tags.includes(filter.tag)) {
    return false;
  }
  return (
${fields.map((f) => `    fits${capital(f)}(entity, filter)`).join(" &&\n")}
  );
}

export function summarise${d}(
  entities: readonly Entity${d}[],
): Summary${d} {
  if (entities.length === 0) {
    return EMPTY_${d};
  }
  const byTag = new Map<string, number>();
  for (const entity of entities) {
    for (const tag of entity.tags) {
      byTag.set(tag, (byTag.get(tag) ?? 0) + 1);
    }
  }
  return {
    count: entities.length,
    byTag,
    latest: entities.at(-1) ?? null,
  };
}
`;
}

function mapper(d, fields) {
  return `import type { Draft${d}, Entity${d}, Refusal${d} } from "./model.js";
import { DEFAULTS_${d}, MOST_TAGS_${d} } from "./model.js";
${d > 0 ? `import { toRow as toRowBefore } from "../domain${d - 1}/mapper.js";\n` : ""}
export interface Row${d} {
  readonly id: string;
${each(fields, (f) => `  readonly ${snake(f)}: ${TYPES[f] === "Date" ? "string" : TYPES[f]};`)}
  readonly tags: string;
  readonly parent: string | null;
}

// The store keeps dates as text, in UTC.
const asText = (date: Date): string => date.toISOString();

export function toRow(entity: Entity${d}): Row${d} {
  return {
    id: entity.id,
${each(fields, (f) => `    ${snake(f)}: ${TYPES[f] === "Date" ? `asText(entity.${f})` : `entity.${f}`},`)}
    tags: entity.tags.join(","),
    parent: ${d > 0 ? "entity.parent === undefined ? null : toRowBefore(entity.parent).id" : "null"},
  };
}

export function fromRow(row: Row${d}): Entity${d} {
  return {
    id: row.id,
${each(fields, (f) => `    ${f}: ${TYPES[f] === "Date" ? `new Date(row.${snake(f)})` : `row.${snake(f)}`},`)}
    tags: row.tags === "" ? [] : row.tags.split(","),
  };
}

export function checked(
  draft: Partial<Draft${d}>,
): Omit<Entity${d}, "id"> | Refusal${d} {
  if (draft.title === undefined || draft.title.trim() === "") {
    return { reason: "missing", field: "title" };
  }
  const tags = draft.tags ?? DEFAULTS_${d}.tags;
  if (tags.length > MOST_TAGS_${d}) {
    return { reason: "outOfRange", field: "tags", limit: MOST_TAGS_${d} };
  }
  return {
    ...DEFAULTS_${d},
    ...draft,
    tags: [...new Set(tags)].sort(),
  };
}
`;
}

const snake = (name) => name.replace(/[A-Z]/g, (c) => `_${c.toLowerCase()}`);

function repository(d, fields) {
  const sortable = fields.filter((f) => TYPES[f] === "number");
  return `import { randomUUID } from "node:crypto";
import type { Filter${d} } from "./filters.js";
import { matches${d} } from "./filters.js";
import { fromRow, type Row${d}, toRow } from "./mapper.js";
import type { Entity${d}, Page${d} } from "./model.js";

const PAGE_SIZE = ${20 + (d % 30)};

/** Keeps the rows of this domain in memory, as a stand-in for a table. */
export class Repository${d} {
  readonly #rows = new Map<string, Row${d}>();

  async insert(values: Omit<Entity${d}, "id">): Promise<Entity${d}> {
    const entity: Entity${d} = { ...values, id: randomUUID() };
    this.#rows.set(entity.id, toRow(entity));
    return entity;
  }

  async find(id: string): Promise<Entity${d} | null> {
    const row = this.#rows.get(id);
    return row === undefined ? null : fromRow(row);
  }

  async list(filter: Filter${d}, after?: string): Promise<Page${d}> {
    const all = [...this.#rows.values()].map(fromRow);
    const fitting = all.filter((entity) => matches${d}(entity, filter));
    const start =
      after === undefined
        ? 0
        : fitting.findIndex((entity) => entity.id === after) + 1;
    const size = filter.limit ?? PAGE_SIZE;
    const items = fitting.slice(start, start + size);
    return {
      items,
      next: items.length === size ? (items.at(-1)?.id ?? null) : null,
      total: fitting.length,
    };
  }

${each(
  fields,
  (f) => `  /** Changes nothing but the ${f}. */
  async set${capital(f)}(
    id: string,
    value: ${TYPES[f]},
  ): Promise<boolean> {
    const found = await this.find(id);
    if (found === null) {
      return false;
    }
    this.#rows.set(id, toRow({ ...found, ${f}: value }));
    return true;
  }
`,
)}
${each(
  sortable,
  (f) => `  async highest${capital(f)}(limit: number): Promise<readonly Entity${d}[]> {
    const page = await this.list({ limit: Number.MAX_SAFE_INTEGER });
    return [...page.items]
      .sort((a, b) => b.${f} - a.${f})
      .slice(0, limit);
  }
`,
)}
  async remove(id: string): Promise<boolean> {
    return this.#rows.delete(id);
  }
}
`;
}

function service(d, fields) {
  return `import type { Filter${d} } from "./filters.js";
import { summarise${d} } from "./filters.js";
import { checked } from "./mapper.js";
import type { Draft${d}, Entity${d}, Refusal${d}, Summary${d} } from "./model.js";
import { isRefusal${d} } from "./model.js";
import type { Repository${d} } from "./repository.js";
import { publish${d} } from "./events.js";
${d > 0 ? `import type { Service${d - 1} } from "../domain${d - 1}/service.js";\n` : ""}
export interface Options${d} {
  readonly signal?: AbortSignal;
  readonly dryRun?: boolean;
}

/**
 * The use cases of this domain. Nothing here knows about HTTP or about how
 * the rows are stored.
 */
export class Service${d} {
  readonly #repository: Repository${d};
${d > 0 ? `  readonly #before: Service${d - 1};\n` : ""}
  constructor(repository: Repository${d}${d > 0 ? `, before: Service${d - 1}` : ""}) {
    this.#repository = repository;
${d > 0 ? "    this.#before = before;\n" : ""}  }

  async create(
    draft: Partial<Draft${d}>,
    options: Options${d} = {},
  ): Promise<Entity${d} | Refusal${d}> {
    const values = checked(draft);
    if ("reason" in values) {
      return values;
    }
    options.signal?.throwIfAborted();
    if (options.dryRun === true) {
      return { ...values, id: "" };
    }
    const entity = await this.#repository.insert(values);
    await publish${d}({ type: "created", entity });
    return entity;
  }

  async createAll(
    drafts: readonly Partial<Draft${d}>[],
  ): Promise<readonly Entity${d}[]> {
    const made: Entity${d}[] = [];
    for (const draft of drafts) {
      const entity = await this.create(draft);
      if (!isRefusal${d}(entity)) {
        made.push(entity);
      }
    }
    return made;
  }

  async summary(filter: Filter${d}): Promise<Summary${d}> {
    const page = await this.#repository.list(filter);
    return summarise${d}(page.items);
  }

${each(
  fields.slice(0, 6),
  (f) => `  async change${capital(f)}(
    id: string,
    value: ${TYPES[f]},
    options: Options${d} = {},
  ): Promise<Entity${d} | null> {
    options.signal?.throwIfAborted();
    const isChanged = await this.#repository.set${capital(f)}(id, value);
    if (!isChanged) {
      return null;
    }
    const entity = await this.#repository.find(id);
    if (entity !== null) {
      await publish${d}({ type: "changed", entity, field: "${f}" });
    }
    return entity;
  }
`,
)}
${d > 0 ? `  /** What this domain and the one it leans on have together. */
  async together(tag: string): Promise<number> {
    const [own, before] = await Promise.all([
      this.summary({ tag }),
      this.#before.summary({ tag }),
    ]);
    return own.count + before.count;
  }
` : ""}
  async remove(id: string): Promise<void> {
${d % 2 === 0 ? `    try {
      await this.#repository.remove(id);
    } catch (error) {
      throw new Error(\`could not remove \${id}\`, { cause: error });
    }` : "    await this.#repository.remove(id);"}
  }
}
`;
}

function routes(d, fields) {
  return `import type { IncomingMessage, ServerResponse } from "node:http";
import type { Filter${d} } from "./filters.js";
import { isRefusal${d} } from "./model.js";
import type { Service${d} } from "./service.js";

type Handler = (
  request: IncomingMessage,
  response: ServerResponse,
  parameters: URLSearchParams,
) => Promise<void>;

function send(response: ServerResponse, status: number, body: unknown): void {
  response.statusCode = status;
  response.setHeader("content-type", "application/json");
  response.end(JSON.stringify(body));
}

function text(parameters: URLSearchParams, name: string): string | undefined {
  return parameters.get(name) ?? undefined;
}

export function filterOf(parameters: URLSearchParams): Filter${d} {
  return {
${each(fields.filter((f) => TYPES[f] === "string"), (f) => `    ...(text(parameters, "${f}") !== undefined && {\n      ${f}: text(parameters, "${f}") as string,\n    }),`)}
${each(fields.filter((f) => TYPES[f] === "number"), (f) => `    ...(parameters.has("${f}") && { ${f}: Number(parameters.get("${f}")) }),`)}
  };
}

/** The handlers of this domain by method and path. */
export function routes${d}(service: Service${d}): ReadonlyMap<string, Handler> {
  const table = new Map<string, Handler>();

  table.set("GET /domain${d}", async (_request, response, parameters) => {
    const summary = await service.summary(filterOf(parameters));
    send(response, 200, {
      count: summary.count,
      tags: [...summary.byTag.keys()],
    });
  });

  table.set("POST /domain${d}", async (_request, response, parameters) => {
    const made = await service.create({
      title: text(parameters, "title") ?? "",
      tags: parameters.getAll("tag"),
    });
    if (isRefusal${d}(made)) {
      send(response, 422, made);
      return;
    }
    send(response, 201, made);
  });
${d % 2 === 1 ? `
  table.set("DELETE /domain${d}", async (_request, response, parameters) => {
    try {
      await service.remove(text(parameters, "id") ?? "");
      send(response, 204, null);
    } catch (error) {
      process.emitWarning(error instanceof Error ? error : String(error));
      send(response, 500, { title: "not removed" });
    }
  });
` : ""}

${each(
  fields.slice(0, 6).filter((f) => TYPES[f] === "string" || TYPES[f] === "number"),
  (f) => `  table.set("PUT /domain${d}/${f}", async (_request, response, parameters) => {
    const changed = await service.change${capital(f)}(
      text(parameters, "id") ?? "",
      ${TYPES[f] === "number" ? `Number(text(parameters, "value"))` : `text(parameters, "value") ?? ""`},
    );
    send(response, changed === null ? 404 : 200, changed);
  });
`,
)}
  return table;
}
`;
}

function events(d, fields) {
  return `import { EventEmitter } from "node:events";
import type { Entity${d}, Field${d} } from "./model.js";

export type Event${d} =
  | { readonly type: "created"; readonly entity: Entity${d} }
  | {
      readonly type: "changed";
      readonly entity: Entity${d};
      readonly field: Field${d};
    };

// One bus for the whole process: subscribers register at start-up.
const bus = new EventEmitter();

export async function publish${d}(event: Event${d}): Promise<void> {
  bus.emit(event.type, event);
}

export function subscribe${d}(
  type: Event${d}["type"],
  listener: (event: Event${d}) => void,
): () => void {
  bus.on(type, listener);
  return () => {
    bus.off(type, listener);
  };
}

/** One line for people: what has happened, and to what. */
export function describe${d}(event: Event${d}): string {
  switch (event.type) {
    case "created":
      return \`\${event.entity.title} was created\`;
    case "changed":
      return \`\${event.field} of \${event.entity.title} was changed\`;
  }
}

export const WATCHED_${d}: readonly Field${d}[] = [
${each(fields, (f) => `  "${f}",`)}
];
`;
}

function client(d) {
  return `import type { Entity${d}, Page${d} } from "./model.js";
import { fromRow, type Row${d} } from "./mapper.js";

const TIMEOUT_MS = ${1000 + d * 10};

/** The same domain, in another service. */
export class Client${d} {
  readonly #base: URL;

  constructor(base: string) {
    this.#base = new URL(base);
  }

  async find(id: string): Promise<Entity${d} | null> {
    const response = await fetch(new URL(id, this.#base), {
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    if (response.status === 404) {
      return null;
    }
    return fromRow((await response.json()) as Row${d});
  }

  async list(after: string | null): Promise<Page${d}> {
    const url = new URL("list", this.#base);
    if (after !== null) {
      url.searchParams.set("after", after);
    }
    const response = await fetch(url, {
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    try {
      const page = (await response.json()) as {
        rows: Row${d}[];
        next: string | null;
        total: number;
      };
      return {
        items: page.rows.map(fromRow),
        next: page.next,
        total: page.total,
      };
    } catch (error) {
      throw new Error(\`\${url.pathname} gave no page\`, { cause: error });
    }
  }
}
`;
}

function job(d) {
  return `import { readFile, writeFile } from "node:fs/promises";
import type { Draft${d} } from "./model.js";
import type { Service${d} } from "./service.js";

export interface Outcome${d} {
  made: number;
  failed: string[];
}

/** Takes in what another system left in a folder, one file after another. */
export async function takeIn${d}(
  service: Service${d},
  paths: readonly string[],
): Promise<Outcome${d}> {
  const outcome: Outcome${d} = { made: 0, failed: [] };
  for (const path of paths) {
    try {
      const drafts = JSON.parse(
        await readFile(path, "utf8"),
      ) as Partial<Draft${d}>[];
      const made = await service.createAll(drafts);
      outcome.made += made.length;
    } catch (error) {
      outcome.failed.push(\`\${path}: \${String(error)}\`);
    }
  }
  return outcome;
}

export async function report${d}(
  outcome: Outcome${d},
  path: string,
): Promise<void> {
  const lines = [
    \`made \${outcome.made}\`,
    ...outcome.failed.map((failure) => \`failed \${failure}\`),
  ];
  await writeFile(path, lines.join("\\n"));
}
`;
}
