/** The shop as a program that a client of the Model Context Protocol starts: `node dist/app/main.mcp.js`. Logs go to standard error. */
import 'reflect-metadata';
import { serveMcpStdio } from '@romancy/nestjs-mcp';
import { AppModule } from './app.module.js';

await serveMcpStdio(AppModule);
