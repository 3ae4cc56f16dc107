import { expect, it } from "vitest";
import { HOLE, sqlTokens } from "./sql-tokens.js";

const said = (text: string): string[] => sqlTokens(text).map((t) => (t.kind === "hole" ? `hole ${t.hole}` : `${t.kind} ${t.text}`));

it("tells words, names, values and holes apart, and leaves comments out", () => {
  expect(said(`SELECT "Order".[Id], \`a b\` -- from x\n FROM t /* limit 1 */ WHERE a=$1 AND b <> 'it''s ; -- no' AND c = ${HOLE} LIMIT :max`)).toEqual([
    "word select", "name Order", "sign .", "name Id", "sign ,", "name a b", "word from", "word t", "word where", "word a", "sign =", "value $1",
    "word and", "word b", "sign <>", "value 'it''s ; -- no'", "word and", "word c", "sign =", "hole 0", "word limit", "value :max",
  ]);
  expect(said("a::text = @p and b = ? or c = {id:UInt8} and d = %s and e IN (:...ids) and f = $$x'y$$ and g[1] > 1.5")).toEqual([
    "word a", "sign ::", "word text", "sign =", "value @p", "word and", "word b", "sign =", "value ?", "word or", "word c", "sign =", "value {id:UInt8}", "word and", "word d", "sign =", "value %s",
    "word and", "word e", "word in", "sign (", "value :...ids", "sign )", "word and", "word f", "sign =", "value $$x'y$$", "word and", "word g", "sign [", "value 1", "sign ]", "sign >", "value 1.5",
  ]);
});
