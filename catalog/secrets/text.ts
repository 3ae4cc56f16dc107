export { connectionSecret, isLocalHost, type ConnectionSecret } from "./connection.js";
export { AUTH_HEADER, HINT, holdsRun, namesCredential, SETTER } from "./mention.js";
export { credentialName, words, type CredentialKind } from "./names.js";
export { isPlaceholder, type PlaceholderContext } from "./placeholders.js";
export { isPublishable, providerSecrets, type ProviderSecret } from "./scan.js";
export { settingsIn, type TextSetting } from "./settings.js";
export { credentialValue, isPasswordHash } from "./values.js";
