import type { Library } from "./library.js";
import { under } from "./names.js";

const NEST = ["@nestjs/core:NestFactory.create()", "@nestjs/core:NestFactory.createMicroservice()", "@nestjs/core:NestFactory.createApplicationContext()"];
const PAGES = under(["puppeteer:launch()", "playwright:chromium.launch()"], ["newPage()"]);
const CURSORS = ["mongodb:Collection().find()", "mongodb:Collection().aggregate()"];
const QUEUES = ["bull:()", "bullmq:Queue()", "bullmq:Worker()", "bullmq:QueueEvents()", "bullmq:FlowProducer()"];

const FIREBASE_USERS = [
  "createUser", "updateUser", "deleteUser", "deleteUsers", "getUser", "getUserByEmail", "getUsers", "listUsers", "verifyIdToken", "createCustomToken", "setCustomUserClaims", "revokeRefreshTokens",
  "createSessionCookie", "verifySessionCookie", "generatePasswordResetLink", "generateEmailVerificationLink", "generateSignInWithEmailLink",
];

/** Calls of libraries that give a promise and are no effect in themselves: starting, stopping, computing. */
const promises: Library = {
  name: "promises-libs",
  packages: [
    "@nestjs/core", "fastify", "koa", "hono", "@hapi/hapi", "@apollo/server", "apollo-server", "apollo-server-express", "pg", "redis", "ioredis", "@prisma/client", "typeorm", "sequelize", "mongoose", "mongodb",
    "kafkajs", "bull", "bullmq", "amqplib", "bcrypt", "bcryptjs", "argon2", "p-limit", "p-map", "p-queue", "p-retry", "p-all", "p-each-series", "p-filter", "p-props", "p-series", "p-times", "p-timeout", "delay",
    "async-retry", "exponential-backoff", "rxjs", "puppeteer", "playwright", "agenda", "aws-sdk", "jose", "sharp", "firebase-admin", "firebase-admin/*",
    "@supabase/supabase-js", "@temporalio/client",
  ],
  docs: "https://typescript-eslint.io/rules/no-floating-promises/",
  promises: [
    { calls: under(["@nestjs/core:NestFactory"], ["create", "createMicroservice", "createApplicationContext"]) },
    { calls: under(NEST, ["listen", "listenAsync", "init", "close", "startAllMicroservices", "startAllMicroservicesAsync"]) },
    { calls: under(["firebase-admin/auth:getAuth()"], FIREBASE_USERS) },
    { calls: under(["firebase-admin/messaging:getMessaging()"], ["send", "sendEach", "sendEachForMulticast", "sendMulticast", "sendToDevice", "sendToTopic", "subscribeToTopic", "unsubscribeFromTopic"]) },
    { calls: under(["fastify:()"], ["listen", "close", "inject"]) },
    { calls: ["koa:Next()", "hono:Next()"] },
    { calls: ["@nestjs/event-emitter:EventEmitter2().emitAsync", "eventemitter2:EventEmitter2().emitAsync"] },
    { calls: under(["@hapi/hapi:server()", "@hapi/hapi:Server()"], ["start", "stop", "initialize", "register"]) },
    { calls: under(["@apollo/server:ApolloServer()", "apollo-server:ApolloServer()", "apollo-server-express:ApolloServer()"], ["start", "stop"]) },
    { calls: under(["pg:Pool()", "pg:Client()"], ["end"]) },
    { calls: under(["redis:createClient()", "ioredis:()"], ["quit"]) },
    { calls: ["@prisma/client:PrismaClient().$disconnect"] },
    { calls: ["typeorm:DataSource().destroy", "typeorm:QueryRunner().release"] },
    { calls: ["sequelize:Sequelize().close"] },
    { calls: [...under(["mongoose:"], ["disconnect"]), ...under(["mongoose:connection"], ["close"]), "mongoose:Query().exec"] },
    { calls: [...under(["mongodb:MongoClient()"], ["close"]), ...under(CURSORS, ["toArray", "next", "hasNext"])] },
    { calls: under(CURSORS, ["forEach"]), runs: true },
    { calls: [...under(["kafkajs:Kafka().producer()", "kafkajs:Kafka().admin()"], ["disconnect"]), ...under(["kafkajs:Kafka().consumer()"], ["run", "disconnect", "stop"])] },
    { calls: under(QUEUES, ["close"]) },
    { calls: [...under(["amqplib:connect()"], ["close"]), ...under(["amqplib:connect().createChannel()"], ["close"])] },
    { calls: [...under(["bcrypt:", "bcryptjs:"], ["hash", "compare", "genSalt"]), ...under(["argon2:"], ["hash", "verify"])] },
    { calls: ["p-limit:()", "p-map:", "p-queue:().add", "p-queue:().addAll", "p-queue:().onIdle", "p-queue:().onEmpty", "p-retry:", "p-all:", "p-each-series:", "p-filter:", "p-props:", "p-series:", "p-times:", "p-timeout:", "delay:", "async-retry:", "exponential-backoff:backOff"], runs: true },
    { calls: under(["rxjs:"], ["firstValueFrom", "lastValueFrom"]) },
    { calls: [...under(["rxjs:Observable()"], ["toPromise", "forEach"])], runs: true },
    { calls: [...under(["puppeteer:", "playwright:chromium"], ["launch"]), ...under(["puppeteer:launch()", "playwright:chromium.launch()"], ["newPage", "close"]), ...under(PAGES, ["goto", "click", "close", "screenshot", "pdf", "setContent", "type", "waitForSelector", "evaluate"])], runs: true },
    { calls: under(["agenda:()", "agenda:Agenda()"], ["start", "stop", "now", "schedule", "every"]) },
    { calls: under(["@supabase/supabase-js:createClient().auth"], ["signUp", "signInWithPassword", "signInWithOtp", "signInWithOAuth", "signOut", "getUser", "getSession", "setSession", "updateUser", "refreshSession", "resetPasswordForEmail", "exchangeCodeForSession", "verifyOtp", "admin.createUser", "admin.deleteUser", "admin.updateUserById", "admin.getUserById", "admin.listUsers", "admin.inviteUserByEmail", "admin.generateLink"]) },
    { calls: under(["@temporalio/client:Client().workflow", "@temporalio/client:WorkflowClient()"], ["start", "execute", "signalWithStart", "count"]) },
    { calls: under(["jose:"], ["jwtVerify", "importJWK", "importPKCS8", "importSPKI"]) },
    { calls: ["sharp:().toFile", "sharp:().toBuffer"] },
  ],
};

export default promises;
