import { attentionFusion } from './attention.ts'
import { attentionWeights } from './attention-weights.ts'
import type { Fusion } from './estimate.ts'

export {
  fusion,
  readingsOf,
  type FusedEstimate,
  type Fusion,
  type JointEstimate,
  type NoEstimate,
  type Readings,
} from './estimate.ts'
export { attentionFusion, type AttentionWeights } from './attention.ts'
export { disagreementSentence, worthAsking, type Disagreement } from './disagreement.ts'
export { Following, type PersonEstimate } from './following.ts'
export { logOpinionPool, reliability, type Reliability } from './log-opinion-pool.ts'
export { Smoother, smoothingRules, type SmoothingRules } from './smoothing.ts'

/** The fusion that the product uses: it did better than the pool wherever two or more modalities are present. */
export const trainedFusion: Fusion = attentionFusion(attentionWeights)
