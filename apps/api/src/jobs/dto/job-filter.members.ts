import { applyDecorators } from '@nestjs/common';
import { IsIn, IsString, IsUUID, MaxLength } from 'class-validator';
import { About } from '../../common/openapi/describe.js';
import { DateTime, Optional, RepositoryName } from '../../common/validation/decorators.js';
import { LEASES } from '../job-filter.statement.js';

/* The members of a filter that are the same in a query and in a body. */

export const OfWorkspace = () =>
  applyDecorators(IsUUID('loose'), About({ description: 'only jobs of this workspace' }));

export const OfType = () =>
  applyDecorators(
    Optional(),
    IsString(),
    MaxLength(100),
    About({ description: 'only jobs of this type', examples: ['code-review'] }),
  );

export const OfRepository = () =>
  applyDecorators(
    Optional(),
    RepositoryName(),
    About({ description: 'only jobs of this repository, `owner/repo`' }),
  );

export const OfCoordinator = () =>
  applyDecorators(
    Optional(),
    IsUUID('loose'),
    About({ description: 'only jobs that this coordinator works on, or worked on last' }),
  );

export const CreatedAfter = () => time('only jobs that were created at this time or later');
export const CreatedBefore = () => time('only jobs that were created before this time');
export const UpdatedBefore = () => time('only jobs that have not changed since this time');

export const WithLease = () =>
  applyDecorators(
    Optional(),
    IsIn(LEASES),
    About({ description: '`none`: only RUNNING jobs without a lease; `live`: only RUNNING jobs with one' }),
  );

const time = (description: string) => applyDecorators(Optional(), DateTime(), About({ description }));
