import { Injectable } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';

/** Names of the security schemes, as a route's decorator refers to them. */
export const COORDINATOR_SECURITY = 'coordinatorKey';
export const OPERATOR_SECURITY = 'operatorKey';
export const METRICS_SECURITY = 'metricsToken';

/** The OpenAPI document of the running app, made when it is first asked for. */
@Injectable()
export class OpenApi {
  #app: NestFastifyApplication | undefined;
  #document: OpenAPIObject | undefined;

  describe(app: NestFastifyApplication): void {
    this.#app = app;
  }

  document(): OpenAPIObject {
    if (this.#app === undefined) throw new Error('the app has not been set up');
    this.#document ??= createDocument(this.#app);
    return this.#document;
  }
}

function createDocument(app: NestFastifyApplication): OpenAPIObject {
  const config = new DocumentBuilder()
    .setTitle('Coordinator Registry')
    .setDescription('Keys, a guard and an audit log for the services that coordinate jobs.')
    .setVersion('1')
    .addApiKey({ type: 'apiKey', in: 'header', name: 'X-API-Key' }, COORDINATOR_SECURITY)
    .addBearerAuth(
      { type: 'http', scheme: 'bearer', description: 'an operator key, cro_…' },
      OPERATOR_SECURITY,
    )
    .addBearerAuth({ type: 'http', scheme: 'bearer', description: 'METRICS_TOKEN' }, METRICS_SECURITY)
    .build();
  return SwaggerModule.createDocument(app, config);
}
