import { describe, expect, it } from '@jest/globals';
import { Body, Controller, Get, Headers, Param, Post, Query, type Type } from '@nestjs/common';
import { IsEmail, IsIn, IsString, ValidateIf } from 'class-validator';
import { routesOf } from '../http/declared-routes.js';
import { Public } from '../http/public.decorator.js';
import {
  array,
  enumeration,
  integer,
  nullable,
  object,
  oneOf,
  refer,
  remarked,
  string,
  union,
} from '../json-schema.js';
import { Optional } from '../validation/decorators.js';
import { UuidParam } from '../validation/uuid-param.js';
import { About, Describe, json, nothing } from './describe.js';
import { describeRoutes } from './document.js';
import { exampleOf } from './example.js';
import { bodySchema } from './request-schema.js';

const INTRODUCTION = {
  info: { title: 'An API', version: '1' },
  tags: { '/things': { name: 'things', description: 'Things' } },
};

const THING = object<{ name: string; size: number | null }>(
  'Thing',
  {
    name: string({ description: 'its name', examples: ['chair'] }),
    size: nullable(integer({ description: 'its size', minimum: 1 })),
  },
  { description: 'A thing' },
);

const documentOf = (controller: Type) => describeRoutes(routesOf(controller), INTRODUCTION);

class Unfinished {
  @IsEmail()
  address!: string;
}

class Named {
  @IsString()
  @About({ description: 'a name' })
  name!: string;
}

@Controller('things')
@Public()
class GoodController {
  @Post(':id')
  @Describe({ summary: 'Makes a thing', answers: { 201: json(THING) }, problems: ['already-exists'] })
  make(@UuidParam('id') _id: string, @Body() { name }: Named = { name: 'x' }): { name: string; size: null } {
    return { name, size: null };
  }
}

describe('OpenAPI document', () => {
  it('marks the routes of an internal prefix, and no others', () => {
    const tags = { '/things': { ...INTRODUCTION.tags['/things'], internal: true as const } };
    const internal = describeRoutes(routesOf(GoodController), { ...INTRODUCTION, tags });
    expect(internal).toMatchObject({
      tags: [{ name: 'things', description: 'Things' }],
      paths: { '/things/{id}': { post: { 'x-internal': true } } },
    });
    expect(JSON.stringify(documentOf(GoodController))).not.toContain('x-internal');
  });

  it('contains the route with its body, responses, problems and headers', () => {
    expect(documentOf(GoodController)).toMatchObject({
      openapi: '3.1.0',
      tags: [{ name: 'things' }],
      paths: {
        '/things/{id}': {
          post: {
            operationId: 'goodMake',
            security: [],
            parameters: [
              { name: 'id', in: 'path', required: true, schema: { format: 'uuid' } },
              { $ref: '#/components/parameters/x-request-id' },
            ],
            requestBody: { required: false },
            responses: {
              '201': {
                content: { 'application/json': { example: { name: 'chair', size: 1 } } },
                headers: { 'X-Request-Id': { $ref: '#/components/headers/X-Request-Id' } },
              },
              '409': { $ref: '#/components/responses/UncountedAlreadyExists' },
            },
          },
        },
      },
      components: { schemas: { Thing: THING.json, Named: { additionalProperties: false } } },
    });
  });

  @Controller('things')
  @Public()
  class UndescribedController {
    @Get()
    read(): string {
      return '';
    }
  }

  @Controller('things')
  class UndeclaredController {
    @Get()
    @Describe({ summary: 'x', answers: { 204: nothing() } })
    read(): void {}
  }

  @Controller('elsewhere')
  @Public()
  class TaglessController {
    @Get()
    @Describe({ summary: 'x', answers: { 204: nothing() } })
    read(): void {}
  }

  @Controller('things')
  @Public()
  class NamelessController {
    @Get(':name')
    @Describe({ summary: 'x', answers: { 204: nothing() } })
    read(@Param('name') _name: string): void {}
  }

  @Controller('things')
  @Public()
  class HeaderController {
    @Get()
    @Describe({ summary: 'x', answers: { 204: nothing() } })
    read(@Headers('x-odd') _odd: string): void {}
  }

  @Controller('things')
  @Public()
  class LooseQueryController {
    @Get()
    @Describe({ summary: 'x', answers: { 204: nothing() } })
    read(@Query() _query: object): void {}
  }

  @Controller('things')
  @Public()
  class LooseBodyController {
    @Post()
    @Describe({ summary: 'x', answers: { 204: nothing() } })
    make(@Body() _body: unknown): void {}
  }

  @Controller('things')
  @Public()
  class ProblemAsAnswerController {
    @Get()
    @Describe({ summary: 'x', answers: { 404: nothing() } })
    read(): void {}
  }

  @Controller('things')
  @Public()
  class TwinController {
    @Get()
    @Describe({
      summary: 'x',
      answers: {
        200: json(THING),
        202: json(object<{ other: string }>('Thing', { other: string() }, { description: 'x' })),
      },
    })
    read(): { other: string } {
      return { other: '' };
    }
  }

  @Controller('things')
  @Public()
  class SilentMemberController {
    @Get()
    @Describe({
      summary: 'x',
      answers: { 200: json(object<{ other: string }>('Silent', { other: string() }, { description: 'x' })) },
    })
    read(): { other: string } {
      return { other: '' };
    }
  }

  class SilentQuery {
    @IsString() name!: string;
  }

  @Controller('things')
  @Public()
  class SilentQueryController {
    @Get()
    @Describe({ summary: 'x', answers: { 204: nothing() } })
    read(@Query() _query: SilentQuery): void {}
  }

  it.each<[Type, RegExp]>([
    [SilentMemberController, /Silent.other has no description/],
    [SilentQueryController, /GET \/things: name has no description/],
    [UndescribedController, /GET \/things has no @Describe/],
    [UndeclaredController, /GET \/things does not declare who may call it/],
    [TaglessController, /GET \/elsewhere belongs to no tag/],
    [NamelessController, /there is no description of :name/],
    [HeaderController, /there is no description of the header x-odd/],
    [LooseQueryController, /holds its query to no class/],
    [LooseBodyController, /there is no description of the body/],
    [ProblemAsAnswerController, /404 is a problem/],
    [TwinController, /two schemas have the name Thing/],
  ])('is refused when a description is missing: %p', (controller, complaint) => {
    expect(() => documentOf(controller)).toThrow(complaint);
  });
});

it('the compiler checks the documented response against the type of the handler', () => {
  @Controller('things')
  @Public()
  class LyingController {
    @Get()
    // @ts-expect-error: `npm run check` fails here should a handler ever get away with a member too few
    @Describe({ summary: 'x', answers: { 200: json(THING) } })
    read(): { name: string } {
      return { name: 'chair' };
    }
  }
  expect(documentOf(LyingController)).toHaveProperty(['paths', '/things', 'get']);
});

describe('schema of a request', () => {
  class Request {
    @Optional()
    @About({ description: 'what it is called' })
    @About({ examples: ['chair'] })
    @IsString()
    name?: string;

    @ValidateIf((_, value) => value !== null)
    @IsString()
    place!: string | null;

    @IsString({ each: true })
    colours: string[] = ['red'];
  }

  it('follows from the validation rules: optional, nullable, default', () => {
    expect(bodySchema(Request).json).toEqual({
      type: 'object',
      required: ['place'],
      properties: {
        name: { type: 'string', description: 'what it is called', examples: ['chair'] },
        place: { type: ['string', 'null'] },
        colours: { type: 'array', items: { type: 'string' }, default: ['red'] },
      },
      additionalProperties: false,
    });
  });

  it('is refused for a rule without a schema', () => {
    expect(() => bodySchema(Unfinished)).toThrow(
      'Unfinished.address: there is no schema for the rule isEmail',
    );
  });
});

describe('an enumeration', () => {
  const COLOURS = ['red', 'blue'] as const;
  const COLOUR = enumeration('Colour', COLOURS, { description: 'A colour' });

  class Painted {
    @IsIn(COLOURS)
    @About({ description: 'its colour' })
    colour!: string;
  }

  @Controller('things')
  @Public()
  class PaintController {
    @Post()
    @Describe({ summary: 'x', answers: { 204: nothing() } })
    paint(@Body() _body: Painted): void {}
  }

  it('is defined once in the document, also for a rule of a request', () => {
    expect(documentOf(PaintController)).toMatchObject({
      components: {
        schemas: {
          Colour: COLOUR.json,
          Painted: {
            properties: { colour: { $ref: '#/components/schemas/Colour', description: 'its colour' } },
          },
        },
      },
    });
  });

  it('can be null, and described in one place', () => {
    expect(nullable(remarked(COLOUR, { description: 'its colour' })).json).toEqual({
      anyOf: [{ $ref: '#/components/schemas/Colour' }, { type: 'null' }],
      description: 'its colour',
    });
  });
});

describe('example', () => {
  const named = new Map([['Thing', THING.json]]);

  it.each([
    [refer(THING), { name: 'chair', size: 1 }],
    [array(THING).json, [{ name: 'chair', size: 1 }]],
    [nullable(THING).json, { name: 'chair', size: 1 }],
    [union(string(), integer()).json, 'text'],
    [nullable(oneOf(['a', 'b'])).json, 'a'],
    [{ type: 'integer', default: 7 }, 7],
    [{ const: 3 }, 3],
    [{ ...refer(THING), examples: ['other'] }, 'other'],
    [
      { allOf: [refer(THING), { type: 'object', properties: { size: { const: 2 } } }] },
      { name: 'chair', size: 2 },
    ],
    [{ type: 'boolean' }, true],
    [{ type: 'array' }, []],
    [{}, {}],
  ])('of %j', (schema, example) => {
    expect(exampleOf(schema, named)).toEqual(example);
  });
});
