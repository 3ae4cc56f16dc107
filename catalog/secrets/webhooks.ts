import { UUID, type SecretFormat } from "./format.js";

/** Addresses that post, for whoever knows them. */
export const webhooks: readonly SecretFormat[] = [
  { id: "google-chat-webhook", provider: "Google Chat", starts: ["chat.googleapis.com/v1/spaces/"], pattern: /chat\.googleapis\.com\/v1\/spaces\/[\w-]{8,14}\/messages\?key=[\w-]{30,45}&token=[\w%-]{40,60}/ },
  { id: "dingtalk-webhook", provider: "DingTalk", starts: ["oapi.dingtalk.com/robot/send?access_token="], pattern: /oapi\.dingtalk\.com\/robot\/send\?access_token=[a-f0-9]{64}/ },
  { id: "feishu-webhook", provider: "Feishu", starts: ["open.feishu.cn/open-apis/bot/", "open.larksuite.com/open-apis/bot/"], pattern: new RegExp(`open\\.(?:feishu\\.cn|larksuite\\.com)/open-apis/bot/v2/hook/${UUID}`) },
  { id: "wecom-webhook", provider: "WeCom", starts: ["qyapi.weixin.qq.com/cgi-bin/webhook/send?key="], pattern: new RegExp(`qyapi\\.weixin\\.qq\\.com/cgi-bin/webhook/send\\?key=${UUID}`) },
  { id: "ifttt-webhook", provider: "IFTTT", starts: ["maker.ifttt.com/trigger/"], pattern: /maker\.ifttt\.com\/trigger\/\w{1,60}\/(?:json\/)?with\/key\/[\w-]{20,45}/ },
  { id: "tines-webhook", provider: "Tines", holds: [".tines.com/webhook/"], pattern: /[a-z0-9-]{1,60}\.tines\.com\/webhook\/[a-z0-9]{32}\/[a-z0-9]{32}/ },
  { id: "make-webhook", provider: "Make", starts: ["hook.eu1.make.com/", "hook.eu2.make.com/", "hook.us1.make.com/", "hook.us2.make.com/"], pattern: /hook\.(?:eu|us)[12]\.make\.com\/[a-z0-9]{32}/ },
  { id: "azure-logic-app-webhook", provider: "Azure Logic Apps", holds: [".logic.azure.com"], pattern: /[a-z0-9-]{1,40}\.[a-z0-9]{4,30}\.logic\.azure\.com(?::443)?\/workflows\/[a-f0-9]{32}\/[\w/.?&=%-]{20,200}sig=[\w-]{43}/ },
];
