import { Module } from '@nestjs/common';
import { OpenApiController } from './openapi/openapi.controller.js';
import { OpenApi } from './openapi/openapi.js';
import { ProblemPageController } from './problems/problem-page.controller.js';

/** The routes that belong to no feature. */
@Module({ controllers: [OpenApiController, ProblemPageController], providers: [OpenApi] })
export class CommonModule {}
