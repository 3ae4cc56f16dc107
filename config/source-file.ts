const SOURCE = /\.[cm]?[jt]sx?$/;
const NOT_SOURCE = /\.d\.(?:[\w-]+\.)?[cm]?ts$|\.[cm][jt]sx$|^\.pnp\./;

/** Is a file of this name (without folders) one that is judged? Every surface asks here, so that none judges what another leaves out. */
export const isSourceFile = (name: string): boolean => SOURCE.test(name) && !NOT_SOURCE.test(name);
