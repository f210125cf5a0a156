/**
 * Lines that are no question about the patient's experience, told by their form: the doctor speaks of
 * himself, orders a performance, asks what others concluded, or what is going to be found.
 */

/** Polite frames in which a doctor names himself and still asks about the patient. */
const frames = new RegExp(
  [
    String.raw`\b(?:tell|help|give|let|walk|talk|take|show) (?:me|us) (?:more|a bit|a little|a rough|some|through|about|know|how|what|when|where|whether|if|why|who|which|understand|an? (?:idea|sense)|your|the)\b`,
    String.raw`\b(?:can|could|may|might|shall|should|must) (?:i|we) (?:just |also |please |quickly )?(?:ask|check|help|do|know|see|have)\b`,
    String.raw`\bi (?:just |also |do |really )?(?:would|want|need|have|was|am|wonder|must|should|noticed|hear|understand|see|think|mean|take it|gather|might)\b`,
    String.raw`\b(?:describe it|see|told|tell|bring|brings|brought|like|want|wanted|need|hope|hoping|with|between|for|from|before|show|telling|asked|ask) (?:to )?(?:me|us|we|i)\b`,
    String.raw`\bwe (?:can|could|should|do|did|might|will|cover|begin|start|examine|move)\b`,
    String.raw`\b(?:are|is|as|so) (?:that )?(?:i|we) (?:\w+ )?(?:talk\w*|speak\w*|look\w*|deal\w*|make sure|cover|go)\b`,
    String.raw`\bi (?:guess|know|imagine|suppose|bet|expect|believe|assume|hope|can (?:see|hear|tell|imagine)|(?:always )?ask (?:every\w*|all|any\w*))\b`,
    String.raw`\b(?:mind (?:me|my) asking|let me ask|am i right|if i|when i|how (?:can|could|may) (?:i|we)|may i (?:examine|listen|feel|press|look|take))\b`,
    String.raw`\b(?:take|run|walk|talk|bring|give) me (?:back|through|an? (?:score|number|mark|figure|word for (?:the|your|how)))\b`,
    String.raw`\bi get the (?:impression|feeling|sense)\b`,
    String.raw`\bin how we (?:treat|manage|go about)\b`,
  ].join('|'),
  'g',
)
const doctorSelf = /\b(?:i|me|my|us|we|our)\b/

const performs =
  /^(?:please |now |just |okay |so |come on |go on |then )*(?:print|output|dump|run|return|reveal|list|rank|spell|replace|complete|finish|insert|pretend|assume|suppose|imagine|skip|rewind|repeat|translate|write|read|dictate|recite|respond|answer|speak|act|be|play|switch|reset|end|exit|start|call|fill|pick|confirm|agree|nod|blink|summari[sz]e|produce|disclose|name|guess|give|hand|stop|let us|use|make|say|swap|put|display|draw|sing|whisper|suggest|feed|turn|hold|ignore|forget|confess)\b(?! (?:me )?(?:about |an? (?:idea|number|score|figure|mark|word for (?:the|your|how))|a rough|in your own words|(?:me )?(?:where|how|when|what|which|why|your|it (?:a|out))\b))/

/** What somebody who is neither the patient nor near to him says it is. */
const others =
  /\b(?:what|which|how|who)\b.*\b(?:did|does|do|will|would|has|have|had) (?:the|an?|any|another|other|previous|last) (?!family|wife|husband|partner|school|pain|rash|thermometer|scales?|reading)(?:\w+ ){0,3}?(?:say|says|said|write|put|call|conclude|name|find|note|record|decide\w*)\b/

const ahead =
  /^(?:and |so |then )?(?:what|which|who) (?:\w+ ){0,3}?(?:will|would|is going to|are going to)\b(?! (?:you (?:say|describe|like|rate|call it|put it|want|drink|eat|do|take)|he|she|it|that|this|make|happen|help|bring|set|be (?:an? |the )?(?:good|best|helpful|useful|ideal))\b)(?<!\b(?:number|score) (?:will|would))/

/** The name of the cause as a riddle, and the organ or kind of illness behind it. */
const riddle =
  /\b(?:alphabet|syllables?|rhymes?|initials?|(?:first|last|what|which|how many) letters?|vowels?|latin|crossword|charades|clues?|textbook|medical (?:word|term|name)|(?:in )?(?:technical|clinical|diagnostic) terms?|(?:medically|clinically) speaking|clinically$|first line (?:management|treatment|drug)|true or false|full picture|behind the scenes|ends? in|begins? with|starts? with an?)\b|\b(?:which|what) (?:organ|body system|system|gland|speciality|specialty|germ|bacterium|virus) (?:is|are|should|has|does)\b|\bis (?:it|this|the problem|yours) (?:\w+ )?(?:medical|surgical|benign|malignant|infectious|curable|fatal|rare|acute|chronic) (?:or|and)\b/

/** The visit as an exercise: its papers, its marks and its author. */
const exercise =
  /\b(?:boxes|items|full marks|points|stars|candidate|student|examiners?|assessor|station|scenario|case|cards?|sheet|script|brief|lines|author|actor|simulation|system|password|solution|model answer|key|variables?|json|yaml|tokens?)\b.*\b(?:tick\w*|left|list|get|win|pass|are you|is this|did|do you|your|you|stored|told|score|behind|on|of)\b|\b(?:(?:holding|keeping|hiding) (?:\w+ )?(?:back|from me|to yourself)|(?:leaving|left|leave) (?:\w+ )?out)\b|\bnot saying\b|\bcome clean\b|\bconfess\b|\bcards on the table\b/

/** The doctor's own life, told and not asked about: "I used to smoke myself". */
const ownLife =
  /\bi (?:am|was|have|had|used to|never|always|also|hardly|slept|feel|felt|get|got)\b(?!.*\b(?:you\w*|he|she|his|her|they|them|their|ask\w*|question\w*|to know|what|when|where|which|who|why|how|do|does|did|is|are|can|could|would|check|hear|understand|clear|about|into|interest\w*|wonder\w*|curious|concern\w*|anything|any|whether|if)\b)/

/** What was said to somebody who asked before. */
const retold =
  /\b(?:what|how much) (?:\w+ ){0,2}you (?:just |already )?(?:say|said|tell|told|admit\w*|confess\w*) (?:to )?(?:the|an?|another|my|that|our) (?:\w+ )?(?:doctor|nurse|student|receptionist|colleague|consultant|examiner|registrar)\b/

/** A cure, which names what it cures. */
const cure =
  /\b(?:what|which) (?:\w+ ){0,3}(?:would|will|could|can) (?:fix|cure|heal|save|kill) you\b|\bwill you die of\b/

/**
 * @param plain one sentence as `plainText` gives it
 * @returns whether it asks for something other than what the patient lives through
 */
export const isBesideTheVisit = (plain: string): boolean =>
  doctorSelf.test(plain.replace(frames, ' ')) ||
  ownLife.test(plain) ||
  retold.test(plain) ||
  cure.test(plain) ||
  performs.test(plain) ||
  others.test(plain) ||
  ahead.test(plain) ||
  riddle.test(plain) ||
  exercise.test(plain)
