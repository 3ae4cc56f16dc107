import { named, UUID, type SecretFormat } from "./format.js";

export const chat: readonly SecretFormat[] = [
  { id: "slack-bot-token", provider: "Slack", starts: ["xoxb-"], pattern: /xoxb-\d{8,14}-(?:\d{8,14}-)?[A-Za-z0-9]{18,34}/ },
  { id: "slack-user-token", provider: "Slack", starts: ["xoxp-"], pattern: /xoxp-(?:\d{8,14}-){2,3}[A-Za-z0-9]{24,40}/ },
  { id: "slack-app-token", provider: "Slack", starts: ["xapp-"], pattern: /xapp-\d-[A-Za-z0-9]{6,20}-\d{6,20}-[a-z0-9]{32,80}/ },
  { id: "slack-config-token", provider: "Slack", starts: ["xoxe.xoxb-", "xoxe.xoxp-"], pattern: /xoxe\.xox[bp]-\d-[A-Za-z0-9]{100,200}/ },
  { id: "slack-refresh-token", provider: "Slack", starts: ["xoxe-"], pattern: /xoxe-\d-[A-Za-z0-9]{100,200}/ },
  { id: "slack-legacy-token", provider: "Slack", starts: ["xoxo-", "xoxs-", "xoxa-", "xoxr-"], pattern: /xox[osar]-(?:\d{1,14}-){1,4}[A-Za-z0-9]{8,64}/ },
  { id: "slack-cookie-token", provider: "Slack", starts: ["xoxc-", "xoxd-"], pattern: /xox[cd]-[A-Za-z0-9%-]{40,400}/ },
  { id: "slack-webhook", provider: "Slack", starts: ["hooks.slack.com/"], pattern: /hooks\.slack\.com\/(?:services\/T[A-Z0-9]{6,12}\/B[A-Z0-9]{6,12}\/[A-Za-z0-9]{20,28}|(?:workflows|triggers)\/[A-Za-z0-9/+]{40,80})/ },
  { id: "discord-bot-token", provider: "Discord", starts: ["MT", "Mj", "Mz", "ND", "NT", "Nj", "Nz", "OD", "OT"], pattern: /[MNO][A-Za-z0-9_-]{22,27}\.[A-Za-z0-9_-]{6}\.[A-Za-z0-9_-]{27,40}/ },
  { id: "discord-webhook", provider: "Discord", starts: ["discord.com/api/webhooks/", "discordapp.com/api/webhooks/"], pattern: /discord(?:app)?\.com\/api\/webhooks\/\d{17,20}\/[\w-]{60,80}/ },
  { id: "discord-client-secret", provider: "Discord", pattern: /[\w-]{32}/, needsName: named("discord") },
  { id: "telegram-bot-token", provider: "Telegram", holds: [":AA"], pattern: /\d{5,16}:AA[\w-]{32,33}/ },
  { id: "teams-webhook", provider: "Microsoft Teams", holds: [".webhook.office.com/"], pattern: new RegExp(`[a-z0-9]{1,40}\\.webhook\\.office\\.com/webhookb2/${UUID}@${UUID}/IncomingWebhook/[a-z0-9]{32}/${UUID}`) },
  { id: "teams-legacy-webhook", provider: "Microsoft Teams", starts: ["outlook.office.com/webhook/", "outlook.office365.com/webhook/"], pattern: new RegExp(`outlook\\.office(?:365)?\\.com/webhook/${UUID}@${UUID}/[A-Za-z]{8,30}/[a-z0-9]{32}/${UUID}`) },
  { id: "mattermost-token", provider: "Mattermost", pattern: /[a-z0-9]{26}/, needsName: named("mattermost") },
  { id: "pubnub-secret-key", provider: "PubNub", starts: ["sec-c-"], pattern: /sec-c-[A-Za-z0-9+/]{48}/ },
  { id: "pubnub-publish-key", provider: "PubNub", starts: ["pub-c-", "sub-c-"], pattern: new RegExp(`(?:pub|sub)-c-${UUID}`), publishable: true },
  { id: "ably-key", provider: "Ably", pattern: /[A-Za-z0-9_-]{6}\.[A-Za-z0-9_-]{6}:[\w-]{43}/, needsName: /ably/i },
  { id: "pusher-secret", provider: "Pusher", pattern: /[a-f0-9]{20}/, needsName: /pusher.*secret/i },
  { id: "sendbird-token", provider: "Sendbird", pattern: /[a-f0-9]{40}/, needsName: named("sendbird") },
  { id: "onesignal-key", provider: "OneSignal", starts: ["os_v2_app_", "os_v2_org_"], pattern: /os_v2_(?:app|org)_[a-z0-9]{103}/ },
];

export const mail: readonly SecretFormat[] = [
  { id: "sendgrid-key", provider: "SendGrid", starts: ["SG."], pattern: /SG\.[\w-]{16,32}\.[\w-]{32,64}/ },
  { id: "mailgun-key", provider: "Mailgun", starts: ["key-"], pattern: /key-[a-f0-9]{32}/ },
  { id: "mailgun-signing-key", provider: "Mailgun", pattern: /[a-h0-9]{32}-[a-h0-9]{8}-[a-h0-9]{8}/, needsName: /mail_?gun|mg_|api_?key/i },
  { id: "mailgun-public-key", provider: "Mailgun", starts: ["pubkey-"], pattern: /pubkey-[a-f0-9]{32}/, publishable: true },
  { id: "mailchimp-key", provider: "Mailchimp", holds: ["-us"], pattern: /[a-f0-9]{32}-us\d{1,2}/ },
  { id: "mandrill-key", provider: "Mandrill", starts: ["md-"], pattern: /md-[\w-]{22}/, needsName: /mandrill|mailchimp|api_?key|transactional/i },
  { id: "postmark-token", provider: "Postmark", pattern: new RegExp(UUID), needsName: named("postmark") },
  { id: "resend-key", provider: "Resend", starts: ["re_"], pattern: /re_[A-Za-z0-9]{8}_[A-Za-z0-9]{24}/ },
  { id: "brevo-key", provider: "Brevo", starts: ["xkeysib-"], pattern: /xkeysib-[a-f0-9]{64}-[A-Za-z0-9]{16}/ },
  { id: "brevo-smtp-key", provider: "Brevo", starts: ["xsmtpsib-"], pattern: /xsmtpsib-[a-f0-9]{64}-[A-Za-z0-9]{16}/ },
  { id: "sparkpost-key", provider: "SparkPost", pattern: /[a-f0-9]{40}/, needsName: named("sparkpost") },
  { id: "mailjet-key", provider: "Mailjet", pattern: /[a-f0-9]{32}/, needsName: named("mailjet|mj_api") },
  { id: "mailersend-token", provider: "MailerSend", starts: ["mlsn."], pattern: /mlsn\.[a-f0-9]{64}/ },
  { id: "klaviyo-private-key", provider: "Klaviyo", starts: ["pk_"], pattern: /pk_(?:[A-Za-z0-9]{6}_)?[a-f0-9]{34}/ },
  { id: "nylas-key", provider: "Nylas", starts: ["nyk_v0_"], pattern: /nyk_v0_[A-Za-z0-9]{64}/ },
];

export const telephony: readonly SecretFormat[] = [
  { id: "twilio-api-key", provider: "Twilio", starts: ["SK"], pattern: /SK[0-9a-f]{32}/ },
  { id: "twilio-auth-token", provider: "Twilio", pattern: /[0-9a-f]{32}/, needsName: /twilio.*(?:token|secret|auth|pass)/i },
  { id: "messagebird-key", provider: "MessageBird", pattern: /[A-Za-z0-9]{25}/, needsName: named("message_?bird") },
  { id: "telnyx-key", provider: "Telnyx", starts: ["KEY0"], pattern: /KEY0[0-9A-F]{31}_[A-Za-z0-9]{22}/ },
  { id: "plivo-token", provider: "Plivo", pattern: /[A-Za-z0-9]{40}/, needsName: named("plivo") },
  { id: "vonage-secret", provider: "Vonage", pattern: /[A-Za-z0-9]{16}/, needsName: /(?:vonage|nexmo).*secret/i },
  { id: "nexmo-signature-secret", provider: "Vonage", pattern: /[A-Za-z0-9]{32,50}/, needsName: /(?:vonage|nexmo).*signature/i },
];
