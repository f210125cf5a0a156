/** Every migration in order. A released one is never edited; a change is a new file with the next number. */
import type { Migration } from '../migrate.ts'
import { sessionsMigration } from './0001-sessions.ts'
import { readingsMigration } from './0002-readings.ts'
import { panelsMigration } from './0003-panels.ts'

export const migrations: readonly Migration[] = [sessionsMigration, readingsMigration, panelsMigration]
