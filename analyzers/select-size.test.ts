import { expect, it } from "vitest";
import { selectSize } from "./select-size.js";
import { HOLE } from "./sql-tokens.js";

it.each([
  "SELECT * FROM orders",
  "select id from orders where customer_id = $1 order by id desc",
  "SELECT * FROM payments WHERE status = 'open'",
  "SELECT * FROM users WHERE id > $1 ORDER BY id",
  "SELECT * FROM users WHERE id <> $1",
  "SELECT * FROM users WHERE id IS NOT NULL",
  "SELECT * FROM users WHERE NOT id = $1",
  "SELECT * FROM users WHERE id NOT IN ($1, $2)",
  "SELECT * FROM users WHERE id = $1 OR status = 'open'",
  "SELECT * FROM orders o JOIN customers c ON c.id = o.customer_id WHERE c.country = $1",
  "SELECT * FROM a, b WHERE a.id = b.a_id",
  "SELECT * FROM orders WHERE customer_id IN (SELECT id FROM customers)",
  "SELECT * FROM order_items WHERE order_id = $1",
  "SELECT * FROM orders WHERE tenant_id = $1 AND customer_id = $2",
  "SELECT * FROM posts WHERE author_id = $1 AND status = 'draft'",
  "SELECT * FROM users LIMIT ALL",
  "SELECT *, (SELECT count(*) FROM lines l WHERE l.order_id = o.id) AS n FROM orders o",
  "SELECT id, count(*) OVER () AS total FROM orders",
  "SELECT customer_id, sum(total) FROM orders GROUP BY customer_id",
  "SELECT customer_id, sum(total) FROM orders GROUP BY 1",
  "SELECT id FROM a UNION SELECT id FROM b",
  "SELECT id FROM a WHERE id = 1 UNION ALL SELECT id FROM b",
  "WITH open AS (SELECT * FROM orders WHERE status = 'open') SELECT * FROM open",
  "SELECT * FROM users -- LIMIT 10\nWHERE name <> 'LIMIT 5'",
  "SELECT * FROM orders OFFSET 20",
  "SELECT * FROM orders WHERE (created_at BETWEEN $1 AND $2) AND status = $3 FOR UPDATE",
  `SELECT * FROM ${HOLE} WHERE status = ${HOLE} ORDER BY ${HOLE}`,
  `SELECT * FROM users WHERE name LIKE '%${HOLE}%' AND age BETWEEN ${HOLE} AND ${HOLE}`,
  "SELECT DISTINCT customer_id FROM orders",
  'SELECT * FROM "OrderItem" WHERE "orderId" = $1',
])("may give any number of rows: %s", (text) => {
  expect(selectSize(text)).toEqual({ rows: "many" });
});

it.each([
  "SELECT 1",
  "SELECT now()",
  "SELECT EXISTS(SELECT 1 FROM users WHERE name = $1)",
  "select nextval('orders_id_seq')",
  "SELECT * FROM orders LIMIT 10",
  "SELECT * FROM orders LIMIT $2 OFFSET $3",
  `SELECT * FROM orders ${HOLE} LIMIT ${HOLE}`,
  "SELECT * FROM orders ORDER BY id FETCH FIRST 10 ROWS ONLY",
  "SELECT TOP 10 * FROM orders",
  "SELECT DISTINCT TOP (10) * FROM orders",
  "SELECT * FROM orders WHERE ROWNUM <= 10",
  "SELECT * FROM jobs WHERE state = 'new' FOR UPDATE SKIP LOCKED LIMIT 5",
  "SELECT * FROM users WHERE id = $1",
  "SELECT * FROM users WHERE $1 = id",
  "SELECT * FROM users u WHERE u.id = $1::uuid AND u.deleted_at IS NULL",
  "SELECT * FROM users WHERE lower(email) = lower($1)",
  'SELECT * FROM "users" WHERE "userId" = $1',
  "SELECT * FROM orders WHERE order_id = ?",
  "SELECT * FROM companies WHERE company_id = :id",
  "SELECT * FROM products WHERE sku = ANY($1)",
  "SELECT * FROM order_items WHERE order_id = ANY($1::int[])",
  "SELECT * FROM users WHERE id IN (?, ?, ?)",
  "SELECT * FROM users WHERE id IN (:...ids)",
  "SELECT * FROM users WHERE id = (SELECT owner_id FROM shops WHERE name = $1)",
  "SELECT * FROM users WHERE id IN (SELECT user_id FROM logins ORDER BY at DESC LIMIT 10)",
  "SELECT * FROM users WHERE (id = $1 OR email = $2)",
  "SELECT count(*) FROM orders WHERE customer_id = $1",
  "SELECT COALESCE(SUM(total), 0) AS cents, max(id) FROM orders",
  "SELECT count(*) > 0 AS any FROM orders",
  "SELECT json_agg(o) FROM orders o",
  "SELECT o.*, c.name FROM orders o JOIN customers c ON c.id = o.customer_id WHERE o.id = $1",
  "SELECT * FROM information_schema.tables",
  "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace",
  "SELECT * FROM sqlite_master WHERE type = 'table'",
  "SELECT * FROM unnest($1::int[])",
  "WITH recent AS (SELECT * FROM orders LIMIT 10) SELECT * FROM recent ORDER BY id",
  "WITH moved AS (DELETE FROM queue WHERE id = $1 RETURNING *) SELECT * FROM moved",
  "SELECT * FROM (SELECT * FROM orders LIMIT 10) o",
  "(SELECT id FROM a LIMIT 1) UNION (SELECT id FROM b LIMIT 1)",
  "SELECT id FROM a UNION SELECT id FROM b LIMIT 10",
  "SELECT id FROM a WHERE id = 1 UNION SELECT id FROM b WHERE id = 2",
  `SELECT * FROM users WHERE id = ${HOLE} ${HOLE}`,
])("gives few rows: %s", (text) => expect(selectSize(text)).toEqual({ rows: "few" }));

it.each([
  `SELECT * FROM orders ${HOLE}`,
  `SELECT ${HOLE} FROM orders`,
  `SELECT * FROM orders WHERE ${HOLE}`,
  `SELECT * FROM orders WHERE status = 'a' AND ${HOLE}`,
  `SELECT * FROM orders WHERE ${HOLE} = $1`,
  `SELECT * FROM orders ORDER BY id ${HOLE}`,
  `SELECT * ${HOLE}`,
  "SELECT * FROM coupons WHERE code = $1",
  "SELECT * FROM likes WHERE user_id = $1 AND post_id = $2",
  "SELECT * FROM payments WHERE stripe_payment_id = $1",
  "SELECT * FROM list_orders($1)",
  "SELECT status, count(*) FROM orders GROUP BY status",
  "SELECT DISTINCT category FROM products",
  "SELECT * FROM (SELECT * FROM orders LIMIT 10) o, lines",
  "WITH top AS (SELECT * FROM orders LIMIT 10) SELECT * FROM top JOIN lines l ON l.order_id = top.id",
])("is open: %s", (text) => expect(selectSize(text)?.rows).toBe("unknown"));

it.each(["INSERT INTO a SELECT * FROM b RETURNING id", "UPDATE a SET b = 1 RETURNING *", "SHOW tables", "WITH x AS (SELECT 1) DELETE FROM a USING x", "EXPLAIN SELECT * FROM a", ""])("lists nothing: %s", (text) => expect(selectSize(text)).toBeNull());

it("knows a hole that has a column's name", () => {
  const named = (name: string) => selectSize(`SELECT * FROM ${HOLE} WHERE ${HOLE} = ${HOLE}`, (hole) => (hole === 1 ? name : null))?.rows;
  expect([named("id"), named("status")]).toEqual(["few", "many"]);
});
