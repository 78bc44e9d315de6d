import { PrismaClient } from '../generated/prisma/client.js';
export class PrismaService extends PrismaClient {}
