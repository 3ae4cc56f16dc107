import { expect, test } from "vitest";
import { credentialName, words, type CredentialKind } from "./names.js";

const CREDENTIALS: Readonly<Record<CredentialKind, string>> = {
  password: `password passwd pwd passphrase passcode pass dbPass DB_PASS SMTP_PASS userPassword password2 DEFAULT_PASSWORD ADMIN_PASSWORD mongoPwd dbPw db-password
    POSTGRES_PASSWORD redisPassword keystorePassword adminpassword passwordValue TEST_PASSWORD PASSword spring.datasource.password`,
  secret: "secret client_secret clientSecret jwtSecret SESSION_SECRET cookieSecret keycloakSecret TOKEN_SECRET webhookSecret JWT_SECRET_DEFAULT APP_SECRET refreshTokenSecret clientsecret secrets pepper jwt-secret",
  token: "token tokenFromEnv accessTokenFromHeader authToken bearerToken accessToken access_token refreshToken GITHUB_TOKEN verifyToken VERIFY_TOKEN slackBotToken accesstoken NPM_TOKEN apiToken deployToken githubPat TOKEN_PROD accessTokens",
  key: `apiKey api_key apikey APIKEY accessKey privateKey signingKey encryptionKey secretAccessKey AWS_SECRET_ACCESS_KEY stripeSecretKey STRIPE_KEY openaiApiKey OPENAI_API_KEY x-api-key secretKey hmacKey
    amplitudeSecretKey firebasePrivateKey masterKey serviceRoleKey API_KEY_PROD JWT_SECRET_KEY PRIVATE_KEY_PEM privateKeyBase64 sshKey apiKeys COOKIE_KEY subscriptionKey storageAccountKey aesKey`,
  auth: "auth authorization Authorization basicAuth credentials proxyAuth proxy-authorization creds",
};
test.each(Object.entries(CREDENTIALS).flatMap(([kind, names]) => names.split(/\s+/).map((name) => [name, kind] as const)))("%s holds a %s", (name, kind) => {
  expect(credentialName(name)).toBe(kind);
});

const OTHERS = `tokenUrl passwordField secretName keyPrefix publicKey passwordMinLength tokenType maxTokens csrfTokenHeader tokenExpiry resetPasswordPath passwordHash cacheKey primaryKey keyCode
  idempotencyKey sortKey foreignKey publishableKey key keys tokens author authority authProvider tokenizer nextPageToken cancelToken injectionToken passwordRequired invalidPassword forgotPassword
  showPassword hasPassword confirmPassword apiKeyHeader secretArn secretId authUrl authService bypass compass firstPass renderPass monkey hotkey keyboard translationKey PUBLIC_KEY siteKey i18nKey
  hashedPassword passwordPolicy isTokenValid getToken username csrfToken inputTokens STRIPE_PUBLISHABLE_KEY SEGMENT_WRITE_KEY storage redisCacheKey passwordResetUrl tokenExpiresIn secretLength authMiddleware
  TOKEN_COOKIE_NAME ACCESS_TOKEN_TTL jwtExpiration jwtAlgorithm jwtIssuer apiKeyId accessKeyId passwordRegex PASSWORD_TOO_SHORT tokenNotFound generateSecret API_KEY_METADATA partitionKey objectKey
  passportStrategy keyvault tokenCount passenger secretary authentication keynote posthogApiKey AMPLITUDE_API_KEY mixpanelToken firebaseApiKey`.split(/\s+/);
test.each(OTHERS)("%s holds none", (name) => {
  expect(credentialName(name)).toBeNull();
});

test("a sentence is no name", () => {
  expect(credentialName("Enter your password")).toBeNull();
  expect(credentialName("")).toBeNull();
});

test("words", () => {
  expect(words("dbPassword2")).toEqual(["db", "password", "2"]);
  expect(words("AWS_SECRET_ACCESS_KEY")).toEqual(["aws", "secret", "access", "key"]);
  expect(words("x-apikey")).toEqual(["x", "api", "key"]);
  expect(words("JWTSecret")).toEqual(["jwt", "secret"]);
  expect(words("stripeAPIKey")).toEqual(["stripe", "api", "key"]);
});
