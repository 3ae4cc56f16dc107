import type { Library } from "./library.js";

// Outgoing: clients, drivers, SDKs, credentials.
import amqplib from "./amqplib.js";
import aws from "./aws.js";
import awsSdkV2 from "./aws-sdk-v2.js";
import axios from "./axios.js";
import azure from "./azure.js";
import bull from "./bull.js";
import bullmq from "./bullmq.js";
import cloudflare from "./cloudflare.js";
import cryptoLibraries from "./crypto-libraries.js";
import databases from "./databases.js";
import graphDatabases from "./graph-databases.js";
import objection from "./objection.js";
import remoteStores from "./remote-stores.js";
import searchEngines from "./search-engines.js";
import smallHttpClients from "./small-http-clients.js";
import drizzle from "./drizzle.js";
import elasticsearch from "./elasticsearch.js";
import fetch from "./fetch.js";
import files from "./files.js";
import googleCloud from "./google-cloud.js";
import googleapis from "./googleapis.js";
import fileRoutes from "./file-routes.js";
import got from "./got.js";
import graphqlRequest from "./graphql-request.js";
import grpc from "./grpc.js";
import ioredis from "./ioredis.js";
import jwt from "./jwt.js";
import kafkajs from "./kafkajs.js";
import knex from "./knex.js";
import ky from "./ky.js";
import kysely from "./kysely.js";
import logins from "./logins.js";
import mailApis from "./mail-apis.js";
import mariadb from "./mariadb.js";
import mikroOrm from "./mikro-orm.js";
import mongodb from "./mongodb.js";
import mongoose from "./mongoose.js";
import mqtt from "./mqtt.js";
import mssql from "./mssql.js";
import mysql from "./mysql.js";
import nats from "./nats.js";
import needle from "./needle.js";
import neon from "./neon.js";
import nestMicroservices from "./nest-microservices.js";
import nodeCrypto from "./node-crypto.js";
import nodeFetch from "./node-fetch.js";
import nodeFs from "./node-fs.js";
import nodeHttp from "./node-http.js";
import nodeNet from "./node-net.js";
import nodeProcess from "./node-process.js";
import nodeSignals from "./node-signals.js";
import nodemailer from "./nodemailer.js";
import octokit from "./octokit.js";
import ofetch from "./ofetch.js";
import openai from "./openai.js";
import passport from "./passport.js";
import pg from "./pg.js";
import pgPromise from "./pg-promise.js";
import postgres from "./postgres.js";
import prisma from "./prisma.js";
import redis from "./redis.js";
import remoteHosts from "./remote-hosts.js";
import request from "./request.js";
import sequelize from "./sequelize.js";
import sessions from "./sessions.js";
import slack from "./slack.js";
import sqlite from "./sqlite.js";
import slonik from "./slonik.js";
import stripe from "./stripe.js";
import supabase from "./supabase.js";
import superagent from "./superagent.js";
import telemetry from "./telemetry.js";
import twilio from "./twilio.js";
import typeorm from "./typeorm.js";
import uploads from "./uploads.js";
import upstash from "./upstash.js";
import ws from "./ws.js";
// end outgoing

// Incoming: frameworks, validators, loggers.
import adonis from "./adonis.js";
import archives from "./archives.js";
import azureFunctions from "./azure-functions.js";
import callbacksJs from "./callbacks-js.js";
import callbacksLibs from "./callbacks-libs.js";
import callbacksTracing from "./callbacks-tracing.js";
import fpTs from "./fp-ts.js";
import passes from "./passes.js";
import promisesJs from "./promises-js.js";
import promisesLibs from "./promises-libs.js";
import results from "./results.js";
import callbacksNode from "./callbacks-node.js";
import coercions from "./coercions.js";
import consoleLibrary from "./console.js";
import errorDetails from "./error-details.js";
import errors from "./errors.js";
import express from "./express.js";
import bots from "./bots.js";
import controllers from "./controllers.js";
import fastify from "./fastify.js";
import gcpFunctions from "./gcp-functions.js";
import graphql from "./graphql.js";
import grpcServer from "./grpc-server.js";
import guards from "./guards.js";
import hapi from "./hapi.js";
import hono from "./hono.js";
import koa from "./koa.js";
import lambda from "./lambda.js";
import mailServers from "./mail-servers.js";
import openapiRouters from "./openapi-routers.js";
import loggers from "./loggers.js";
import markup from "./markup.js";
import mcp from "./mcp.js";
import medusa from "./medusa.js";
import meteor from "./meteor.js";
import nest from "./nest.js";
import next from "./next.js";
import nextAuth from "./next-auth.js";
import nextSafeAction from "./next-safe-action.js";
import nodeHttpServer from "./node-http-server.js";
import pino from "./pino.js";
import queueConsumers from "./queue-consumers.js";
import requestValidators from "./request-validators.js";
import routers from "./routers.js";
import schedulers from "./schedulers.js";
import schemas from "./schemas.js";
import sinksFiles from "./sinks-files.js";
import sinksNode from "./sinks-node.js";
import sinksResponse from "./sinks-response.js";
import sinksLookups from "./sinks-lookups.js";
import sinksRun from "./sinks-run.js";
import sinksSql from "./sinks-sql.js";
import sinksUrl from "./sinks-url.js";
import sockets from "./sockets.js";
import temporal from "./temporal.js";
import trpc from "./trpc.js";
import webhooks from "./webhooks.js";
import winston from "./winston.js";
import zod from "./zod.js";
// end incoming

// What changes a database's schema.
import dbMigrateMigrations from "./migrations/db-migrate.js";
import knexMigrations from "./migrations/knex.js";
import kyselyMigrations from "./migrations/kysely.js";
import mikroOrmMigrations from "./migrations/mikro-orm.js";
import nodePgMigrateMigrations from "./migrations/node-pg-migrate.js";
import payloadMigrations from "./migrations/payload.js";
import sqlClientsMigrations from "./migrations/sql-clients.js";
import sequelizeMigrations from "./migrations/sequelize.js";
import typeormMigrations from "./migrations/typeorm.js";

export const libraries: readonly Library[] = [
  // Outgoing
  amqplib,
  aws,
  awsSdkV2,
  axios,
  azure,
  bull,
  bullmq,
  cloudflare,
  cryptoLibraries,
  databases,
  graphDatabases,
  objection,
  remoteStores,
  searchEngines,
  smallHttpClients,
  drizzle,
  elasticsearch,
  fetch,
  files,
  googleCloud,
  googleapis,
  got,
  graphqlRequest,
  grpc,
  ioredis,
  jwt,
  kafkajs,
  knex,
  ky,
  kysely,
  logins,
  mailApis,
  mariadb,
  mikroOrm,
  mongodb,
  mongoose,
  mqtt,
  mssql,
  mysql,
  nats,
  needle,
  neon,
  nestMicroservices,
  nodeCrypto,
  nodeFetch,
  nodeFs,
  nodeHttp,
  nodeNet,
  nodeProcess,
  nodeSignals,
  nodemailer,
  octokit,
  ofetch,
  openai,
  passport,
  pg,
  pgPromise,
  postgres,
  prisma,
  redis,
  remoteHosts,
  request,
  sequelize,
  sessions,
  slack,
  sqlite,
  slonik,
  stripe,
  supabase,
  superagent,
  telemetry,
  twilio,
  typeorm,
  upstash,
  ws,
  // end outgoing

  // Incoming
  archives,
  azureFunctions,
  callbacksJs,
  callbacksLibs,
  callbacksTracing,
  fpTs,
  passes,
  promisesJs,
  promisesLibs,
  results,
  callbacksNode,
  coercions,
  consoleLibrary,
  errorDetails,
  errors,
  express,
  fastify,
  gcpFunctions,
  graphql,
  grpcServer,
  mcp,
  guards,
  hapi,
  hono,
  koa,
  lambda,
  loggers,
  markup,
  medusa,
  meteor,
  nest,
  fileRoutes,
  adonis,
  bots,
  mailServers,
  openapiRouters,
  controllers,
  routers,
  next,
  nextAuth,
  nextSafeAction,
  nodeHttpServer,
  pino,
  queueConsumers,
  requestValidators,
  schedulers,
  schemas,
  sinksFiles,
  sinksNode,
  sinksResponse,
  sinksLookups,
  sinksRun,
  sinksSql,
  sinksUrl,
  sockets,
  temporal,
  trpc,
  uploads,
  webhooks,
  winston,
  zod,
  // end incoming

  // Migrations
  dbMigrateMigrations,
  knexMigrations,
  kyselyMigrations,
  mikroOrmMigrations,
  nodePgMigrateMigrations,
  payloadMigrations,
  sequelizeMigrations,
  sqlClientsMigrations,
  typeormMigrations,
];
