import { applyDecorators, UseGuards } from '@nestjs/common';
import { DeclareAccess } from '../access/access.js';
import { RequestRules } from './request-rules.js';

/** Anyone may call the route, without a credential. */
export const Public = () => applyDecorators(DeclareAccess({ kind: 'public' }), UseGuards(RequestRules));
