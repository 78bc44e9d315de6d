import { Module } from '@nestjs/common';
import { OpenApiController } from './openapi/openapi.controller.js';
import { ProblemPageController } from './openapi/problem-page.controller.js';

/** The routes that belong to no feature. */
@Module({ controllers: [OpenApiController, ProblemPageController] })
export class CommonModule {}
