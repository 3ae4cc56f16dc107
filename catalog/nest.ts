import type { EntryRow, Library } from "./library.js";
import { under } from "./names.js";

const app = "@nestjs/core:NestFactory.create()";
const service = "@nestjs/core:NestFactory.createMicroservice()";
const http = ["@nestjs/core:NestFactory.create"];
const served = [...http, "@nestjs/core:NestFactory.createMicroservice"];
/** A context serves nobody; what a clock or a queue starts runs in it too. */
const any = [...served, "@nestjs/core:NestFactory.createApplicationContext"];
const controllers = ["@nestjs/common:Controller", "@nestjs/microservices:GrpcService"];
const nest = { framework: "nest", adapter: "nest" } as const satisfies Partial<EntryRow>;
const ValidationPipe = ["@nestjs/common:ValidationPipe", "nestjs-zod:ZodValidationPipe"];
/** Of the request itself, express's or fastify's. */
const REQUEST_PARTS = [["body", "body"], ["query", "query"], ["params", "param"], ["headers", "header"], ["cookies", "cookie"], ["signedCookies", "cookie"]] as const;
const both = (classes: readonly string[]): readonly string[] => classes.flatMap((c) => [c, `${c}()`]);

const library: Library = {
  name: "nest",
  packages: [
    "@nestjs/common", "@nestjs/core", "@nestjs/microservices", "@nestjs/schedule", "@nestjs/graphql", "@nestjs/websockets", "@nestjs/bull", "@nestjs/bullmq",
    "@nestjs/platform-express", "@nestjs/platform-fastify", "@nestjs/throttler", "@golevelup/nestjs-rabbitmq", "nestjs-zod",
  ],
  docs: "https://docs.nestjs.com/controllers",
  instances: [
    { is: app, types: ["@nestjs/common:INestApplication", "@nestjs/platform-express:NestExpressApplication", "@nestjs/platform-fastify:NestFastifyApplication"] },
    { is: "@nestjs/common:MiddlewareConsumer()", also: ["@nestjs/common:MiddlewareConsumer().apply().forRoutes()"] },
    { is: "express:Request()", also: ["ExecutionContext", "ArgumentsHost"].map((host) => `@nestjs/common:${host}().switchToHttp().getRequest()`) },
    { is: service, also: [`${app}.connectMicroservice()`], types: ["@nestjs/common:INestMicroservice"] },
  ],
  entries: [
    {
      ...nest,
      kind: "http",
      register: { by: "decorator", cls: controllers.slice(0, 1), method: under(["@nestjs/common:"], ["Get", "Post", "Put", "Patch", "Delete", "Options", "Head", "All", "Search", "Sse"]), bootstrap: http },
      returns: "response",
    },
    // A rejected RPC is answered with its error; an event has no answer.
    { ...nest, kind: "rpc", register: { by: "decorator", cls: controllers, method: under(["@nestjs/microservices:"], ["MessagePattern"]), bootstrap: served }, returns: "response" },
    { ...nest, kind: "rpc", register: { by: "decorator", cls: controllers, method: under(["@nestjs/microservices:"], ["GrpcMethod", "GrpcStreamMethod", "GrpcStreamCall"]), bootstrap: served }, returns: "response", decoded: true },
    { ...nest, kind: "message", register: { by: "decorator", cls: controllers, method: ["@nestjs/microservices:EventPattern"], bootstrap: served } },
    // Outside the request pipeline: no interceptor, filter or pipe runs for these.
    { framework: "nest-schedule", kind: "schedule", register: { by: "decorator", method: ["@nestjs/schedule:Cron", "@nestjs/schedule:Interval"], bootstrap: any } },
    { ...nest, kind: "graphql", register: { by: "decorator", cls: ["@nestjs/graphql:Resolver"], method: under(["@nestjs/graphql:"], ["Query", "Mutation", "Subscription", "ResolveField", "ResolveProperty", "ResolveReference"]), bootstrap: http }, returns: "response" },
    { ...nest, kind: "socket", register: { by: "decorator", cls: ["@nestjs/websockets:WebSocketGateway"], method: ["@nestjs/websockets:SubscribeMessage"], bootstrap: http }, returns: "response" },
    { framework: "nest-gateway", kind: "socket", register: { by: "decorator", cls: ["@nestjs/websockets:WebSocketGateway"], method: [], methodNames: ["handleConnection", "handleDisconnect"], bootstrap: http }, params: ["socket.io:Socket()"] },
    { framework: "nest-queue", kind: "job", register: { by: "decorator", cls: ["@nestjs/bull:Processor"], method: ["@nestjs/bull:Process"], bootstrap: any }, params: ["bull:Job()"] },
    { framework: "nest-queue", kind: "job", register: { by: "decorator", cls: ["@nestjs/bullmq:Processor"], method: [], methodNames: ["process"], bootstrap: any }, params: ["bullmq:Job()"] },
    { framework: "nest-queue", kind: "message", register: { by: "decorator", method: ["@golevelup/nestjs-rabbitmq:RabbitSubscribe", "@golevelup/nestjs-rabbitmq:RabbitRPC"], bootstrap: any } },
  ],
  middleware: [
    { framework: "express", role: "before", calls: [`${app}.use`], handler: "all", params: ["express:Request()", "express:Response()", null] },
    { framework: "nest", role: "errors", calls: under([app, service], ["useGlobalFilters"]), handler: "all" },
    { framework: "nest", role: "before", calls: under([app, service], ["useGlobalPipes", "useGlobalGuards", "useGlobalInterceptors"]), handler: "all" },
    { framework: "nest", role: "before", calls: under(["@nestjs/common:"], ["UsePipes", "UseGuards", "UseInterceptors"]), handler: "all" },
    { framework: "nest", role: "errors", calls: ["@nestjs/common:UseFilters"], handler: "all" },
    { framework: "nest", role: "before", calls: ["@nestjs/common:MiddlewareConsumer().apply"], handler: "all" },
  ],
  sources: [
    { from: { decorators: ["@nestjs/common:Body", "@nestjs/common:RawBody"] }, what: "body" },
    { from: { decorators: ["@nestjs/common:Query"] }, what: "query" },
    ...REQUEST_PARTS.map(([path, what]) => ({ from: { decorators: ["@nestjs/common:Req", "@nestjs/common:Request"], path }, what })),
    { from: { decorators: ["@nestjs/common:Param", "@nestjs/common:HostParam"] }, what: "param" },
    { from: { decorators: ["@nestjs/common:Headers"] }, what: "header" },
    { from: { decorators: ["@nestjs/common:Cookies", "@nestjs/common:SignedCookies"] }, what: "cookie" },
    { from: { decorators: ["@nestjs/common:UploadedFile", "@nestjs/common:UploadedFiles"] }, what: "file" },
    { from: { decorators: ["@nestjs/microservices:Payload", "@nestjs/websockets:MessageBody", "@golevelup/nestjs-rabbitmq:RabbitPayload"] }, what: "message" },
    // Where no parameter has a decorator, the framework fills this one.
    { from: { methods: ["@nestjs/microservices:MessagePattern", "@nestjs/microservices:EventPattern", "@nestjs/microservices:GrpcMethod", "@golevelup/nestjs-rabbitmq:RabbitSubscribe", "@golevelup/nestjs-rabbitmq:RabbitRPC"], param: 0 }, what: "message" },
    { from: { methods: ["@nestjs/websockets:SubscribeMessage"], param: 1 }, what: "message" },
    // GraphQL has checked their types: single values, not a payload.
    { from: { decorators: ["@nestjs/graphql:Args"] }, what: "param" },
    { from: { framework: "nest-queue", param: 0, path: "data" }, what: "message" },
  ],
  validators: [
    { calls: ValidationPipe, accepts: "middleware", arg: 0, needsClass: true },
    { calls: under(["@nestjs/common:"], ["ParseIntPipe", "ParseFloatPipe", "ParseBoolPipe", "ParseUUIDPipe", "ParseEnumPipe", "ParseDatePipe", "ParseArrayPipe", "StandardSchemaValidationPipe"]), accepts: "middleware", arg: 0 },
  ],
  sinks: [{ calls: under(["@nestjs/core:HttpAdapterHost().httpAdapter", "@nestjs/core:AbstractHttpAdapter()"], ["reply"]), arg: 1, danger: "response" }],
  errors: [
    {
      classes: [
        ...under(["@nestjs/common:"], [
          "HttpException", "IntrinsicException", "BadGatewayException", "BadRequestException", "ConflictException", "ForbiddenException", "GatewayTimeoutException",
          "GoneException", "HttpVersionNotSupportedException", "ImATeapotException", "InternalServerErrorException", "MethodNotAllowedException", "MisdirectedException",
          "NotAcceptableException", "NotFoundException", "NotImplementedException", "PayloadTooLargeException", "PreconditionFailedException", "RequestTimeoutException",
          "ServiceUnavailableException", "UnauthorizedException", "UnprocessableEntityException", "UnsupportedMediaTypeException",
        ]),
        "@nestjs/microservices:RpcException",
        "@nestjs/websockets:WsException",
        "@nestjs/throttler:ThrottlerException",
      ],
      public: true,
    },
  ],
  ambient: [
    { framework: "nest", name: "pipeline", calls: under([app, service], ["useGlobalInterceptors"]), arg: { index: "any", values: both(["@nobypass/pipeline/nest:PipelineInterceptor"]) }, provide: "@nestjs/core:APP_INTERCEPTOR", gives: "pipeline" },
    { framework: "nest", name: "ValidationPipe", calls: under([app, service], ["useGlobalPipes"]), arg: { index: "any", values: both(ValidationPipe) }, provide: "@nestjs/core:APP_PIPE", gives: "validation" },
    { framework: "nest", name: "filter", calls: under([app, service], ["useGlobalFilters"]), provide: "@nestjs/core:APP_FILTER", gives: "errors" },
    { framework: "nest", name: "ThrottlerGuard", calls: under([app, service], ["useGlobalGuards"]), arg: { index: "any", values: both(["@nestjs/throttler:ThrottlerGuard"]) }, provide: "@nestjs/core:APP_GUARD", gives: "rateLimit" },
    { framework: "nest", name: "AuthGuard", calls: under([app, service], ["useGlobalGuards"]), arg: { index: "any", values: both(["@nestjs/passport:AuthGuard()"]) }, provide: "@nestjs/core:APP_GUARD", gives: "auth" },
  ],
};

export default library;
