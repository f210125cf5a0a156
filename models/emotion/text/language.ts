/** Whether words are English: the text network was trained on nothing else. A count of function words, no model. */

const words = (text: string): ReadonlySet<string> => new Set(text.split(' '))

const english = words(
  "the a an and or but if then so of to in on at by for with from about as into out up down over is are was were be been am being have has had do does did done don't didn't doesn't can can't could will won't would should may might must not no yes i you he she it we they me him her us them my your his its our their mine this that these those there here what which who when where why how all any some more most much many very too just only also than now never always still again i'm i've i'd i'll it's that's he's she's you're we're they're isn't wasn't good bad well like know think feel get got go going want need said see time day one thanks thank please sorry oh lol love great really thing things people because back way make off even new first last",
)

/** Function words of other languages in Latin letters that are no common English words. */
const others = words(
  "der die das und ist nicht ich du er sie wir ihr ein eine einen mir mich dich dir mein meine habe hat haben sehr auch auf mit für von zu zum zur bei seit wenn weil aber oder noch schon kein keine le les des une je tu il elle nous vous est pas que qui dans pour avec sur mon ma mes sont suis très mais où depuis ça cette el los las un una unos ella nosotros es está estoy muy pero por mi mis tengo tiene desde no me duele mucho mucha cabeza gli lo uno sono non che ho fa sto molto della del nel anche più os as uma eu não estou meu minha tenho com em muito dói isso het een ik ben niet van mijn heb heeft zijn dat ook maar nie jest się jak mam mnie boli bardzo bir ve çok için değil var bu jag är inte och min har att som på olen minä on ei se já mám není to bolí nem egy és az hogy nagyon fáj tôi không là và saya tidak dan yang sangat sakit ako ang hindi sunt și foarte mă doare di paura testa giorno naar moet ziek geen hebben wordt bij deze weer zo wat den dem vom beim dass daß wie wo wer hier dann nur immer will kann muss soll meinen meiner ihm ihn uns euch jetzt endlich einem einer qué cuando porque todo nada puedo dormir siento estamos esto eso cómo meus minhas foi ele ela você nós tudo quando né ne cela comme être avoir fait tout rien jour nuit suis-je leur ses ce ces aux det jeg hun meg deg vil ikke hon vi mycket också eller från till czuję wiem jestem było tylko gdzie dlaczego źle dzisiaj dziś j'ai c'est n'ai qu'il traurig angst schmerzen schmerz danke hallo bonjour merci docteur ventre gracias hola hasta luego miedo dolor grazie ciao vielen dank herr frau arzt heute gestern wieder geht wird wurde aujourd'hui toujours jamais beaucoup siempre ahora muchas oggi ieri sempre tutto hoje",
)
/** Spelled alike in English and elsewhere, they tell nothing. */
const shared = words('is in so an was me no on we to do as at had has die hat bad also will see man')
const foreign = new Set([...others].filter((word) => !english.has(word) && !shared.has(word)))

/** Words without the marks around them; apostrophes inside stay. */
export function wordsOf(text: string): readonly string[] {
  return (
    text
      .toLowerCase()
      .replaceAll('’', "'")
      .match(/\p{L}[\p{L}\p{M}']*/gu) ?? []
  )
}

export type LanguageGuess = 'english' | 'other' | 'unsure'

/** `unsure` when neither English nor another language's common words are found. */
export function guessLanguage(text: string): LanguageGuess {
  const letters = text.match(/\p{L}/gu)?.length ?? 0
  const latin = text.match(/\p{Script=Latin}/gu)?.length ?? 0
  if (letters === 0) return 'unsure'
  if (latin < 0.7 * letters) return 'other'
  const found = wordsOf(text)
  const ours = found.filter((word) => english.has(word) && !shared.has(word)).length
  const theirs = found.filter((word) => foreign.has(word) || /[^a-z']/.test(word)).length
  if (theirs > ours && (theirs >= 2 || ours === 0)) return 'other'
  return ours === 0 && found.length >= 4 ? 'unsure' : 'english'
}
