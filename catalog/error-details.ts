import type { Library } from "./library.js";
import { under } from "./names.js";

/** Middleware and settings by which a framework itself sends clients what an error says. */
const details: Library = {
  name: "error details",
  packages: ["errorhandler", "@apollo/server", "apollo-server", "apollo-server-express", "apollo-server-koa", "apollo-server-fastify", "apollo-server-lambda", "graphql-yoga", "@graphql-yoga/node", "@nestjs/graphql", "@trpc/server"],
  docs: "https://expressjs.com/en/resources/middleware/errorhandler.html",
  errorDetails: [
    { calls: ["errorhandler:"] },
    { calls: ["@apollo/server:ApolloServer"], option: { arg: 0, path: "includeStacktraceInErrorResponses" }, is: true },
    { calls: under(["apollo-server:", "apollo-server-express:", "apollo-server-koa:", "apollo-server-fastify:", "apollo-server-lambda:"], ["ApolloServer"]), option: { arg: 0, path: "debug" }, is: true },
    { calls: ["@nestjs/graphql:GraphQLModule.forRoot"], option: { arg: 0, path: "includeStacktraceInErrorResponses" }, is: true },
    { calls: ["graphql-yoga:createYoga", "@graphql-yoga/node:createServer", "graphql-yoga:createServer"], option: { arg: 0, path: "maskedErrors" }, is: false },
    { calls: under(["@trpc/server:initTRPC", "@trpc/server:initTRPC.context()", "@trpc/server:initTRPC.meta()", "@trpc/server:initTRPC.context().meta()"], ["create"]), option: { arg: 0, path: "isDev" }, is: true },
  ],
};

export default details;
