/** The parts of a closing statement that a person needs beside the diagnosis: grounds, plan, safety net. */

const grounds =
  /\bbecause\b|\bfindings:|\bwhat (?:stands out|counts most|matters here|i noted):|\bsince (?:you|your|the|it|his|her|he|she|they|there|both)\b|[,;] as (?:you|your|the|it|he|she|his|her|there)\b|\b(?:given|based on|in view of|on account of) (?:the|your|that|how|his|her|what)\b|\b(?:fits?|in keeping|consistent) with\b|\b(?:points?|pointing) to\b|\b(?:symptoms?|findings?|story|everything|results?) (?:fit|match|suggest|show)|\b(?:test|scan|examination|camera|bloods?|x-?ray|tracing|ecg|ultrasound|results?)\b[^.]{0,30}\b(?:found|shows?|showed|confirms?|confirmed|revealed)\b|\bin the (?:test|examination|scan)\b/i

const plan =
  /\bplan:|\b(?:i(?:'|’)?(?:ll| will| am going to|(?:'|’)m going to|(?:'|’)d like| would like| want| suggest| recommend| advise)|we(?:'|’)?(?:ll| will| can| could| should| need)?|let(?:'|’)?s|let us)\s+(?:also |now |then )?(?:give|prescribe|start|refer|arrange|treat|bring|stop|meet|do a|admit|send|you to|your|look again|need|see|try|the \w+ team)\b|\b(?:i suggest|i recommend|i advise|i want|i(?:'|’)d like you|you (?:need|should|must|can|have to|may)|no treatment is needed|treatment is|will see you|refer you|exercises?)\b|(?:^|[.:;,]\s+|\band )(?:please )?(?:take|start|stop|rest|drink|give|keep|wear|use|cut down|avoid|eat|try|put|raise|apply|go to|call|get|have|lie|increase|reduce|continue)\b/i

const help =
  '(?:call|ring|phone|dial|come|go|seek|return|get (?:help|medical|to)|hospital|999|911|112|emergency|ambulance|see (?:a|me|us|your|someone)|bring|contact|tell (?:me|us))'
const safetyNet = new RegExp(
  [
    String.raw`\b(?:safety net|come back if|return if|red flags?):?\b`,
    String.raw`\b(?:come|bring (?:him|her|them|it)|get) (?:straight |right |sooner )?back\b[^.]*\b(?:if|when|at once|sooner|should)\b`,
    String.raw`\b${help}\b[^.]*\b(?:if|should|when) (?:you|it|he|she|the|your|they|his|her|any|a|there|this|that|things)\b`,
    String.raw`\b(?:if|should) (?:you|it|he|she|the|your|they|his|her|any|a|there|this|that|things)\b[^.]*\b${help}\b`,
  ].join('|'),
  'i',
)

export const givesGrounds = (text: string): boolean => grounds.test(text)
export const givesPlan = (text: string): boolean =>
  /\bPlan:\s*\S/.test(text) ||
  plan.test(
    text
      .split(/(?<=[.!?])\s+/)
      .filter((sentence) => !safetyNet.test(sentence))
      .join(' '),
  ) ||
  /\bgo to hospital (?:today|now|straight)|\b(?:you (?:need|must|have) to) (?:go|be)\b/i.test(text)
export const givesSafetyNet = (text: string): boolean => safetyNet.test(text)

/** The single grounds that a closing gives, as worded. */
export function groundsIn(text: string): readonly string[] {
  const list =
    /\b(?:Because|Findings|What (?:stands out|counts most|matters here|I noted)):\s*([^.]+)\./.exec(
      text,
    )?.[1] ??
    /\b(?:because|since (?=you|your|the|it|his|her|he|she)|[,;] as (?=you|your|the|it|he|she))\s*(.+?)(?:\.\s|\.?$)/i.exec(
      text,
    )?.[1]
  return (list ?? '')
    .split(/\s*[;,]\s*(?:and\s+)?|\s+and\s+/)
    .map((one) => one.trim())
    .filter(Boolean)
}
