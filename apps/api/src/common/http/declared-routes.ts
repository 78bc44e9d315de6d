import { type INestApplicationContext, RequestMethod, type Type } from '@nestjs/common';
import { GUARDS_METADATA, METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants.js';
import { MetadataScanner, ModulesContainer } from '@nestjs/core';
import { type Access, accessOf } from '../access/access.js';

/** A handler of a controller, as its decorators describe it. */
export interface DeclaredRoute {
  /** `METHOD /path/:parameter` */
  route: string;
  method: string;
  path: string;
  access: Access | undefined;
  /** names of the guards before the handler, in order */
  guards: string[];
  controller: Type;
  handler: object;
  /** of the handler in its controller */
  name: string;
}

/** Every route of the app, ordered by path and then method. */
export function declaredRoutes(app: INestApplicationContext): DeclaredRoute[] {
  const routes: DeclaredRoute[] = [];
  for (const module of app.get(ModulesContainer).values()) {
    for (const { metatype } of module.controllers.values()) {
      if (isClass(metatype)) routes.push(...routesOf(metatype));
    }
  }
  return routes.sort((one, other) => (pathFirst(one) < pathFirst(other) ? -1 : 1));
}

/** The routes of one controller. */
export function routesOf(controller: Type): DeclaredRoute[] {
  const prototype: object = controller.prototype;
  return new MetadataScanner().getAllMethodNames(prototype).flatMap((name) => {
    const handler: unknown = Reflect.get(prototype, name);
    if (typeof handler !== 'function') return [];
    const method: unknown = Reflect.getMetadata(METHOD_METADATA, handler);
    if (typeof method !== 'number') return [];
    const parts = [controller, handler].map((it) => String(Reflect.getMetadata(PATH_METADATA, it)));
    const path = `/${parts.join('/').split('/').filter(Boolean).join('/')}`;
    const verb = RequestMethod[method] ?? '';
    return [
      {
        route: `${verb} ${path}`,
        method: verb,
        path,
        access: accessOf(handler, controller),
        guards: [controller, handler].flatMap(guardsOf),
        controller,
        handler,
        name,
      },
    ];
  });
}

function guardsOf(target: object): string[] {
  const guards: unknown = Reflect.getMetadata(GUARDS_METADATA, target);
  return Array.isArray(guards) ? guards.map((guard: { name: string }) => guard.name) : [];
}

function isClass(metatype: unknown): metatype is Type {
  return typeof metatype === 'function';
}

function pathFirst({ path, method }: DeclaredRoute): string {
  return `${path} ${method}`;
}
