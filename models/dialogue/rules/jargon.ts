/** Clinical words that people need not know, as stems, with what to say instead. */
export const jargon: Readonly<Record<string, string>> = {
  dysuria: 'stinging when you pass water',
  haematuria: 'blood in your urine',
  hematuria: 'blood in your urine',
  nocturia: 'getting up at night to pass water',
  polyuria: 'passing a lot of water',
  polydipsia: 'drinking a lot',
  micturition: 'passing water',
  febrile: 'feverish',
  afebrile: 'without fever',
  'pyrexia\\w*': 'fever',
  'rigors?': 'shaking chills',
  flank: 'side',
  'radiat(?:e|es|ing|ion)': 'spread',
  'dyspn\\w+': 'shortness of breath',
  'orthopn\\w+': 'breathlessness lying flat',
  'syncop\\w+': 'fainting',
  'presyncop\\w+': 'nearly fainting',
  'diaphor\\w+': 'sweating',
  'haemopt\\w+|hemopt\\w+': 'coughing up blood',
  'haematemesis|hematemesis': 'vomiting blood',
  'mel(?:a)?ena': 'black stools',
  'haematochezia|hematochezia': 'blood in the stool',
  emesis: 'vomiting',
  dysphagia: 'trouble swallowing',
  odynophagia: 'pain on swallowing',
  dyspepsia: 'indigestion',
  tenesmus: 'feeling that the bowel is not empty',
  'steatorrh\\w+': 'greasy stools',
  dyschezia: 'pain opening the bowels',
  dyspareunia: 'pain during sex',
  menorrhagia: 'heavy periods',
  'dysmenorrh\\w+': 'painful periods',
  'amenorrh\\w+': 'no periods',
  'oligomenorrh\\w+': 'rare periods',
  intermenstrual: 'between periods',
  postcoital: 'after sex',
  'parity|gravida|primigravida|multiparous': 'number of pregnancies',
  menarche: 'first period',
  'paraesthesi\\w+|paresthesi\\w+': 'pins and needles',
  'dysarthri\\w+': 'slurred speech',
  'dysphasi\\w+|aphasi\\w+': 'trouble finding words',
  'hemipar\\w+|hemipleg\\w+': 'weakness of one side',
  'ataxi\\w+': 'unsteadiness',
  diplopia: 'double vision',
  'photophobi\\w+': 'light hurting the eyes',
  'phonophobi\\w+': 'noise hurting',
  'meningism\\w*': 'stiff neck',
  otalgia: 'earache',
  'otorrh\\w+': 'discharge from the ear',
  'rhinorrh\\w+': 'runny nose',
  epistaxis: 'nosebleed',
  tinnitus: 'ringing in the ears',
  'arthralgi\\w+': 'joint pain',
  'myalgi\\w+': 'muscle pain',
  podagra: 'gout of the big toe',
  'pruri\\w+': 'itching',
  'erythema\\w*': 'redness',
  'urticari\\w+': 'hives',
  'oedema\\w*|edema\\w*': 'swelling',
  'cyanosis|cyanotic': 'blue lips',
  'icter\\w+': 'yellow skin',
  claudication: 'pain in the calves on walking',
  'anorexia(?! nervosa)': 'no appetite',
  malaise: 'feeling unwell',
  'cachexia|cachectic': 'wasting',
  anamnesis: 'story',
  'aetiolog\\w+|etiolog\\w+': 'cause',
  idiopathic: 'without a known cause',
  insidious: 'gradual',
  'prodrom\\w+': 'early signs',
  paroxysmal: 'in attacks',
  exertional: 'on effort',
  pleuritic: 'worse on breathing in',
  'exacerbat\\w+': 'worsening',
  'alleviat\\w+': 'easing',
  'comorbid\\w+': 'other illnesses',
  'hypertens\\w+': 'high blood pressure',
  'antihypertensives?': 'blood pressure tablets',
  'hyperlipid\\w+|dyslipid\\w+': 'high cholesterol',
  'thyrotox\\w+': 'overactive thyroid',
  'tachycardi\\w+': 'fast pulse',
  'bradycardi\\w+': 'slow pulse',
  'hypotens\\w+': 'low blood pressure',
  'diuretics?': 'water tablets',
  'analgesi\\w+': 'painkillers',
  'anticoagula\\w+': 'blood thinners',
  'antipyretic\\w*': 'something for the fever',
  'nsaids?': 'painkillers such as ibuprofen',
  'leu[ck]ocyt\\w+': 'white blood cells',
  'thrombocyt\\w+': 'blood platelets',
  anhedonia: 'no pleasure in things',
  ideation: 'thoughts',
  insomnia: 'trouble sleeping',
  'dysphori\\w+': 'low mood',
  'immunocompromis\\w+': 'weak defences',
  'contraindicat\\w+': 'reason not to take',
  'differential diagnos\\w+': 'other causes',
  'prophyla\\w+': 'prevention',
  subacute: 'over some weeks',
  'bilateral\\w*': 'on both sides',
  'unilateral\\w*': 'on one side',
  'distal\\w*|proximal\\w*': 'further out or in',
  'lesions?': 'spots',
  palpate: 'feel',
  'auscultat\\w+': 'listening',
  'necrosis|necrotic': 'dead tissue',
  'ischaemi\\w+|ischemi\\w+': 'lack of blood supply',
}

const pattern = new RegExp(`\\b(?:${Object.keys(jargon).join('|')})\\b`, 'gi')
const entries = Object.entries(jargon).map(([stem, plain]) => ({
  stem: new RegExp(`^(?:${stem})$`, 'i'),
  plain,
}))

/** Words after a term that explain it at once. */
const explained =
  /^\W*(?:\(|[,–—-]?\s*(?:that is|that means|which (?:is|means)|in other words|i mean|meaning|means)\b|["'’]?\s*means\b)/i
/** A term given as another name: "blood in your urine, called haematuria". */
const introduced =
  /(?:called|known as|the (?:medical )?(?:word|term|name) (?:for (?:it|this|that) )?is|doctors call)\s+\W*$/i

/** The clinical words of a text that are not explained, with what to say instead. */
export const unexplainedJargon = (
  text: string,
): readonly { readonly term: string; readonly plain: string }[] =>
  [...text.matchAll(pattern)]
    .filter(
      ({ 0: term, index }) =>
        !explained.test(text.slice(index + term.length)) &&
        !introduced.test(text.slice(0, index)) &&
        !/\bit means\b/i.test(text),
    )
    .map(([term]) => ({ term, plain: entries.find(({ stem }) => stem.test(term))?.plain ?? '' }))

/** The text with each clinical word explained where it first stands: "an anticoagulant (blood thinner)". */
export function withExplanations(text: string): string {
  const known = new Set<string>()
  return text.replace(pattern, (term, index: number) => {
    const entry = entries.find(({ stem }) => stem.test(term))
    if (!entry || known.has(entry.plain)) return term
    known.add(entry.plain)
    const open = !explained.test(text.slice(index + term.length)) && !introduced.test(text.slice(0, index))
    return open ? `${term} (${entry.plain})` : term
  })
}
