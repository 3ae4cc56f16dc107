/** Does an equality on a column leave at most one row? By its name: the schema is in another file. */
export type KeyKind = "one" | "perhaps" | "many";

/** Names that are a table's own key, or that nobody gives to two rows. */
const ONE = /^(?:_?id|pk|uuid|guid|oid|rowid|ctid|e_?mail(?:_address)?|user_?name|login|slug|handle|(?:\w+_)?token(?:_hash)?|token_\w+|api_key|sku|isbn|ean|iban|vin|jti|nonce|__name__)$/;
/** Names that are one table's unique key and another's plain column. */
const PERHAPS = /^(?:name|code|key|number|nr|no|ref|reference|hash|checksum|path|url|uri|phone(?:_number)?|domain|host(?:name)?|sid|title|label|identifier|alias|symbol|address|seq|sequence|position|version|\w+_(?:uuid|guid|code|number|no|nr|ref|reference|key|hash|slug|email|e_mail|username|identifier|sku))$/;
/** The id that another system gave. */
const FOREIGN_ID = /^(?:external|ext|public|provider|remote|source|message|request|correlation|idempotency|transaction|event|stripe|paypal|google|github|facebook|apple|twitter|discord|slack|telegram|auth0|oauth|firebase|cognito|clerk|psp)(?:_\w+)?_id$/;
const ID = /(?:^|_)(?:ids?|uuids?|guids?)$/;

/** `userId`, `"userID"`, `user_id` are one name. */
export const plainName = (name: string): string => name.replace(/([a-z\d])([A-Z])/g, "$1_$2").toLowerCase();

/** `tables`: what the query reads; `order_id` is the key of `orders` and a reference everywhere else. */
export function keyKind(column: string, tables: readonly string[] = []): KeyKind {
  const name = plainName(column);
  if (ONE.test(name)) return "one";
  const own = /^(.+?)_?(?:id|uuid|guid|pk)$/.exec(name)?.[1];
  if (own !== undefined && tables.some((table) => singular(plainName(table)) === singular(own))) return "one";
  return PERHAPS.test(name) || FOREIGN_ID.test(name) ? "perhaps" : "many";
}

/** Is a list of its values a list of ids, which bounds what comes back? */
export const isIdLike = (column: string): boolean => ID.test(plainName(column)) || keyKind(column) === "one";

/** Whose rows they are, in each table of an application with tenants: beside it another id is no pair. */
const TENANT = /^(?:tenant|org|organi[sz]ation|workspace|account|company|project|team|shop|store|site|environment|env|realm|customer)_?(?:id|uuid)$/;

/** Is it the key of another table that, with a second one, may make a pair? */
export const isReference = (column: string): boolean => ID.test(plainName(column)) && !TENANT.test(plainName(column));

export function singular(word: string): string {
  const last = word.replace(/^(?:tbl|t)_/, "");
  if (/ies$/.test(last)) return last.replace(/ies$/, "y");
  if (/(?:ss|sh|ch|x|z)es$/.test(last)) return last.slice(0, -2);
  return /[^s]s$/.test(last) ? last.slice(0, -1) : last;
}
