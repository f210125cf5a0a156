/** Words in which people voice fear, despair or grief, and words that acknowledge them. */

/** Whether a patient voices distress. */
export const tellsDistress = (text: string): boolean => distress.test(text) && !calm.test(text)

/** Whether a doctor's words take distress up. */
export const acknowledgesDistress = (text: string): boolean => acknowledges.test(text)

const distress =
  /\b(?:scared|scares?|terrif\w+|frighten\w*|afraid|petrified|worried|worry(?:ing)?|desperate|can(?:'|’)t (?:cope|take|bear|go on|stop crying)|i(?:'|’)m dying|(?:think|thought) i(?:'|’)m dying|wits(?:'|’)? end|worst pain|devastat\w*|hopeless|can(?:'|’)t see the point|so low|nightmares?|panick\w*|heartbroken|cry and cry|crying|in tears|miserable|ending it|end my life|kill myself|at my limit|broke(?:n)? down|dread\w*|lost (?:the|my) baby|(?:husband|wife|mother|father|mum|dad|son|daughter|partner|sister|brother) (?:has )?(?:just )?died|unbearable)\b/i
const calm =
  /\b(?:not|isn(?:'|’)t|no longer|never) (?:really |too |very )?(?:worried|scared|afraid|frightened)\b|\bno worries\b/i
const acknowledges =
  /\b(?:sorry|i (?:can |do )?(?:see|understand|hear|imagine|appreciate|realise|know (?:this|that|it|how))|(?:that|this|it) (?:sounds|must|looks|is (?:hard|frightening|a lot|difficult|very hard|understandable|scary|upsetting))|must (?:be|have been|feel)|no wonder|hard (?:to|for|on)|thank you for (?:telling|sharing|saying|trusting)|glad (?:that )?you|good that you|poor (?:man|you|thing|woman|love)|(?:natural|understandable|normal) (?:to|that)|frightening|worrying|exhausting|awful|dreadful|distressing|upsetting|not alone|take (?:all the|your) time|we(?:'|’)ll (?:look after|help|sort)|here (?:for you|to help))\b/i
