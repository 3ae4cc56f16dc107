import type { EntryRow, Library } from "./library.js";
import { under } from "./names.js";

const entry = { framework: "graphql", kind: "graphql", params: [null, null, null, null], returns: "response" } as const satisfies Partial<EntryRow>;
const servers = ["@apollo/server:ApolloServer", "apollo-server:ApolloServer", "apollo-server-express:ApolloServer", "graphql-yoga:createSchema", "@graphql-tools/schema:makeExecutableSchema", "graphql-tools:makeExecutableSchema"];

const pothos = "@pothos/core:FieldBuilder()";

/** Resolvers take `(parent, args, context, info)`. Arguments have passed the schema's types: single values, not a payload. */
const graphql: Library = {
  name: "graphql",
  packages: ["graphql", "@apollo/server", "graphql-yoga", "@graphql-tools/schema", "type-graphql", "express-graphql", "graphql-http", "@graphql-tools/merge", "merge-graphql-schemas", "graphql-tools", "mercurius", "nexus", "@pothos/core"],
  docs: "https://www.apollographql.com/docs/apollo-server/data/resolvers",
  entries: [
    { ...entry, register: { by: "call", calls: servers, handler: { arg: 0, path: "resolvers.*.*" } } },
    { ...entry, register: { by: "call", calls: servers, handler: { arg: 0, path: "resolvers.Subscription.*.subscribe" } } },
    { ...entry, register: { by: "call", calls: ["graphql:GraphQLObjectType"], handler: { arg: 0, path: "fields.*.resolve" } } },
    { ...entry, register: { by: "call", calls: ["fastify:().register"], handler: { arg: 1, path: "resolvers.*.*" } } },
    { ...entry, register: { by: "call", calls: ["nexus:queryField", "nexus:mutationField", "nexus:subscriptionField"], handler: { arg: 1, path: "resolve" }, named: { arg: 0, path: "" } } },
    { ...entry, register: { by: "call", calls: [`${pothos}.*`], handler: { arg: 0, path: "resolve" } } },
    // Of a root object, the arguments come first.
    { ...entry, framework: "graphql-root", params: [null, null, null], register: { by: "call", calls: ["graphql:graphql", "graphql:graphqlSync", "express-graphql:graphqlHTTP", "express-graphql:", "graphql-http/lib/use/express:createHandler", "graphql-http/lib/use/http:createHandler"], handler: { arg: 0, path: "rootValue.*" } } },
    {
      framework: "type-graphql",
      kind: "graphql",
      register: { by: "decorator", cls: ["type-graphql:Resolver"], method: ["type-graphql:Query", "type-graphql:Mutation", "type-graphql:Subscription", "type-graphql:FieldResolver"], bootstrap: ["type-graphql:buildSchema", "type-graphql:buildSchemaSync"] },
      returns: "response",
    },
  ],
  callbacks: [
    ...[0, 1].map((arg) => ({ calls: under(["@pothos/core:()"], arg === 0 ? ["queryFields", "mutationFields"] : ["queryField", "mutationField"]), arg, when: "sync", times: "once", errors: "propagate", params: [pothos] }) as const),
    // `builder.queryType({ fields: (t) => ({ … }) })`, `builder.objectType("User", { fields })`
    ...[0, 1].map((arg) => ({ calls: under(["@pothos/core:()"], arg === 0 ? ["queryType", "mutationType", "subscriptionType", "objectRef().implement", "interfaceRef().implement"] : ["objectType", "interfaceType", "prismaObject", "prismaNode", "node"]), arg, path: "fields", when: "sync", times: "once", errors: "propagate", params: [pothos] }) as const),
  ],
  middleware: [{ framework: "graphql", role: "errors", calls: servers.slice(0, 3), handler: { arg: 0, path: "formatError" }, returns: "response" }],
  sources: [
    { from: { framework: "graphql", param: 1, path: "" }, what: "param" },
    { from: { framework: "graphql-root", param: 0, path: "" }, what: "param" },
    { from: { decorators: ["type-graphql:Arg", "type-graphql:Args"] }, what: "param" },
  ],
  // Of several tables one is made.
  passes: [{ calls: ["@graphql-tools/merge:mergeResolvers", "@graphql-tools/schema:mergeResolvers", "merge-graphql-schemas:mergeResolvers", "graphql-tools:mergeResolvers"], from: [0] }],
  errors: [{ classes: [
    "graphql:GraphQLError", "graphql-yoga:GraphQLError", "graphql-yoga:createGraphQLError", "mercurius:ErrorWithProps", "apollo-server-errors:ApolloError", "apollo-server:ApolloError", "apollo-server:UserInputError",
    "apollo-server:AuthenticationError", "apollo-server:ForbiddenError", "apollo-server-express:ApolloError", "apollo-server-express:UserInputError",
    "apollo-server-express:AuthenticationError", "apollo-server-express:ForbiddenError",
  ], public: true }],
};

export default graphql;
