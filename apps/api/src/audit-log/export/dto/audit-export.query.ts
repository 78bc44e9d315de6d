import { IsIn } from 'class-validator';
import { About } from '../../../common/openapi/describe.js';
import { Optional } from '../../../common/validation/decorators.js';
import { AuditFilterQuery } from '../../reading/dto/audit-filter.query.js';
import { EXPORT_FORMATS, type ExportFormat } from '../export-format.js';

/** Query of `GET /audit-log/export`: the format of the file and the filters. A record must match all filters. */
export class AuditExportQuery extends AuditFilterQuery {
  @Optional()
  @IsIn(EXPORT_FORMATS)
  @About({
    description: 'format of the file; `ocsf`: events of OCSF class 6003 (API Activity), one per line',
  })
  format: ExportFormat = 'ndjson';
}
