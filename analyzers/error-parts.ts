/** Properties of an error that tell what went wrong inside. */
export const TEXT_PARTS = /^(?:message|stack|stackTrace|stacktrace|shortMessage|longMessage|originalMessage|rawMessage|errorMessage|sqlMessage|sql|detail|stderr)$/;
/** Properties of an error that are one: its cause, and what drivers wrap. */
export const ERROR_PARTS = /^(?:cause|originalError|original|parent|inner|innerError|rootCause|err|nativeError|driverError)$/;
/** Calls whose result is the text of their arguments. */
export const GIVES_TEXT = /^(?:global:(?:String|JSON\.stringify|encodeURIComponent|encodeURI|escape|btoa|Buffer\.from)|util:(?:inspect|format|formatWithOptions|stripVTControlCharacters)|querystring:(?:escape|stringify)|qs:stringify|(?:fast-safe-stringify|json-stringify-safe|safe-stable-stringify|serialize-error|superjson|flatted|fast-json-stable-stringify):(?:\w*|\w+\.stringify)|buffer:Buffer\.from|lodash(?:-es)?:(?:toString|escape|truncate|trim|capitalize|upperFirst|lowerCase)|(?:escape-html|strip-ansi|xss|sanitize-html):|(?:he|html-escaper|entities|validator|ansi-html):\w+)$/;
/** Calls whose result holds what their arguments hold. */
export const MADE_OF_ARGUMENTS = /^(?:global:(?:Object\.(?:assign|freeze|fromEntries|entries|values)|structuredClone|JSON\.parse|Promise\.(?:resolve|all|any|race)|Array\.(?:of|from))|lodash(?:-es)?:(?:merge|assign|defaults|cloneDeep|clone|compact))$/;
/** Methods of a text or a list that give it, or a piece of it. */
export const KEEPS_TEXT = /^(?:replace|replaceAll|slice|substring|substr|trim|trimStart|trimEnd|toUpperCase|toLowerCase|toLocaleUpperCase|toLocaleLowerCase|split|concat|padStart|padEnd|normalize|repeat|at|charAt|match|join|filter|flat|reverse|shift|pop|find|values|valueOf|finally)$/;
