import { named, UUID, type SecretFormat } from "./format.js";

const notHex = (match: string): boolean => /[G-Zg-z+/]/.test(match) && /[A-Z]/.test(match) && /[a-z]/.test(match);

export const amazon: readonly SecretFormat[] = [
  { id: "aws-access-key-id", provider: "AWS", starts: ["AKIA", "ASIA", "ABIA", "ACCA", "A3T"], pattern: /(?:AKIA|ASIA|ABIA|ACCA|A3T[A-Z0-9])[A-Z2-7]{16}/ },
  { id: "aws-secret-access-key", provider: "AWS", pattern: /[A-Za-z0-9/+]{40}/, needsName: /aws.*(?:secret|key)|amazon.*secret|secret_?access_?key|s3.*secret|ses.*secret/i, accepts: notHex },
  { id: "aws-session-token", provider: "AWS", starts: ["FwoGZXIvYXdz", "IQoJb3JpZ2lu"], pattern: /(?:FwoGZXIvYXdz|IQoJb3JpZ2lu)[A-Za-z0-9/+_%-]{100,2000}={0,2}/ },
  { id: "aws-bedrock-key", provider: "AWS Bedrock", starts: ["ABSK"], pattern: /ABSK[A-Za-z0-9+/]{109,269}={0,2}/ },
  { id: "aws-bedrock-short-key", provider: "AWS Bedrock", starts: ["bedrock-api-key-YmVkcm9jay5"], pattern: /bedrock-api-key-YmVkcm9jay5[A-Za-z0-9+/_-]{40,2000}={0,2}/ },
  { id: "aws-appsync-key", provider: "AWS AppSync", starts: ["da2-"], pattern: /da2-[a-z0-9]{26}/ },
  { id: "aws-mws-token", provider: "Amazon MWS", starts: ["amzn.mws."], pattern: new RegExp(`amzn\\.mws\\.${UUID}`) },
  { id: "amazon-oauth-client-secret", provider: "Amazon", starts: ["amzn1.oa2-cs."], pattern: /amzn1\.oa2-cs\.v1\.[a-f0-9]{64}/ },
];

export const google: readonly SecretFormat[] = [
  { id: "google-api-key", provider: "Google", starts: ["AIza"], pattern: /AIza[\w-]{35}/ },
  { id: "google-oauth-client-secret", provider: "Google", starts: ["GOCSPX-"], pattern: /GOCSPX-[\w-]{28}/ },
  { id: "google-oauth-access-token", provider: "Google", starts: ["ya29."], pattern: /ya29\.[\w-]{30,1024}/ },
  { id: "google-oauth-refresh-token", provider: "Google", starts: ["1//0"], pattern: /1\/\/0[\w-]{40,200}/ },
  { id: "google-storage-hmac-key", provider: "Google Cloud Storage", starts: ["GOOG1E", "GOOG"], pattern: /GOOG(?:1E[A-Z0-9]{55}|[A-Z0-9]{20})/ },
  { id: "google-recaptcha-secret", provider: "Google reCAPTCHA", starts: ["6L"], pattern: /6L[\w-]{38}/, needsName: /captcha.*(?:secret|private)|(?:secret|private).*captcha/i },
  { id: "firebase-server-key", provider: "Firebase Cloud Messaging", starts: ["AAAA"], pattern: /AAAA[\w-]{7}:APA91b[\w-]{134}/ },
];

export const microsoft: readonly SecretFormat[] = [
  { id: "azure-client-secret", provider: "Microsoft Entra", holds: ["Q~"], pattern: /[A-Za-z0-9_~.]{3}\dQ~[A-Za-z0-9_~.-]{31,34}(?![~.])/ },
  { id: "azure-storage-account-key", provider: "Azure Storage", starts: ["AccountKey="], pattern: /AccountKey=[A-Za-z0-9+/]{86}==/ },
  { id: "azure-storage-key", provider: "Azure Storage", holds: ["+ASt"], pattern: /[A-Za-z0-9+/]{76}\+ASt[A-Za-z0-9+/]{6}==/ },
  { id: "azure-cosmos-key", provider: "Azure Cosmos DB", holds: ["ACDb"], pattern: /[A-Za-z0-9+/]{76}ACDb[A-Za-z0-9+/]{6}==/ },
  { id: "azure-shared-access-key", provider: "Azure Service Bus", starts: ["SharedAccessKey="], pattern: /SharedAccessKey=[A-Za-z0-9+/]{43}=/ },
  { id: "azure-messaging-key", provider: "Azure Service Bus", holds: ["+ASb", "+AEh", "+ARm", "AIoT"], pattern: /[A-Za-z0-9+/]{33}(?:\+ASb|\+AEh|\+ARm|AIoT)[A-P][A-Za-z0-9+/]{5}=/ },
  { id: "azure-redis-key", provider: "Azure Cache for Redis", holds: ["AzCa"], pattern: /[A-Za-z0-9]{33}AzCa[A-P][A-Za-z0-9]{5}=/ },
  { id: "azure-search-key", provider: "Azure AI Search", holds: ["AzSe"], pattern: /[A-Za-z0-9]{42}AzSe[A-D][A-Za-z0-9]{5}/ },
  { id: "azure-function-key", provider: "Azure Functions", holds: ["AzFu"], pattern: /[A-Za-z0-9_-]{44}AzFu[A-Za-z0-9_-]{5}[AQgw]==/ },
  { id: "azure-container-registry-key", provider: "Azure Container Registry", holds: ["+ACR"], pattern: /[A-Za-z0-9+/]{42}\+ACR[A-D][A-Za-z0-9+/]{5}/ },
  { id: "azure-ai-key", provider: "Azure AI services", holds: ["JQQJ9"], pattern: /[A-Za-z0-9]{52}JQQJ9[9DH][A-Za-z0-9]{26}/ },
  { id: "azure-devops-token", provider: "Azure DevOps", holds: ["AZDO"], pattern: /[A-Za-z0-9]{76}AZDO[A-Za-z0-9]{4}/ },
  { id: "azure-devops-legacy-token", provider: "Azure DevOps", pattern: /[a-z2-7]{52}/, needsName: /(?:ado|azure_?devops|vsts|personal_?access).*(?:pat|token)/i },
  { id: "azure-app-configuration", provider: "Azure App Configuration", starts: ["Endpoint=https://"], pattern: /Endpoint=https:\/\/[a-z0-9-]{1,60}\.azconfig\.io;Id=[^;\s]{4,60};Secret=[A-Za-z0-9+/]{36,100}={0,2}/ },
  { id: "azure-sas-signature", provider: "Azure Storage", starts: ["sig="], pattern: /sig=(?:[A-Za-z0-9+/]|%2[BbFf]){43,64}(?:=|%3[Dd])/ },
];

export const regional: readonly SecretFormat[] = [
  { id: "alibaba-access-key-id", provider: "Alibaba Cloud", starts: ["LTAI"], pattern: /LTAI(?:[A-Za-z0-9]{20}|[A-Za-z0-9]{12})/ },
  { id: "alibaba-secret-key", provider: "Alibaba Cloud", pattern: /[A-Za-z0-9]{30}/, needsName: named("ali(?:baba|yun|cloud)") },
  { id: "tencent-secret-id", provider: "Tencent Cloud", starts: ["AKID"], pattern: /AKID[A-Za-z0-9]{32}/ },
  { id: "tencent-secret-key", provider: "Tencent Cloud", pattern: /[A-Za-z0-9]{32}/, needsName: named("tencent|qcloud|wechat|weixin") },
  { id: "yandex-iam-token", provider: "Yandex Cloud", starts: ["t1."], pattern: /t1\.[A-Za-z0-9_-]{10,400}={0,2}\.[A-Za-z0-9_-]{86}={0,2}/ },
  { id: "yandex-api-key", provider: "Yandex Cloud", starts: ["AQVN"], pattern: /AQVN[\w-]{35,38}/ },
  { id: "yandex-static-key", provider: "Yandex Cloud", starts: ["YC"], pattern: /YC[\w-]{38}/ },
  { id: "yandex-oauth-token", provider: "Yandex", starts: ["y0_", "y1_", "y2_", "y3_"], pattern: /y[0-3]_[\w-]{55}/ },
];

export const hosts: readonly SecretFormat[] = [
  { id: "digitalocean-token", provider: "DigitalOcean", starts: ["dop_v1_"], pattern: /dop_v1_[a-f0-9]{64}/ },
  { id: "digitalocean-oauth-token", provider: "DigitalOcean", starts: ["doo_v1_"], pattern: /doo_v1_[a-f0-9]{64}/ },
  { id: "digitalocean-refresh-token", provider: "DigitalOcean", starts: ["dor_v1_"], pattern: /dor_v1_[a-f0-9]{64}/ },
  { id: "digitalocean-spaces-key", provider: "DigitalOcean Spaces", starts: ["DO00"], pattern: /DO00[A-Z0-9]{16}/ },
  { id: "linode-token", provider: "Linode", pattern: /[a-f0-9]{64}/, needsName: named("linode") },
  { id: "hetzner-token", provider: "Hetzner", pattern: /[A-Za-z0-9]{64}/, needsName: named("hetzner|hcloud") },
  { id: "vultr-key", provider: "Vultr", pattern: /[A-Z0-9]{36}/, needsName: named("vultr") },
  { id: "scaleway-access-key", provider: "Scaleway", starts: ["SCW"], pattern: /SCW[A-Z0-9]{17}/ },
  { id: "scaleway-secret-key", provider: "Scaleway", pattern: new RegExp(UUID), needsName: named("scaleway|scw") },
  { id: "exoscale-key", provider: "Exoscale", starts: ["EXO"], pattern: /EXO[a-f0-9]{24}/ },
  { id: "ibm-cloud-key", provider: "IBM Cloud", pattern: /[\w-]{44}/, needsName: named("ibm|bluemix|watson") },
  { id: "cloudflare-token", provider: "Cloudflare", starts: ["cfk_", "cfut_", "cfat_"], pattern: /cf(?:k|ut|at)_[A-Za-z0-9]{40}[0-9a-f]{8}/ },
  { id: "cloudflare-origin-ca-key", provider: "Cloudflare", starts: ["v1.0-"], pattern: /v1\.0-[a-f0-9]{24}-[a-f0-9]{146}/ },
  { id: "cloudflare-legacy-token", provider: "Cloudflare", pattern: /[\w-]{40}/, needsName: named("cloudflare|cf_?api") },
  { id: "cloudflare-global-key", provider: "Cloudflare", pattern: /[a-f0-9]{37}/, needsName: named("cloudflare|cf_?(?:api|global)") },
  { id: "fastly-token", provider: "Fastly", pattern: /[\w-]{32}/, needsName: named("fastly") },
  { id: "heroku-token", provider: "Heroku", starts: ["HRKU-"], pattern: /HRKU-AA[\w-]{58}/ },
  { id: "heroku-legacy-key", provider: "Heroku", pattern: new RegExp(UUID), needsName: named("heroku") },
  { id: "fly-token", provider: "Fly.io", starts: ["fo1_", "fm1a_", "fm1r_", "fm2_"], pattern: /(?:fo1_[\w-]{43}|fm(?:1[ar]|2)_[A-Za-z0-9+/]{100,4000}={0,3})/ },
  { id: "vercel-token", provider: "Vercel", starts: ["vcp_", "vci_", "vca_", "vcr_", "vck_"], pattern: /vc[piark]_[A-Za-z0-9]{20,60}/ },
  { id: "vercel-legacy-token", provider: "Vercel", pattern: /[A-Za-z0-9]{24}/, needsName: named("vercel|zeit") },
  { id: "vercel-blob-token", provider: "Vercel Blob", starts: ["vercel_blob_rw_"], pattern: /vercel_blob_rw_[A-Za-z0-9]{16}_[A-Za-z0-9]{30}/ },
  { id: "netlify-token", provider: "Netlify", starts: ["nfp_"], pattern: /nfp_[A-Za-z0-9]{36}/ },
  { id: "netlify-legacy-token", provider: "Netlify", pattern: /[\w-]{40,46}/, needsName: named("netlify") },
  { id: "render-key", provider: "Render", starts: ["rnd_"], pattern: /rnd_[A-Za-z0-9]{28,36}/ },
  { id: "railway-token", provider: "Railway", pattern: new RegExp(UUID), needsName: named("railway") },
  { id: "scalingo-token", provider: "Scalingo", starts: ["tk-us-"], pattern: /tk-us-[\w-]{48}/ },
  { id: "tailscale-key", provider: "Tailscale", starts: ["tskey-"], pattern: /tskey-[a-z]{2,20}-[0-9A-Za-z]{8,40}(?:-[0-9A-Za-z]{16,60})?/ },
  { id: "ngrok-token", provider: "ngrok", pattern: /[12][A-Za-z0-9]{26}_[A-Za-z0-9]{20,22}/, needsName: named("ngrok") },
  { id: "defined-networking-token", provider: "Defined Networking", starts: ["dnkey-"], pattern: /dnkey-[\w=-]{26}-[\w=-]{52}/ },
  { id: "deno-token", provider: "Deno Deploy", starts: ["ddp_", "ddw_", "ddo_"], pattern: /dd[pwo]_[A-Za-z0-9]{36}/ },
  { id: "salad-key", provider: "Salad", starts: ["salad_cloud_"], pattern: /salad_cloud_[A-Za-z0-9]{1,7}_[A-Za-z0-9]{20,235}/ },
  { id: "appwrite-key", provider: "Appwrite", starts: ["standard_"], pattern: /standard_[a-f0-9]{256}/ },
  { id: "convex-deploy-key", provider: "Convex", starts: ["prod:", "dev:", "preview:", "project:"], pattern: /(?:prod|dev|preview|project):[a-z0-9:-]{3,80}\|ey[A-Za-z0-9+/_-]{30,200}={0,2}/ },
];
