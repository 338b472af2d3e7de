import 'reflect-metadata';
import { Logger } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { AppModule } from './app.module.js';
import { Configuration } from './configuration/configuration.js';

const app = await NestFactory.create(AppModule);
app.enableShutdownHooks();
await app.listen(app.get(Configuration).port);
const { port } = new URL(await app.getUrl());
Logger.log(`Listening on http://localhost:${port} (process ${process.pid})`, 'Orders');
