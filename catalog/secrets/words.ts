/** Texts people leave to be filled in, whatever stands around them. */
export const FILL_IN =
  /^(?:change[-_ ]?(?:me|this)\b|change[-_ ]?it\b|replace[-_ ]?(?:me|this|with)?\b|(?:enter|insert|put|add|paste|set|use|fill|provide)[-_ ](?:me|your|the|a|an|in|here|this)\b|(?:your|ur|my[-_ ]?own|<|&lt;|\[your)[-_ ]?|todo\b|tbd\b|fixme\b|placeholder|redacted|not?[-_ ]?(?:set|used|needed|required|real|a[-_ ]real|available|applicable|defined|configured|provided|given|present)\b|n\/a$|none$|null$|undefined$|unset$|unused$|missing$|empty$|nothing$|nil$|dummy|example|sample|insert|(?:fake|mock(?:ed)?)[-_ ])|\b(?:empty[-_ ](?:text|string|value|key|token|secret|password))$|(?:[-_ ]nothing$|[-_ ]here|[-_ ]placeholder|[-_ ]goes[-_ ]here|[-_ ]example|(?:change|replace)[-_ ]?(?:me|this|it)|[-_ ]to[-_ ]be[-_ ]\w+)[!.>\]]*$|placeholder|REDACTED/i;

/** Whole values that are a template of some language, not a value. */
export const TEMPLATE = /\$\{|\{\{|\{%|<%|#\{|\$\(|%\{|%\(\w*\)|^\$[A-Za-z_]\w*$|^%\w+%$|^%[sdo]$|^<[^<>]*>$|^\[[^[\]]*\]$|^\{[\w.$ -]*\}$|^__\w+__$|^@@?\w+@@?$|^:[a-z]\w*$|^\$\d$/;

/** Keys that documentation prints: they open nothing, or only the emulator that everybody has. */
export const DOCUMENTED = [
  "AKIAIOSFODNN7",
  "wJalrXUtnFEMI/K7MDENG/",
  "sk_test_4eC39HqLy" + "jWDarjtT1zdP7dc",
  "sk_test_BQokikJOvBiI2" + "HlWgH4olfQ2",
  "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1",
  "C2y6yDjf5/R+ob0N8A7Cgv30VRDJIWEHLM",
  "SflKxwRJSMeKKF2QT4fwpMeJf36POk6yJV_adQssw5c",
  "TJVA95OrM7E2cBab30RMHrHDcEfxjoYZgeFONFh7HgQ",
  // Of Google's own pages and open sources, as others' scanners list them.
  ..."AnLA7NfeLqu CkEhVjf3pdu DMAScliyLx7 D3asb-2pEZV AdOS2zB6NCs ASWm6HmTMdY ANUvH9H9BsU A5_iVawFQ8A A4UrcGxgwQF DSb51JiIcB6 BF2RrAIm4a0 BcE-OOIbhjy B8qGxt4ec15 A8vmApnrHNF".split(" ").map((part) => `AIzaSy${part}`),
  "AIzayDNSXIbFmlXbIE6",
] as const;

/** Inside a token these say that somebody made it up. */
export const MADE_UP = /example|placeholder|your[-_]?(?:api|key|token|secret)|dummy|sample|redacted|changeme|not[-_]?real|x{6}|\*{4}|#{4}|\.{4}|0{12}|(?:abc123){2}|(?:1234){3}/i;

/** Weak secrets in real use that look like words, and so need naming. */
export const WEAK = new Set(
  `shhh shhhh shhhhh shhhhhh qwerty qwertyuiop asdfgh asdfghjkl asdfasdf zxcvbn zxcvbnm letmein iloveyou trustno1 hunter2 opensesame supersecret topsecret mysecret thisisasecret
  secretsauce keyboardcat abc123 admin123 pass123 test123 root123 toor passw0rd p4ssw0rd p4ssword pa55word pa55w0rd passwd1 s3cr3t secr3t s3cret s3kr3t sekret adm1n adminadmin rootroot
  mypassword mysecretkey secretsecret passwordpassword verysecret verysecure supersecure`.split(/\s+/),
);

/** A phrase that says of itself that it is the secret: "my-super-secret-key", "hardcodedToken". */
export const SECRET_PHRASE = /^(?:my|our|super|very|top|ultra|mega|the|this[-_]?is|dev|prod|local)[-_]?(?:[a-z]+[-_]?)*?(?:secret|passw|p@ss|s3cr)|(?:secret|passw(?:or)?d|token|key)[-_]?hard[-_]?coded|hard[-_]?coded[-_]?(?:[a-z]+[-_]?)?(?:secret|passw|token|key)/i;

/** Said without meaning anything, outside a place where it is used as the secret. */
export const IDLE = new Set(
  `password passwort passwd pwd pass secret secrets token tokens key apikey api-key api_key auth bearer basic authorization credential credentials test tests testing foo bar baz qux foobar fake mock
  stub dummy sample example demo default string text value values secret-key secretkey secret_key access-token access_token accesstoken refresh-token refresh_token refreshtoken
  client-secret client_secret clientsecret my-token my_token mytoken my-api-key my_api_key myapikey my-key mykey test-key test_key testkey test-token test_token testtoken test-secret test_secret
  fake-token fake_token faketoken fake-key fake_key fakekey fake-secret mock-token mock_token mocktoken invalid invalid-token valid valid-token some-token some-secret some-key sometoken somekey
  abc abcd abcdef abcdefg xyz asdf 1234 12345 123456 1234567 12345678 123456789 1234567890 0123456789 hidden masked private public true false yes no on off enabled disabled required optional user admin`.split(/\s+/),
);

/** "api-key-123", "token_1": counted by whoever wrote the test. */
export const IDLE_COUNTED = /^(?:api|test|my|access|auth|some|fake|mock|valid|invalid)?[-_ ]?(?:key|token)[-_ ]?\d{1,3}$/i;

/** Names of algorithms, standards and products whose digits are part of the name. */
export const NAMED_WITH_DIGITS =
  /(?:sha[-_]?(?:3|1|2)?[-_]?(?:224|256|384|512)|sha[-_]?[123](?!\d)|md[245](?!\d)|aes[-_]?(?:128|192|256)?|base(?:16|32|58|62|64|85)(?:url)?|b64|utf-?(?:8|16|32)|(?:[hrpe]s|eddsa|a)(?:256|384|512|128|192)(?:k|kw|gcm|cbc)?|oauth-?2?(?:\.0)?|auth0|openid2?|argon2(?:id|[di])?|bcrypt\d?|blake2[bs]?|blake3|pbkdf2|ripemd160|ed(?:25519|448)|x(?:25519|448|509)|curve25519|secp\d{3}[kr]1|p-?(?:256|384|521)|pkcs[-_#]?\d{1,2}|rsa-?(?:1024|2048|3072|4096|8192)?|rc4|3des|des3|ecdsa|poly1305|chacha20|http2?|http\/\d(?:\.\d)?|h2c?|ipv[46]|k8s|i18n|l10n|a11y|s3|ec2|sqs|web3|n8n|h264|mp[34]|2fa|u2f|fido2|webauthn\d?|mfa|totp|tls1?[._]?[0-3]?|ssl[23]|gpt-?\d(?:\.\d)?[a-z]?|es20\d\d|neo4j|log4j|vue[23]|u?int(?:8|16|32|64)|float(?:32|64)|uuid-?v?[1-8]|(?<![a-z])(?:v\d{1,3}(?:\.\d+)*|[ap]\d|e\d{3,4}|d[b3]2?)(?![a-z\d])|latin1|iso\d{4}|cp\d{3,4}|win(?:32|64)|x(?:86|64)|arm64|amd64)/gi;
