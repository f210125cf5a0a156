/** Which topics a visit opens with and which make up its background: doctors differ, and so do visits. */
import { shuffled, type Random } from '../../core/random.ts'
import type { Person } from '../../knowledge/knowledge-base.ts'
import type { Agenda } from '../policy/choose-next.ts'

/** @param budget the most doctor turns */
export function drawAgenda(random: Random, { age, sex }: Person, budget: number): Agenda {
  const short = budget < 8
  const courses = shuffled(random, [
    'character',
    'associated',
    'aggravating',
    'timing',
    'severity',
    'site',
    'relieving',
  ])
  const own = [
    'family-history',
    ...(age < 3 ? ['birth-history'] : []),
    ...(age < 7 ? ['vaccination'] : ['social-history']),
    ...(age > 15 ? ['smoking', 'alcohol', 'travel'] : []),
    ...(sex === 'female' && age > 14 && age < 51 ? ['pregnancy', 'menstrual'] : []),
  ]
  const core = shuffled(random, ['past-history', 'medicines', 'allergies'])
  const more = [...shuffled(random, own).slice(0, 1), ...(random.uniform() < 0.7 ? ['concern'] : [])]
  const general = ['onset', ...new Set([...(random.uniform() < 0.7 ? ['associated'] : []), ...courses])]
  return {
    // An open question about what else there is brings out most; then what tells the likely conditions apart.
    opening: general.slice(0, 2 + random.below(2)),
    // What treatment has to heed may be one question, and a whole visit asks about two parts of the background.
    background: [...core.slice(0, 2), ...(short ? [] : more.slice(0, 1))],
  }
}
