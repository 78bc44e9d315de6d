import { About } from '../../common/openapi/describe.js';
import { IntegerInRange, Optional } from '../../common/validation/decorators.js';
import { DisplayName } from '../../common/validation/display-name.js';

const MAX_OVERLAP_SECONDS = 604_800;

/** Body of `POST /admin/coordinators/:id/webhooks`; optional. */
export class CreateWebhookRequest {
  @Optional()
  @DisplayName()
  @About({ description: 'a name, to tell webhooks apart' })
  name?: string;
}

/** Body of `POST /admin/coordinators/:id/webhooks/:webhookId/rotate`; optional. */
export class RotateWebhookRequest {
  @Optional()
  @IntegerInRange(0, MAX_OVERLAP_SECONDS)
  @About({ default: 86_400, description: 'how long the old webhook is still accepted' })
  overlapSeconds?: number;
}
