export {
  fusion,
  readingsOf,
  type FusedEstimate,
  type Fusion,
  type JointEstimate,
  type NoEstimate,
  type Readings,
} from './estimate.ts'
export { disagreementSentence, worthAsking, type Disagreement } from './disagreement.ts'
export { Following, type PersonEstimate } from './following.ts'
export { logOpinionPool, reliability, type Reliability } from './log-opinion-pool.ts'
export { Smoother, smoothingRules, type SmoothingRules } from './smoothing.ts'
