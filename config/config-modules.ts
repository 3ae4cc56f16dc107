/** Names that people give to the file, or the folder of files, in which the environment is read. */
const FILE = /(?:^|[/._-])(?:config(?:uration)?|env(?:ironment)?|settings|secrets)(?:[._-][\w-]+)*\.[cm]?[jt]s$/i;
const FOLDER = /(?:^|\/)(?:config|configuration|env|environments?|settings)\/(?:[^/]+\/)?[^/]+$/i;

/** Would a reader of this path take it for the place where the environment is read? A proposal only: config `config` decides. */
export const looksLikeConfigModule = (path: string): boolean => FILE.test(path) || FOLDER.test(path);
