import { identity } from "./identity.js";
import { holdsFor } from "./token.test.js";
import { webhooks } from "./webhooks.js";

holdsFor([...webhooks, ...identity], [
  ["google-chat-webhook", "chat.googleapis.com/v1/spaces/{11w}/messages?key={39w}&token={43w}"],
  ["dingtalk-webhook", "oapi.dingtalk.com/robot/send?access_token={64h}"],
  ["feishu-webhook", "open.feishu.cn/open-apis/bot/v2/hook/{g}"],
  ["wecom-webhook", "qyapi.weixin.qq.com/cgi-bin/webhook/send?key={g}"],
  ["ifttt-webhook", "maker.ifttt.com/trigger/order/with/key/{22w}"],
  ["tines-webhook", "shop.tines.com/webhook/{32l}/{32l}"],
  ["make-webhook", "hook.eu1.make.com/{32l}"],
  ["azure-logic-app-webhook", "prod-12.westeurope.logic.azure.com:443/workflows/{32h}/triggers/manual/paths/invoke?api-version=2016-06-01&sig={43w}"],
  ["ory-token", "ory_pat_{32w}"],
  ["unkey-root-key", "unkey_{24w}"],
  ["permit-key", "permit_key_{80w}"],
  ["hcaptcha-secret", "ES_{32h}"],
  ["turnstile-secret", "0x4AAAAAA{26w}"],
  ["svix-key", "testsk_{32w}.eu"],
  ["descope-key", "K2{80w}", "DESCOPE_MANAGEMENT_KEY"],
  ["flagsmith-key", "ser.{22w}"],
  ["growthbook-key", "secret_admin_{44w}"],
  ["configcat-sdk-key", "configcat-sdk-1/{22w}/{22w}"],
  ["devcycle-server-key", "dvc_server_{40l}"],
  ["unleash-token", "default:development.{56h}", "UNLEASH_API_TOKEN"],
]);
