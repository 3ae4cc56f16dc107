import type { EntryRow, Library } from "./library.js";
import { calling, under } from "./names.js";
import { at } from "./places.js";

const message = { kind: "message" } as const satisfies Partial<EntryRow>;
const telegraf = "telegraf:Telegraf()";
const grammy = "grammy:Bot()";
const discord = "discord.js:Client()";
const bolt = "@slack/bolt:App()";
const context = "telegraf:Context()";
const interaction = "discord.js:Interaction()";
const command = "@slack/bolt:Args()";
const TELLS = ["on", "command", "hears", "action", "callbackQuery", "inlineQuery"];
/** What users have written; who they are and where, the platform says. */
const WRITTEN = ["message.text", "message.caption", "update", "match", "callbackQuery.data", "inlineQuery.query", "payload", "args"];

/** Bots: what users write comes in by the platform, which says of what shape it is. */
const bots: Library = {
  name: "bots",
  packages: ["telegraf", "grammy", "discord.js", "@slack/bolt"],
  docs: "https://grammy.dev/guide/basics",
  instances: [
    { is: telegraf, also: ["telegraf:Composer()", ...calling(under([telegraf], TELLS))], types: ["telegraf:Composer"] },
    { is: context, types: ["telegraf:Context", "grammy:Context"] },
    { is: interaction, types: under(["discord.js:"], ["Message", "CommandInteraction", "ChatInputCommandInteraction", "ButtonInteraction", "ModalSubmitInteraction"]) },
    { is: grammy, also: ["grammy:Composer()", ...calling(under([grammy], TELLS))], types: ["grammy:Composer"] },
  ],
  entries: [
    { ...message, framework: "telegraf", register: { by: "call", calls: under([telegraf], [...TELLS, "start", "help", "settings"]), handler: "last", minArgs: 1 }, params: [context] },
    { ...message, framework: "grammy", register: { by: "call", calls: under([grammy], TELLS), handler: "last", minArgs: 2 }, params: [context] },
    { ...message, framework: "discord.js", register: { by: "call", calls: under([discord], ["on", "once"]), handler: 1, named: { arg: 0, path: "" }, when: { arg: 0, values: ["messageCreate", "messageUpdate", "interactionCreate", "guildMemberAdd", "messageReactionAdd"] } }, params: [interaction] },
    { ...message, framework: "slack-bolt", register: { by: "call", calls: under([bolt], ["event", "message", "command", "action", "shortcut", "view", "options"]), handler: "last", minArgs: 1 }, params: [command] },
  ],
  middleware: [...[telegraf, grammy].map((bot) => ({ framework: bot.slice(0, bot.indexOf(":")), role: "before" as const, calls: [`${bot}.use`], handler: "all" as const }))],
  sources: [
    ...["telegraf", "grammy"].flatMap((framework) => WRITTEN.map((path) => ({ from: { framework, param: 0, path }, what: "message" as const, decoded: true as const }))),
    { from: { framework: "discord.js", param: 0, path: "content" }, what: "message", decoded: true },
    ...["getString()", "getSubcommand()"].map((path) => ({ from: { framework: "discord.js", param: 0, path: `options.${path}` }, what: "message" as const, decoded: true as const })),
    ...["command.text", "message.text", "event.text", "body.text", "payload.text"].map((path) => ({ from: { framework: "slack-bolt", param: 0, path }, what: "message" as const, decoded: true as const })),
  ],
  credentials: [
    { calls: ["telegraf:Telegraf", "grammy:Bot"], places: at(0, ""), what: "token" },
    { calls: [`${discord}.login`, "discord.js:REST().setToken"], places: at(0, ""), what: "token" },
  ],
  // What a bot says is read by the user it talks to.
  sinks: [
    { calls: under([context], ["reply", "replyWithHTML", "replyWithMarkdown", "replyWithMarkdownV2", "editMessageText", "answerCbQuery", "answerCallbackQuery"]), arg: 0, danger: "response" },
    { calls: under([interaction], ["reply", "editReply", "followUp", "update", "channel.send"]), arg: 0, danger: "response" },
    { calls: under([command], ["respond", "say", "ack"]), arg: 0, danger: "response" },
  ],
};

export default bots;
