const SQL = /\.sql$/i;

/** Where migration tools keep their SQL: a folder of migrations, drizzle's, or a name that says which way it goes or which version it is. */
const PLACE = /(?:^|\/)(?:migrations?|migrate|drizzle|flyway)\/|(?:^|\/)[VUR][\d._]*__[^/]*$|(?:^|[./_-])(?:up|down|undo)\.sql$/i;

/** A `.sql` file that is judged as a migration; `path` is relative to the project's root. */
export const isMigrationSql = (path: string): boolean => SQL.test(path) && PLACE.test(path);

export const isSql = (path: string): boolean => SQL.test(path);
