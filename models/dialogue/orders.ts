/** Words that tell examinations and tests from each other and from everything else a doctor may do. */

const testWords =
  /\b(?:tests?|testing|bloods?(?! pressure)|counts?|fbc|cbc|crp|esr|abgs?|blood gas(?:es)?|urea|u&es?|electrolytes|creatinine|troponins?|d-dimer|lactate|cultures?|swabs?|smears?|panel|profile|screen|serology|levels?|function tests?|lfts?|tfts?|tsh|hba1c|glucose|sugar|ketones|inr|clotting|coagulation|ferritin|amylase|lipase|psa|hcg|urinalysis|urine|dipstick|stool|sample|samples|specimen|x-?rays?|radiographs?|ct|mri|pet|scans?|ultrasounds?|doppler|echo(?:cardiogram)?|ecgs?|ekgs?|electrocardiogram|eeg|emg|nerve conduction|spirometry|peak flow|lung function|biops(?:y|ies)|angiogra\w+|mammogra\w+|\w*(?<!ot|ophthalm|derm|fund|laryng|rhin)oscopy|lumbar puncture|spinal tap|aspirat\w+|monitor(?:ing)?|holter|audiogram|audiometry|tympanometry|slit lamp|fluorescein|oct|dexa|imaging|antibod(?:y|ies)|antigens?|pcr|calprotectin|hormones?|cortisol|b12|folate|vitamin d|calcium|bilirubin|enzymes|markers?|kft|tpha|hiv|karyotype|allergy testing|patch testing|genetic)\b/i

const examinationWords =
  /\b(?:examin\w*|exam|vitals?|vital signs|observations|obs|blood pressure|bp|pulses?|heart rate|temperature|oxygen|saturations?|sats|respiratory rate|chest|lungs?|heart|breathing|abdomen|tummy|belly|stomach|groin|back|spine|neck|head|face|eyes?|pupils?|vision|sight|ears?|eardrum|nose|throat|mouth|tongue|tonsils|teeth|glands?|lymph nodes?|thyroid|skin|rash|lump|breasts?|arms?|hands?|fingers?|wrists?|elbows?|shoulders?|legs?|knees?|calf|calves|ankles?|feet|foot|toes?|hips?|joints?|reflexes|power|strength|sensation|walk(?:ing)?|gait|balance|coordination|nerves|cranial nerves|fundoscopy|otoscopy|ophthalmoscopy|dermoscopy|fundi|rectal|back passage|pelvi[cs]|vaginal|speculum|testic\w+|scrotum|penis|prostate|genital\w*|mental state|memory|weight|height|growth|fontanelle|wound|scar|swelling|nails|scalp|hair|bladder|kidneys?|liver|spleen|bowel sounds|heart sounds|murmur|perfusion|capillary refill|straight leg raise|range of movement|tenderness|ribs)\b/i

/** Treatments and appointments, which "get", "arrange" and "order" are also said of. */
const neither =
  /\b(?:antibiotics?|tablets?|medicines?|medication|paracetamol|ibuprofen|aspirin|steroids?|cream|ointment|inhalers?|drops|painkillers?|pain relief|prescriptions?|treatments?|drip|fluids|ambulance|appointments?|follow[- ]?up|referrals?|refer|admission|admitted|bed|rest|specialists?|surgeons?|hospital|physiotherap\w+|questions?|history|details?|idea|picture|better|sleep|home|started|going|sense|information|story)\b/i

/** @param name an order in the doctor's words; the article may be left on */
export const orderKind = (name: string): 'examination' | 'test' =>
  testWords.test(name) ? 'test' : 'examination'

/** Whether words name something that can be examined or tested. */
export const isOrder = (name: string): boolean =>
  (testWords.test(name) || examinationWords.test(name)) && (!neither.test(name) || /\btests?\b/i.test(name))
