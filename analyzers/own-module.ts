/** What begins like this is another file of the project, which the program has and one file has not: `./audit`, `@/lib/audit`, `#audit`. */
export const OWN_MODULE = /^(?:\.{1,2}\/|[#@~]\/|#)/;
