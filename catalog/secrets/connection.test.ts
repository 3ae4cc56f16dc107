import { expect, test } from "vitest";
import { connectionSecret } from "./connection.js";

/** The password stands between the bars; no text here is a real one. */
const FOUND = [
  "postgres://app:|hunter22|@db.internal:5432/app", "postgresql://app:|hunter22|@db.internal/app?sslmode=require", "mysql://root:|toor|@10.0.0.1/x", "mariadb://app:|t0p|@db/x", "mongodb://u:|p4ss|@m1.io:27017,m2.io:27017/x?replicaSet=r",
  "mongodb+srv://u:|p4ss|@cluster0.abc.mongodb.net/x", "redis://:|s3cr3t|@cache:6379", "rediss://default:|s3cr3t|@cache.io:6379/0", "amqp://guest:|gu3st|@mq.io:5672", "amqps://app:|s3cr3t|@mq.io/vhost", "https://bob:|pa55|@host.io/x",
  "http://elastic:|pa55word|@search:9200", "postgres://u:|p/a#s|@h.io/db", "postgres://u:|p@ss1|@h.io/db", "postgres://u:|p%40ss1|@h.io/db", "jdbc:postgresql://h.io/db?user=a&password=|zzz9|", "jdbc:sqlserver://h.io:1433;databaseName=x;user=sa;password=|Str0ng|;",
  "host=h.io user=u password=|zzz9| dbname=d", "sqlserver://h.io:1433;user=sa;password=|Str0ng|", "Server=db.io;Database=a;User Id=sa;Password=|Str0ng!|;", "Server=tcp:x.database.windows.net,1433;Initial Catalog=a;Persist Security Info=False;User ID=u;Password=|Str0ng!|;Encrypt=True",
  "Data Source=h.io;Uid=a;Pwd=|zzz9|", "Endpoint=sb://x.servicebus.windows.net/;SharedAccessKeyName=Root;SharedAccessKey=|abc123defghij|", "DefaultEndpointsProtocol=https;AccountName=a;AccountKey=|abc123defghij==|;EndpointSuffix=core.windows.net",
  "ftp://deploy:|s3cr3t|@ftp.io/in", "smtp://apikey:|SG123456|@smtp.sendgrid.net:587", "ldap://cn=admin:|s3cr3t|@ldap.io", "nats://a:|b2c3|@nats.io:4222", "clickhouse://default:|zzz9|@ch.io:8123/x", "mysql://user:|password|@db.prod.io/x",
  "the database is postgres://app:|hunter22|@db.internal/app, as said", 'DATABASE_URL="postgres://app:|hunter22|@db.internal/app"', "postgres://app:|hunter22|@${}:5432/${}",
];
test.each(FOUND)("%s", (marked) => {
  const [before = "", password = "", after = ""] = marked.split("|");
  expect(connectionSecret(before + password + after)).toEqual({ start: before.length, end: before.length + password.length, local: false });
});

const LOCAL = [
  "postgres://postgres:|postgres|@localhost:5432/x", "postgres://postgres:|postgres|@127.0.0.1:5432/x", "mongodb://root:|root|@localhost:27017", "redis://:|redis|@[::1]:6379", "amqp://guest:|guest|@localhost",
  "Server=localhost;User Id=sa;Password=|Str0ng!|", "Server=(localdb)\\v11;User Id=sa;Password=|Str0ng!|", "Server=.;User Id=sa;Password=|Str0ng!|", "host=localhost user=u password=|zzz9|", "http://admin:|adm1n|@0.0.0.0:8080",
];
test.each(LOCAL)("%s is a development default", (marked) => {
  const [before = "", password = "", after = ""] = marked.split("|");
  expect(connectionSecret(before + password + after)).toEqual({ start: before.length, end: before.length + password.length, local: true });
});

const NONE = [
  "postgres://user:password@host:5432/db", "postgres://username:password@hostname/db", "postgres://user:pass@localhost/x", "postgres://${}:${}@${}/db", "postgres://app:${}@db.io/app", "postgres://app:${DB_PASS}@db.io/app", "https://example.com/@a:b", "postgres://localhost/db",
  "postgres://app@db/x", "mongodb://<user>:<password>@host", "mongodb+srv://<user>:<db_password>@cluster0.abc.mongodb.net", "https://api.io/?password=abc", "https://api.io/login?user=a&password=abc", "redis://user:***@h", "redis://user:xxxx@h.io", "password=abc",
  "https://x.com:8080/p@q", "git@github.com:a/b", "http://user:${}@h", "https://token@github.com/a/b", "https://user:@h.io", "mysql://user:your-password@h.io", "mysql://user:{{password}}@h.io", "Server=h;User Id=sa;Password=;", "Server=h;User Id=sa;Password=${};",
  "Server=h;User Id=sa;Password=<password>", "Server=h;User Id=sa;Integrated Security=true", "UseDevelopmentStorage=true", "mailto:a@b.io", "https://medium.com/@user/post:1", "user:pass@host", "const password = value", "postgres://user:%PASSWORD%@h.io/x", "https://user:[password]@h.io",
  "http://localhost:3000", "https://user:pass@example.com/x", "npm:@scope/name@1:2", "Invalid URL: expected scheme://user:password@host", "ftp://{user}:{pass}@{host}", "Usage: redis://[:password@]host",
];
test.each(NONE)("%s has none", (text) => {
  expect(connectionSecret(text)).toBeNull();
});
