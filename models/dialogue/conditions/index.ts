/** Reading free-text diagnoses as conditions of the knowledge base. */
export { conditionNormaliser, unreadable, type ReadCondition } from './normalise.ts'
export { parseConditionWordings, type ConditionWordings } from './wordings.ts'
