import { Module } from '@nestjs/common';
import { ConsoleController } from './console.controller.js';
import { ConsoleAssets } from './console-assets.js';

/** Serves `apps/console`, the operators' console, from this process: one port, one origin. */
@Module({ controllers: [ConsoleController], providers: [ConsoleAssets] })
export class ConsoleModule {}
